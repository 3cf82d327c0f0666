//! `provost alert rule list`.

use super::RULES;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists alert rules.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("looks-for", "words"),
        column("recipients", "recipients"),
        column("enabled", "enabled").shown(Show::YesNo),
        column("created", "created_at").shown(Show::Ago).wide(),
        column("by", "created_by").wide(),
    ]),
    nothing: "no alert rules; add one: provost alert rule add NAME --on SOURCE --to ADDRESS",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.list(RULES.path, &[], None)?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
