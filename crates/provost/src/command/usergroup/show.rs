//! `provost usergroup show`.

use crate::command::membership::section;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::Value;

/// Shows a group: what its directory says, who is in it, and the groups that it is in, also through other groups.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// SID, dns.domain\name, or a name that only one domain has.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When nobody or several are called so, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let one = context.connect()?.get(&format!("/api/v1/user-groups/{}", escaped(&self.name)))?;
        context.output.object(&one, page);
        Ok(Exit::Done)
    }
}

fn page(one: &Value) -> Page {
    let page = Page::new(one["name"].as_str().unwrap_or_default())
        .fact("Name", one, "name", As::Plain)
        .fact("SID", one, "sid", As::Plain)
        .fact("Where", one, "distinguished_name", As::Plain)
        .fact("Scope", one, "scope", As::Plain)
        .fact("Display name", one, "display_name", As::Plain)
        .fact("Found by", one, "agent", As::Plain)
        .fact("Found", one, "discovered_at", As::Ago);
    let page = section(page, "Members", one, "members");
    section(page, "In groups", one, "groups")
}
