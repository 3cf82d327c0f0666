//! `provost group kinds`.

use crate::command::catalog_document::list;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, column, columns};
use provost_catalog::groups::GROUPS;
use provost_provider::GroupDetail;

/// Lists the kinds of Windows groups: where each is, who keeps its members, and what it is for.
#[derive(Debug, clap::Args)]
pub struct Kinds {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("group", "id"),
        column("name", "name"),
        column("on", "place.id"),
        column("members", "members"),
        column("kept-by", "maintained_by.id"),
        column("afterwards", "removal.id").wide(),
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
        let groups = list(GROUPS.iter().map(|group| GroupDetail::at(group, "<sitecode>")))?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, groups)?)?;
        Ok(Exit::Done)
    }
}
