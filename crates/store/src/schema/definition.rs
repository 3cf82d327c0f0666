//! What a table is, for both engines.

use crate::database::ColumnType;
use provost_catalog::database::Table;

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Type of its values.
    pub ty: ColumnType,
    /// Whether it may be without a value.
    pub null: bool,
    /// The schema that added it to a table that was there before: it stands behind the older ones, and rows of before have 0 or no
    /// text.
    pub since: Option<i64>,
}

/// How a table keeps its rows. PostgreSQL has one way; SQLite has these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In the order of the primary key, in one tree: for narrow rows (SQLite's `WITHOUT ROWID`).
    ByKey,
    /// In the order of arrival, with the primary key beside: for wide rows.
    ByArrival,
    /// By a whole number that the caller gives.
    ByNumber,
    /// By a whole number that the engine gives out upwards and never again.
    ByNewNumber,
}

/// One table.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The catalog's table; `None` for the schema's own version, which no principal sees.
    pub table: Option<Table>,
    /// Its name.
    pub name: &'static str,
    /// Its columns; those of the primary key first.
    pub columns: Vec<Column>,
    /// How many leading columns are the primary key.
    pub key_columns: usize,
    /// How rows are kept.
    pub keeping: Keeping,
    /// Columns that are unique together, beside the primary key.
    pub unique: Vec<Vec<&'static str>>,
    /// Columns that rows are looked up by.
    pub indexes: Vec<Index>,
}

/// Columns that rows are looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The columns.
    pub columns: Vec<&'static str>,
    /// Of which rows it is, as a condition; none for all.
    pub rows: Option<&'static str>,
}

impl Index {
    /// Its name.
    #[must_use]
    pub fn name(&self, table: &str) -> String {
        format!("{table}_by_{}", self.columns.join("_and_"))
    }
}

impl Definition {
    pub(super) fn new(table: Table, name: &'static str, keeping: Keeping, key_columns: usize, columns: &[Column]) -> Self {
        Self { table: Some(table), name, columns: columns.to_vec(), key_columns, keeping, unique: Vec::new(), indexes: Vec::new() }
    }

    pub(super) fn unique(mut self, columns: &[&'static str]) -> Self {
        self.unique.push(columns.to_vec());
        self
    }

    pub(super) fn index(mut self, columns: &[&'static str]) -> Self {
        self.indexes.push(Index { columns: columns.to_vec(), rows: None });
        self
    }

    /// An index of the rows for which this condition holds: nobody looks for the others by it.
    pub(super) fn index_where(mut self, columns: &[&'static str], rows: &'static str) -> Self {
        self.indexes.push(Index { columns: columns.to_vec(), rows: Some(rows) });
        self
    }
}

pub(super) const fn integer(name: &'static str) -> Column {
    Column { name, ty: ColumnType::Integer, null: false, since: None }
}

/// A number that a schema added to a table that was there before.
pub(super) const fn added(since: i64, name: &'static str) -> Column {
    Column { since: Some(since), ..integer(name) }
}

/// A text that a schema added to a table that was there before.
pub(super) const fn added_text(since: i64, name: &'static str) -> Column {
    Column { since: Some(since), ..text(name) }
}

pub(super) const fn text(name: &'static str) -> Column {
    Column { name, ty: ColumnType::Text, null: false, since: None }
}

pub(super) const fn blob(name: &'static str) -> Column {
    Column { name, ty: ColumnType::Blob, null: false, since: None }
}

pub(super) const fn null(column: Column) -> Column {
    Column { null: true, ..column }
}
