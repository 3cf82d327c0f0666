//! `provost admin whoami`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

/// Shows as whom the site knows you, and how.
#[derive(Debug, clap::Args)]
pub struct Whoami;

impl Whoami {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or does not know you.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let me = context.connect()?.get("/api/v1/whoami")?;
        context.output.object(&me, |me| {
            Page::new(me["name"].as_str().unwrap_or_default())
                .fact("Name", me, "name", As::Plain)
                .fact("By", me, "origin", As::Plain)
                .fact("Security roles", me, "security_roles", As::Plain)
                .fact("Expires", me, "expires_at", As::Ago)
        });
        Ok(Exit::Done)
    }
}
