//! What goes from one database to another: every row of every table, and the numbers that the engine gives out.

use super::ColumnType;
use super::error::StoreError;
use super::row::Value;
use crate::schema::{self, Column, Definition, Keeping};
use std::borrow::Cow;

/// One thing that goes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// A row, its values in the order of the table's columns.
    Row { table: Cow<'static, str>, values: Vec<Value> },
    /// The newest number that the engine gave out for a table; the row that had it may be gone.
    Newest { table: Cow<'static, str>, number: i64 },
}

/// Takes one thing after the other.
pub(crate) type Give<'f> = &'f mut dyn FnMut(Moved) -> Result<(), StoreError>;

/// Gives one thing after the other; none at the end.
pub(crate) type Take<'f> = &'f mut dyn FnMut() -> Result<Option<Moved>, StoreError>;

/// The tables whose rows go over: all but the schema's own version.
pub(super) fn tables() -> Vec<Definition> {
    schema::tables().into_iter().filter(|table| table.table.is_some()).collect()
}

/// The columns of a table, as a statement lists them.
pub(super) fn columns(table: &Definition) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The table of a row that comes from elsewhere, and the row with what an older schema did not know, when it fits.
///
/// # Errors
/// [`StoreError::Corrupt`] when there is no such table, or a value is not of its column's type.
pub(super) fn fitting<'t>(tables: &'t [Definition], name: &str, mut values: Vec<Value>) -> Result<(&'t Definition, Vec<Value>), StoreError> {
    let table = called(tables, name)?;
    while table.columns.get(values.len()).is_some_and(|column| column.since.is_some()) {
        values.push(Value::Integer(0));
    }
    let fits = |(column, value): (&Column, &Value)| match (column.ty, value) {
        (_, Value::Null) => column.null,
        (ColumnType::Integer, Value::Integer(_)) | (ColumnType::Text, Value::Text(_)) | (ColumnType::Blob, Value::Blob(_)) => true,
        _ => false,
    };
    if values.len() == table.columns.len() && table.columns.iter().zip(&values).all(fits) {
        Ok((table, values))
    } else {
        Err(wrong(name, "a row does not fit its columns"))
    }
}

/// The table for which a newest number comes from elsewhere.
///
/// # Errors
/// [`StoreError::Corrupt`] when the engine gives out no numbers for it.
pub(super) fn numbered<'t>(tables: &'t [Definition], name: &str) -> Result<&'t Definition, StoreError> {
    let table = called(tables, name)?;
    if table.keeping == Keeping::ByNewNumber { Ok(table) } else { Err(wrong(name, "its numbers are not given out by the engine")) }
}

fn called<'t>(tables: &'t [Definition], name: &str) -> Result<&'t Definition, StoreError> {
    tables.iter().find(|table| table.name == name).ok_or_else(|| wrong(name, "there is no such table"))
}

fn wrong(table: &str, what: &str) -> StoreError {
    StoreError::corrupt("reading what comes from another database", format!("table {table:?}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_an_older_schema_has_0_in_what_was_added_and_nothing_else_may_be_missing() {
        let tables = tables();
        let table = tables.iter().find(|table| table.columns.iter().any(|column| column.since.is_some())).expect("one that was changed");
        let of = |column: &Column| match column.ty {
            ColumnType::Integer => Value::Integer(7),
            ColumnType::Text => Value::Text("x".to_owned()),
            ColumnType::Blob => Value::Blob(vec![1]),
        };
        let now: Vec<Value> = table.columns.iter().map(of).collect();
        let before: Vec<Value> = table.columns.iter().filter(|column| column.since.is_none()).map(of).collect();
        let (_, taken) = fitting(&tables, table.name, before.clone()).expect("it fits");
        assert_eq!(taken[..before.len()], before);
        assert!(taken.len() == now.len() && taken[before.len()..].iter().all(|value| *value == Value::Integer(0)), "{taken:?}");
        assert_eq!(fitting(&tables, table.name, now.clone()).expect("it fits").1, now);
        assert!(fitting(&tables, table.name, before[1..].to_vec()).is_err() && fitting(&tables, table.name, [now, before].concat()).is_err());
    }
}
