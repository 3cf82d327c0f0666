//! `provost device list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists devices, by name.
#[derive(Debug, clap::Args)]
pub struct List {
    /// At most so many; all when not given.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    #[command(flatten)]
    narrow: Narrow,
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
        column("id", "resource_id").shown(Show::Number).wide(),
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
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/devices", &[], self.limit)?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
