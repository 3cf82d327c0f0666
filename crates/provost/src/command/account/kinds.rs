//! `provost account kinds`.

use super::document::document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, column, columns};
use provost_catalog::accounts::ACCOUNTS;
use serde_json::{Value, json};

/// Lists the kinds of accounts: what each is for, who has it, and how many there may be.
#[derive(Debug, clap::Args)]
pub struct Kinds;

const LISTING: Listing = Listing {
    name: "kind",
    columns: columns(&[
        column("kind", "kind"),
        column("title", "title"),
        column("per", "held_per"),
        column("how-many", "cardinality"),
        column("default", "default"),
        column("accepts", "accepts").wide(),
        column("change", "change_by").wide(),
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
        let items: Vec<Value> = ACCOUNTS.iter().map(|account| document(account)).collect();
        context.output.list(&LISTING, &json!({ "items": items, "next": null }))?;
        Ok(Exit::Done)
    }
}
