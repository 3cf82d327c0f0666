//! Database principals and their grants: who may do what to which table of the site database, once.
//! PostgreSQL `GRANT`s and the SQLite authorizer are derived from this; the tables themselves are made by `store`.

mod principal;
mod table;

pub use principal::{PRINCIPALS, Principal, PrincipalDefinition};
pub use table::Table;

/// What may be done to a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read rows.
    Select,
    /// Add rows.
    Insert,
    /// Change rows.
    Update,
    /// Remove rows.
    Delete,
}

/// Rights on one table.
#[derive(Debug)]
pub struct Grant {
    /// The table.
    pub table: Table,
    /// What may be done to its rows.
    pub rights: &'static [Right],
}
