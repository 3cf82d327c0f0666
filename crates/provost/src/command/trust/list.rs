//! `provost trust list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, column, columns};

/// Lists what is known of trust. Computers of other domains are treated as untrusted.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "domain",
    columns: columns(&[column("domain", "domain"), column("forest", "forest"), column("trust", "trust"), column("meaning", "words").wide()]),
    nothing: "nothing is known of other domains: computers there are treated as untrusted",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/trusts")?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
