//! `provost admin list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists administrative users.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("sid", "sid"),
        column("password", "has_password").shown(Show::YesNo),
        column("disabled", "disabled").shown(Show::YesNo),
        column("sessions", "sessions").shown(Show::Number),
        column("last-used", "last_used_at").shown(Show::Ago),
        column("created", "created_at").shown(Show::Ago),
        column("by", "created_by"),
    ]),
    nothing: "no administrative users; add one: provost admin add NAME",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.list("/api/v1/people", &[], None)?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
