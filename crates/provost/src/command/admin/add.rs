//! `provost admin add`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Adds an administrative user: a person of this site, who signs in first with a welcome link, or a user or a group of a
/// directory, who signs in with what the directory knows of them.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Name to sign in with; DNS.DOMAIN\NAME or USER@DNS.DOMAIN for a user or a group of a directory.
    #[arg(value_name = "NAME")]
    name: String,

    /// Security identifier of the user or group, where discovery has not found it.
    #[arg(long, value_name = "SID")]
    sid: Option<String>,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When there is one of that name, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let person = context.connect()?.post("/api/v1/people", &json!({ "name": self.name, "sid": self.sid }))?;
        context.output.object(&person, |_| Page::new(&self.name).told("Administrative user", &self.name, &format!("{}: added", self.name)));
        if self.sid.is_some() || self.name.contains(['\\', '@']) {
            context
                .output
                .note("next: they sign in with their account of the directory, in the console or by: provost admin sign-in USER@DNS.DOMAIN --server URL, or with their ticket: --ticket");
            return Ok(Exit::Done);
        }
        context.output.note(&format!("next: provost admin welcome {}   a link to sign in with once", self.name));
        Ok(Exit::Done)
    }
}
