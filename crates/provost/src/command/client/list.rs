//! `provost client list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists clients, by name.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only clients in this state.
    #[arg(long, value_name = "STATE", value_parser = ["registered", "approved", "blocked"])]
    approval: Option<String>,

    /// At most so many; all when not given.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "smsid",
    columns: columns(&[
        column("name", "name"),
        column("approval", "approval"),
        column("seen", "last_seen_at").shown(Show::Ago),
        column("registered", "registered_at").shown(Show::Ago),
        column("version", "client_version"),
        column("from", "registered_from"),
        column("smsid", "smsid"),
        column("approved-by", "approved_by").wide(),
        column("certificate-until", "certificate_not_after").shown(Show::Time).wide(),
        column("key", "key_sha256").wide(),
    ]),
    nothing: "no clients yet",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/clients", &[("approval", self.approval.clone())], self.limit)?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
