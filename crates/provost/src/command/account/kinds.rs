//! `provost account kinds`.

use crate::command::catalog_document::list;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, column, columns};
use provost_catalog::accounts::ACCOUNTS;
use provost_provider::AccountDetail;

/// Lists the kinds of accounts: what each is for, who has it, and how many there may be.
#[derive(Debug, clap::Args)]
pub struct Kinds {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "kind",
    columns: columns(&[
        column("kind", "kind"),
        column("title", "title"),
        column("per", "held_per.id"),
        column("how-many", "cardinality"),
        column("default", "default_identity.id"),
        column("accepts", "accepts").wide(),
        column("change", "change_by.id").wide(),
        column("purpose", "purpose").wide(),
    ]),
    nothing: "the catalog has no accounts",
};

impl Kinds {
    /// Does it.
    ///
    /// # Errors
    /// When a column asked for does not exist.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let accounts = list(ACCOUNTS.iter().map(|account| AccountDetail::from(*account)))?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, accounts)?)?;
        Ok(Exit::Done)
    }
}
