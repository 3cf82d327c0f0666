//! From schema 7 to 8: SQLite keeps what was found of an object in the order in which it came, and not in that of the numbers of
//! SIDs any more. Users, computers and groups take turns in those and come by themselves, so that each page of wide rows was
//! written for each of them. And only accounts that have a device are looked up by it.

use super::ddl::{Dialect, create_index, statements};
use super::definition::Definition;
use super::directory_tables;
use provost_catalog::database::Table;

/// What the older table is called while it is read.
const ASIDE: &str = "directory_object_7";

/// Brings a database of schema 7 to these tables.
pub(super) fn upgrade(dialect: Dialect) -> Vec<String> {
    directory_tables::objects().iter().flat_map(|table| changed(table, dialect)).collect()
}

fn changed(table: &Definition, dialect: Dialect) -> Vec<String> {
    let drops = table.indexes.iter().map(|index| format!("DROP INDEX {}", index.name(table.name)));
    match (table.table, dialect) {
        (Some(Table::DirectoryState), _) => drops.chain(table.indexes.iter().map(|index| create_index(table, index))).collect(),
        (Some(Table::DirectoryObject), Dialect::Sqlite) => {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let columns = columns.join(", ");
            let mut steps: Vec<String> = drops.collect();
            steps.push(format!("ALTER TABLE {} RENAME TO {ASIDE}", table.name));
            steps.extend(statements(table, dialect));
            steps.push(format!("INSERT INTO {} ({columns}) SELECT {columns} FROM {ASIDE}", table.name));
            steps.push(format!("DROP TABLE {ASIDE}"));
            steps
        }
        _ => Vec::new(),
    }
}
