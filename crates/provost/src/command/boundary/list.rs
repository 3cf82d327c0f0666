//! `provost boundary list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists boundaries.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "boundary_id",
    columns: columns(&[
        column("id", "boundary_id").shown(Show::Number),
        column("name", "name"),
        column("description", "description"),
        column("by", "created_by"),
        column("kind", "kind").wide(),
        column("value", "value").wide(),
        column("created", "created_at").shown(Show::Ago).wide(),
    ]),
    nothing: "no boundaries yet: provost boundary add ip-subnet 10.1.2.0/24, or provost discovery set ad-forest --subnet-boundaries yes",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/boundaries")?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
