//! `provost mail list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists mail about alerts, newest first: what was sent, what waits, what was given up.
#[derive(Debug, clap::Args)]
pub struct List {
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "mail_id",
    columns: columns(&[
        column("mail", "mail_id").shown(Show::Number),
        column("alert", "alert_id").shown(Show::Number),
        column("state", "state"),
        column("recipient", "recipient"),
        column("created", "created_at").shown(Show::Ago),
        column("attempts", "attempts").shown(Show::Number),
        column("next", "next_at").shown(Show::Ago),
        column("trouble", "trouble"),
        column("heading", "heading").wide(),
        column("sent", "sent_at").shown(Show::Ago).wide(),
        column("given-up", "given_up_at").shown(Show::Ago).wide(),
        column("message-key", "message_key").wide(),
    ]),
    nothing: "no mail was written",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/mails", &[], Some(self.limit))?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
