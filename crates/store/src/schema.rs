//! The schema: one definition, rendered for each engine, and the step from an older one to it.

mod account_tables;
mod ddl;
mod definition;
mod directory_tables;
mod publishing_tables;
mod tables;
mod withdrawal_tables;

pub(crate) use ddl::{Dialect, statements};
pub use definition::{Column, Definition, Keeping};
pub use tables::{SOFTWARE_PER_INSTALLATION, tables};

/// The newest schema that this program knows; a database with a newer one is left alone.
pub const VERSION: i64 = 5;

/// Names of the counters in table `change_counter`.
pub const CHANGE_COUNTERS: &[&str] = &["client", "device", "policy", "status"];

/// Name of the table that tells the schema's version. No principal has any right to it.
pub(crate) const VERSION_TABLE: &str = "schema_version";

/// Tables that a database of version `found` lacks. Each version only added tables so far; one that changes a table adds
/// its statements here.
pub(crate) fn added_since(found: i64) -> Vec<Definition> {
    let mut tables = Vec::new();
    if found < 2 {
        tables.extend(account_tables::tables());
    }
    if found < 3 {
        tables.extend(directory_tables::tables());
    }
    if found < 4 {
        tables.extend(publishing_tables::tables());
    }
    if found < 5 {
        tables.extend(withdrawal_tables::tables());
    }
    tables
}
