//! The schema: one definition, rendered for each engine, and the step from an older one to it.

mod account_tables;
mod by_arrival;
mod ddl;
mod definition;
mod directory_tables;
mod looked_up;
mod numbered_sids;
mod publishing_tables;
mod tables;
mod withdrawal_tables;

pub(crate) use ddl::{Dialect, statements};
pub use definition::{Column, Definition, Index, Keeping};
pub(crate) use numbered_sids::{aside, is_of, older, taken_over};
pub use tables::{SOFTWARE_PER_INSTALLATION, tables};

/// The newest schema that this program knows; a database with a newer one is left alone.
pub const VERSION: i64 = 9;

/// Names of the counters in table `change_counter`.
pub const CHANGE_COUNTERS: &[&str] = &["client", "device", "policy", "status"];

/// Name of the table that tells the schema's version. No principal has any right to it.
pub(crate) const VERSION_TABLE: &str = "schema_version";

/// Statements that bring a database of version `found` to this one: tables that it lacks, columns that its
/// tables lack, and what is kept otherwise now.
pub(crate) fn steps(found: i64, dialect: Dialect) -> Vec<String> {
    let added = added_since(found);
    let mut steps: Vec<String> = added.iter().flat_map(|table| statements(table, dialect)).collect();
    for table in tables().iter().filter(|table| added.iter().all(|added| added.name != table.name)) {
        let lacks = table.columns.iter().filter(|column| column.since.is_some_and(|since| since > found));
        steps.extend(lacks.map(|column| ddl::add_column(table, column, dialect)));
    }
    if (3..7).contains(&found) {
        steps.extend(numbered_sids::upgrade(dialect));
    }
    if found == 7 {
        steps.extend(by_arrival::upgrade(dialect));
    }
    if found < 9 {
        steps.extend(looked_up::upgrade());
    }
    steps
}

/// Tables that a database of version `found` lacks.
fn added_since(found: i64) -> Vec<Definition> {
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
