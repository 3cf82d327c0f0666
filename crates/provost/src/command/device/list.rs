//! `provost device list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Show, column, columns};

/// Lists devices, by name.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only devices that every word holds of: a text in name, identifier or address, or os:, domain:, address:, software:, client:, seen: or obsolete: with its word, as in 'os:debian client:approved seen:<7d'.
    #[arg(long, value_name = "WORDS")]
    filter: Option<String>,

    /// By name, os, client, seen or inventory; with - before it, greatest first.
    #[arg(long, value_name = "BY", allow_hyphen_values = true)]
    sort: Option<String>,

    /// At most so many; all when not given.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("os", "operating_system"),
        column("client", "client_version"),
        column("approval", "approval"),
        column("seen", "last_seen_at").shown(Show::Ago),
        column("inventory", "inventory_at").shown(Show::Ago),
        column("id", "resource_id").wide(),
        column("domain", "domain").wide(),
        column("addresses", "ip_addresses").wide(),
        column("smsid", "smsid").wide(),
    ]),
    nothing: "no devices yet; `provost up` makes this machine the first",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.list("/api/v1/devices", &[("filter", self.filter.clone()), ("sort", self.sort.clone())], self.limit)?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
