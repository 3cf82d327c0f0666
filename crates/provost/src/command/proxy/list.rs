//! `provost proxy list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists proxy servers.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "on",
    columns: columns(&[
        column("account", "kind"),
        column("on", "on"),
        column("host", "host"),
        column("port", "port").shown(Show::Number),
        column("sign-in", "authenticates").shown(Show::YesNo),
        column("allowed", "allowed"),
        column("forbidden", "forbidden_host"),
    ]),
    nothing: "no proxy servers are set: provost proxy set KIND HOST:PORT --on SITE-SYSTEM",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/proxies")?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
