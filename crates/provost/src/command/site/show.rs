//! `provost site show`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

/// Shows the running site: its code, database, roles and addresses.
#[derive(Debug, clap::Args)]
pub struct Show;

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let site = context.connect()?.get("/api/v1/site")?;
        context.output.object(&site, |site| {
            Page::new(site["code"].as_str().unwrap_or_default())
                .fact("Site", site, "code", As::Plain)
                .fact("Name", site, "name", As::Plain)
                .fact("Version", site, "version", As::Plain)
                .fact("Database", site, "database", As::Plain)
                .fact("Roles", site, "roles", As::Plain)
                .fact("Started", site, "started_at", As::Ago)
                .fact("Console", site, "console_url", As::Plain)
                .fact("Fingerprint", site, "console_fingerprint", As::Plain)
                .fact("Management point", site, "mp_url", As::Plain)
        });
        Ok(Exit::Done)
    }
}
