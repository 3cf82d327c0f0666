//! `provost boundary remove`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes a boundary. Forest discovery makes it again while it finds it and is asked to make boundaries.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Its number; see provost boundary list.
    #[arg(value_name = "ID")]
    id: i64,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such boundary, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let answer = context.connect()?.delete(&format!("/api/v1/boundaries/{}", self.id))?;
        let name = answer["object"].as_str().unwrap_or_default().to_owned();
        context.output.object(&answer, |_| Page::new(&name).told("Boundary", &name, &format!("{name}: removed")));
        Ok(Exit::Done)
    }
}
