//! `provost role list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists the roles of the site and how each is doing.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("state", "state"),
        column("since", "since").shown(Show::Ago),
        column("title", "title"),
        column("address", "address").wide(),
        column("reason", "reason"),
    ]),
    nothing: "this site has no roles",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.list("/api/v1/roles", &[], None)?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
