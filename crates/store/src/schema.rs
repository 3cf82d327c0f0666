//! The schema: one definition, rendered for each engine, and the step from an older one to it.

mod account_tables;
mod ddl;
mod definition;
mod directory_tables;
mod looked_up;
mod narrow_objects;
mod numbered_objects;
mod numbered_sids;
mod publishing_tables;
mod tables;
mod withdrawal_tables;

pub(crate) use ddl::{Dialect, statements};
pub use definition::{Column, Definition, Index, Keeping};
pub use tables::{SOFTWARE_PER_INSTALLATION, tables};

/// The newest schema that this program knows; a database with a newer one is left alone.
pub const VERSION: i64 = 12;

/// Names of the counters in table `change_counter`.
pub const CHANGE_COUNTERS: &[&str] = &["client", "device", "policy", "status"];

/// Name of the table that tells the schema's version. No principal has any right to it.
pub(crate) const VERSION_TABLE: &str = "schema_version";

/// Statements that bring a database of version `found` to this one: tables that it lacks, columns that its
/// tables lack, and what is kept otherwise now.
pub(crate) fn steps(found: i64, dialect: Dialect) -> Vec<String> {
    let added = added_since(found);
    let mut steps: Vec<String> = added.iter().flat_map(|table| statements(table, dialect)).collect();
    // These make their tables themselves.
    let made = if found < 7 { directory_tables::objects() } else { Vec::new() };
    for table in tables().iter().filter(|table| added.iter().chain(&made).all(|added| added.name != table.name)) {
        let lacks = table.columns.iter().filter(|column| column.since.is_some_and(|since| since > found));
        steps.extend(lacks.map(|column| ddl::add_column(table, column, dialect)));
    }
    if (3..7).contains(&found) {
        steps.extend(numbered_sids::upgrade(dialect));
    }
    if (7..10).contains(&found) {
        steps.extend(numbered_objects::upgrade(dialect));
    }
    if (10..12).contains(&found) {
        steps.extend(narrow_objects::upgrade(dialect));
    }
    if found < 9 {
        steps.extend(looked_up::upgrade());
    }
    steps
}

/// Tables of older schemas whose rows are kept otherwise now, by the names under which they are set aside until they are read.
pub(crate) fn older() -> Vec<Definition> {
    [numbered_sids::older(), numbered_objects::older(), narrow_objects::older()].concat()
}

/// Whether rows of this name, in an older database, are those of `table`, which is one of [`older`].
pub(crate) fn is_older(table: &Definition, name: &str) -> bool {
    [numbered_sids::ASIDE, numbered_objects::ASIDE, narrow_objects::ASIDE].into_iter().any(|aside| table.name.strip_suffix(aside) == Some(name))
}

/// Makes the older tables, to be filled and then [`taken_over`].
pub(crate) fn aside(dialect: Dialect) -> Vec<String> {
    older().iter().flat_map(|table| statements(table, dialect)).collect()
}

/// Writes what the older tables hold into those of this schema, which are empty or hold nothing of the same, and drops them.
pub(crate) fn taken_over(dialect: Dialect) -> Vec<String> {
    [numbered_sids::taken_over(dialect), numbered_objects::taken_over(dialect), narrow_objects::taken_over(dialect)].concat()
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
