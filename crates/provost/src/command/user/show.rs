//! `provost user show`.

use crate::command::membership::section;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::Value;

/// Shows a user: what its directory says, and the groups that it is in, also through other groups.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// SID, dns.domain\name, principal name, or a name that only one domain has.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When nobody or several are called so, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let one = context.connect()?.get(&format!("/api/v1/users/{}", escaped(&self.name)))?;
        context.output.object(&one, page);
        Ok(Exit::Done)
    }
}

fn page(one: &Value) -> Page {
    let page = Page::new(one["name"].as_str().unwrap_or_default())
        .fact("Name", one, "name", As::Plain)
        .fact("SID", one, "sid", As::Plain)
        .fact("Where", one, "distinguished_name", As::Plain)
        .fact("Display name", one, "display_name", As::Plain)
        .fact("Principal name", one, "principal_name", As::Plain)
        .fact("Mail", one, "mail", As::Plain)
        .fact("Disabled", one, "disabled", As::YesNo)
        .fact("Last logon", one, "last_logon_at", As::Ago)
        .fact("Password set", one, "password_set_at", As::Ago)
        .fact("Found by", one, "agent", As::Plain)
        .fact("Found", one, "discovered_at", As::Ago);
    section(page, "In groups", one, "groups")
}
