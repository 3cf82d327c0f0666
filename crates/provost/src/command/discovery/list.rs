//! `provost discovery list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists where discovery methods look. Forests are listed by: provost forest list
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "location_id",
    columns: columns(&[
        column("id", "location_id").shown(Show::Number),
        column("method", "method"),
        column("path", "path"),
        column("account", "account"),
        column("on", "enabled").shown(Show::YesNo),
        column("read", "last_at").shown(Show::Ago),
        column("full", "full_at").shown(Show::Ago).wide(),
        column("next", "next_at").shown(Show::Time).wide(),
        column("groups", "groups").wide(),
        column("controllers", "controllers").wide(),
    ]),
    nothing: "discovery looks nowhere yet: provost discovery add METHOD PATH",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/discovery-locations")?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
