//! `provost inbox list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists inboxes with the files that wait in them and those that could not be read.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("waiting", "waiting_files").shown(Show::Number),
        column("size", "waiting_bytes").shown(Show::Bytes),
        column("oldest", "oldest_at").shown(Show::Ago),
        column("bad", "bad_files").shown(Show::Number),
        column("owner", "owner"),
        column("folder", "folder").wide(),
    ]),
    nothing: "no inboxes",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.list("/api/v1/inboxes", &[], None)?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
