//! `provost message list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists status messages, newest first.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only messages of this severity.
    #[arg(long, value_name = "SEVERITY", value_parser = ["information", "warning", "error"])]
    severity: Option<String>,

    /// Only messages of this component.
    #[arg(long, value_name = "COMPONENT")]
    component: Option<String>,

    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,

    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "record_id",
    columns: columns(&[
        column("at", "at").shown(Show::Ago),
        column("severity", "severity"),
        column("number", "number"),
        column("component", "component"),
        column("system", "system"),
        column("text", "text"),
        column("record", "record_id").shown(Show::Number).wide(),
        column("received", "received_at").shown(Show::Time).wide(),
    ]),
    nothing: "no status messages",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let parameters = [("severity", self.severity.clone()), ("component", self.component.clone())];
        let list = self.narrow.on_site(&context.connect()?, "/api/v1/messages", &parameters, Some(self.limit))?;
        context.output.list(&LISTING, &list)?;
        Ok(Exit::Done)
    }
}
