//! `provost user list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists users of directories, by name and domain.
#[derive(Debug, clap::Args)]
pub struct List {
    /// At most so many; all when not given.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("name", "name"),
        column("display-name", "display_name"),
        column("mail", "mail"),
        column("disabled", "disabled").shown(Show::YesNo),
        column("found", "discovered_at").shown(Show::Ago),
        column("sid", "sid").wide(),
        column("where", "distinguished_name").wide(),
        column("limited", "limited").shown(Show::YesNo).wide(),
    ]),
    nothing: "no users yet: provost discovery add ad-user PATH",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/users", &[], self.limit)?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
