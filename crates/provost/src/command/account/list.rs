//! `provost account list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Show, column, columns};

/// Lists bound accounts, each with what it is for and how it stands.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only those bound as this account.
    #[arg(long = "for", value_name = "KIND")]
    kind: Option<String>,

    /// Only those bound for this object.
    #[arg(long, value_name = "OBJECT")]
    on: Option<String>,

    #[command(flatten)]
    narrow: Narrow,
}

pub const LISTING: Listing = Listing {
    name: "name",
    columns: columns(&[
        column("account", "name"),
        column("for", "kind"),
        column("on", "on"),
        column("order", "position").shown(Show::Number),
        column("standing", "standing"),
        column("checked", "checked_at").shown(Show::Ago),
        column("used", "last_used_at").shown(Show::Ago).wide(),
        column("password", "secret.sealed_at").shown(Show::Ago),
        column("principal", "principal_kind").wide(),
        column("version", "secret.version").shown(Show::Number).wide(),
        column("key", "secret.key").wide(),
        column("bound-by", "created_by").wide(),
    ]),
    nothing: "no accounts are bound: provost account add NAME --for KIND",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut query = Vec::new();
        for (field, value) in [("kind", &self.kind), ("on", &self.on)] {
            query.extend(value.as_ref().map(|value| format!("{field}={}", crate::connection::escaped(value))));
        }
        let list = context.connect()?.get(&format!("/api/v1/bindings?{}", query.join("&")))?;
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list)?)?;
        Ok(Exit::Done)
    }
}
