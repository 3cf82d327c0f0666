//! `provost group kinds`.

use super::document::document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, column, columns};
use provost_catalog::groups::GROUPS;
use serde_json::{Value, json};

/// Lists the kinds of Windows groups: where each is, who keeps its members, and what it is for.
#[derive(Debug, clap::Args)]
pub struct Kinds;

const LISTING: Listing = Listing {
    name: "group",
    columns: columns(&[
        column("group", "group"),
        column("name", "name"),
        column("on", "place"),
        column("members", "members"),
        column("kept-by", "maintained_by"),
        column("afterwards", "removal").wide(),
        column("purpose", "purpose").wide(),
    ]),
    nothing: "the catalog has no groups",
};

impl Kinds {
    /// Does it.
    ///
    /// # Errors
    /// When a column asked for does not exist.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let items: Vec<Value> = GROUPS.iter().map(|group| document(group)).collect();
        context.output.list(&LISTING, &json!({ "items": items, "next": null }))?;
        Ok(Exit::Done)
    }
}
