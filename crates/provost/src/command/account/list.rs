//! `provost account list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, columns, named};
use provost_domain::filter::lists::bindings;

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
        named(bindings::ACCOUNT, "name"),
        named(bindings::FOR, "kind"),
        named(bindings::ON, "on"),
        named(bindings::ORDER, "position"),
        named(bindings::STANDING, "standing"),
        named(bindings::CHECKED, "checked_at"),
        named(bindings::USED, "last_used_at").wide(),
        named(bindings::PASSWORD, "secret.sealed_at"),
        named(bindings::PRINCIPAL, "principal_kind").wide(),
        named(bindings::VERSION, "secret.version").wide(),
        named(bindings::KEY, "secret.key").wide(),
        named(bindings::BOUND_BY, "created_by").wide(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_a_word_that_the_console_knows_and_the_other_way_round() {
        let columns: Vec<&str> = LISTING.columns.iter().map(|column| column.name).collect();
        assert_eq!(columns, bindings::ALL.iter().map(|name| name.name).collect::<Vec<_>>());
    }
}
