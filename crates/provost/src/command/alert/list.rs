//! `provost alert list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists alerts that are open, newest first.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Closed ones too; they are kept for 30 days.
    #[arg(long)]
    all: bool,

    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "alert_id",
    columns: columns(&[
        column("alert", "alert_id").shown(Show::Number),
        column("rule", "rule"),
        column("opened", "opened_at").shown(Show::Ago),
        column("last", "last_at").shown(Show::Ago),
        column("times", "occurrences").shown(Show::Number),
        column("closed", "closed_at").shown(Show::Ago),
        column("words", "words"),
        column("subject", "subject").wide(),
        column("mailed", "mailed_at").shown(Show::Ago).wide(),
        column("sent", "mails_sent").shown(Show::Number).wide(),
        column("waiting", "mails_waiting").shown(Show::Number).wide(),
        column("given-up", "mails_given_up").shown(Show::Number).wide(),
    ]),
    nothing: "no alerts; see what is looked for: provost alert rule list",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let open = (!self.all).then(|| "true".to_owned());
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/alerts", &[("open", open)], Some(self.limit))?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
