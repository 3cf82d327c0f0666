//! `provost admin add`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Adds an administrative user. They sign in first with a welcome link, which this prints once.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Name to sign in with.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When there is one of that name, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let person = context.connect()?.post("/api/v1/people", &json!({ "name": self.name }))?;
        context.output.object(&person, |_| Page::new(&self.name).told("Administrative user", &self.name, &format!("{}: added", self.name)));
        context.output.note(&format!("next: provost admin welcome {}   a link to sign in with once", self.name));
        Ok(Exit::Done)
    }
}
