//! `provost boundary list`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, columns, named};
use provost_domain::filter::lists::boundaries;

/// Lists boundaries.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    narrow: Narrow,
}

const LISTING: Listing = Listing {
    name: "boundary_id",
    columns: columns(&[
        named(boundaries::ID, "boundary_id"),
        named(boundaries::NAME, "name"),
        named(boundaries::DESCRIPTION, "description"),
        named(boundaries::BY, "created_by"),
        named(boundaries::KIND, "kind").wide(),
        named(boundaries::VALUE, "value").wide(),
        named(boundaries::CREATED, "created_at").wide(),
    ]),
    nothing: "no boundaries yet: provost boundary add ip-subnet 10.1.2.0/24, or provost discovery set ad-forest --subnet-boundaries yes",
};

impl List {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let list = context.connect()?.get("/api/v1/boundaries")?;
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
        assert_eq!(columns, boundaries::ALL.iter().map(|name| name.name).collect::<Vec<_>>());
    }
}
