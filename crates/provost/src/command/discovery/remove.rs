//! `provost discovery remove`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes a location. What was found there stays.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Its number; see provost discovery list.
    #[arg(value_name = "ID")]
    id: i64,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such location, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let answer = context.connect()?.delete(&format!("/api/v1/discovery-locations/{}", self.id))?;
        let path = answer["object"].as_str().unwrap_or_default().to_owned();
        context.output.object(&answer, |_| Page::new(&path).told("Location", &path, &format!("{path}: removed")));
        Ok(Exit::Done)
    }
}
