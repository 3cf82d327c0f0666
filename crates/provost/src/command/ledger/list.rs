//! `provost ledger list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists entries of the ledger, oldest first.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only entries after this number.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,

    /// At most so many; all when not given.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "seq",
    columns: columns(&[
        column("seq", "seq").shown(Show::Number),
        column("at", "at").shown(Show::Ago),
        column("actor", "actor"),
        column("act", "act"),
        column("object", "object"),
        column("origin", "origin"),
        column("detail", "detail").wide(),
        column("hash", "hash").wide(),
    ]),
    nothing: "the ledger is empty",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let list = match self.narrow.behind("seq", self.after) {
            // In its own order the ledger is continued behind a number; in another, the number is one more word.
            Some(narrow) => narrow.on_site(&connection, "/api/v1/ledger", &[], self.limit)?,
            None => self.narrow.on_site(&connection, "/api/v1/ledger", &[("after", Some(self.after.to_string()))], self.limit)?,
        };
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
