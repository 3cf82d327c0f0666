//! `provost forest list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists forests that are known.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "forest",
    columns: columns(&[
        column("forest", "forest"),
        column("trust", "trust"),
        column("account", "account"),
        column("publishing", "publishing.state"),
        column("domains", "domains").shown(Show::Number),
        column("sites", "sites").shown(Show::Number),
        column("subnets", "subnets").shown(Show::Number),
        column("read", "discovered_at").shown(Show::Ago),
        column("discovers", "discovers").shown(Show::YesNo).wide(),
        column("controllers", "controllers").wide(),
        column("by", "created_by").wide(),
    ]),
    nothing: "no forest is known yet: provost forest add DNS.NAME, or provost discovery set ad-forest --enabled yes",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/forests")?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
