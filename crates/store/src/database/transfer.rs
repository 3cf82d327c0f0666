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

/// The tables into which rows go that come from elsewhere: those, and the ones of older schemas, which are set aside until
/// everything is there.
pub(super) fn taking() -> Vec<Definition> {
    tables().into_iter().chain(schema::older()).collect()
}

/// Whether a row that comes under this name is one of this table, and not of one of the same name in another schema.
pub(super) fn is_of(table: &Definition, name: &str, values: &[Value]) -> bool {
    (table.name == name || schema::is_older(table, name)) && may_hold(table, values)
}

/// Whether these may be a row of the table, as it is or without what was added to it.
fn may_hold(table: &Definition, values: &[Value]) -> bool {
    let fits = |(column, value): (&Column, &Value)| match (column.ty, value) {
        (_, Value::Null) => column.null,
        (ColumnType::Integer, Value::Integer(_)) | (ColumnType::Text, Value::Text(_)) | (ColumnType::Blob, Value::Blob(_)) => true,
        _ => false,
    };
    let lacks = table.columns.get(values.len()..);
    lacks.is_some_and(|lacks| lacks.iter().all(|column| column.since.is_some())) && table.columns.iter().zip(values).all(fits)
}

/// What a row of before has in a column that was added.
fn of_before(column: &Column) -> Value {
    match column.ty {
        ColumnType::Text => Value::Text(String::new()),
        ColumnType::Integer | ColumnType::Blob => Value::Integer(0),
    }
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
    let Some(table) = tables.iter().find(|table| is_of(table, name, &values)) else {
        return Err(called(tables, name).map_or_else(|error| error, |_| wrong(name, "a row does not fit its columns")));
    };
    let added = table.columns.iter().skip(values.len()).map(of_before);
    values.extend(added.collect::<Vec<_>>());
    Ok((table, values))
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
    use crate::views::directory_objects;

    /// Something that a column may hold.
    fn any(column: &Column) -> Value {
        match column.ty {
            ColumnType::Integer => Value::Integer(7),
            ColumnType::Text => text("x"),
            ColumnType::Blob => Value::Blob(vec![1]),
        }
    }

    #[test]
    fn a_row_of_an_older_schema_has_nothing_in_what_was_added_and_nothing_else_may_be_missing() {
        let tables = tables();
        let changed = || tables.iter().filter(|table| table.columns.iter().any(|column| column.since.is_some()));
        let mut all = Vec::new();
        for table in changed() {
            let now: Vec<Value> = table.columns.iter().map(any).collect();
            let before: Vec<Value> = table.columns.iter().filter(|column| column.since.is_none()).map(any).collect();
            let (_, taken) = fitting(&tables, table.name, before.clone()).expect("it fits");
            assert!(taken[..before.len()] == before && taken.len() == now.len(), "{taken:?}");
            all.extend_from_slice(&taken[before.len()..]);
            assert_eq!(fitting(&tables, table.name, now.clone()).expect("it fits").1, now);
            assert!(fitting(&tables, table.name, before[1..].to_vec()).is_err() && fitting(&tables, table.name, [now, before].concat()).is_err());
        }
        assert!([Value::Integer(0), text("")].iter().all(|nothing| all.contains(nothing)), "{all:?}");
    }

    #[test]
    fn rows_of_an_older_schema_go_where_they_are_taken_over_from() {
        let tables = taking();
        for older in schema::older() {
            let row: Vec<Value> = older.columns.iter().map(any).collect();
            let name = older.name.trim_end_matches(['_', '1', '6', '9']);
            assert_eq!(fitting(&tables, name, row.clone()).expect("it fits").0.name, older.name);
            assert!(is_of(&older, name, &row) && !is_of(&older, name, &row[1..]));
            assert!(fitting(&tables, name, row[1..].to_vec()).is_err());
        }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    /// A row of a user as an older schema has it, in the table of this name.
    fn older_row(name: &str) -> Vec<Value> {
        let table = schema::older().into_iter().find(|table| table.name == name).expect("a table");
        let value = |column: &Column| match (column.name, column.ty) {
            ("sid_key", _) => Value::Integer((7 << 32) + 1104),
            ("sid", _) => text("S-1-5-21-1-2-3-1104"),
            ("kind", _) => text("user"),
            ("attributes", _) => text("{}"),
            ("method", _) => text("ad-user"),
            ("disabled" | "limited" | "resource_id", _) => Value::Integer(0),
            ("digest", _) => Value::Blob(vec![7; 32]),
            _ => any(column),
        };
        table.columns.iter().map(value).collect()
    }

    /// What the provider reads of a new database that took these rows and the site's.
    fn taken<T>(rows: Vec<(&str, Vec<Value>)>, read: impl FnMut(&mut crate::Tx<'_>) -> Result<T, StoreError>) -> T {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = crate::keys::KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        let site = "LAB".parse().expect("a site code");
        let place = crate::Location::Sqlite(folder.path().join("site.db"));
        let database = crate::Database::open(&place, &keys, site, "Test", provost_domain::Timestamp::default()).expect("a database");
        let count = rows.len() + 1;
        let mut rows = rows.into_iter().chain([("site", vec![text("LAB"), text("Test"), Value::Integer(0)])]);
        let taken = database.import(&mut || Ok(rows.next().map(|(table, values)| Moved::Row { table: table.to_owned().into(), values })));
        assert_eq!(taken, Ok(count as u64));
        database.connect(provost_catalog::database::Principal::Provider).expect("a connection").read(read).expect("what was taken")
    }

    #[test]
    fn what_a_backup_of_schema_6_knows_of_directories_is_taken_over() {
        let member = vec![text("S-1-5-21-1-2-3-513"), text("S-1-5-21-1-2-3-1104"), Value::Integer(1), text("corp\\users"), Value::Integer(0)];
        let (members, groups) = taken(vec![("directory_object", older_row("directory_object_6")), ("membership", member)], |tx| {
            Ok((directory_objects::members(tx, "S-1-5-21-1-2-3-513", 9)?, directory_objects::groups(tx, "S-1-5-21-1-2-3-1104", 9)?))
        });
        assert_eq!(members.iter().map(|one| one.sid.as_str()).collect::<Vec<_>>(), ["S-1-5-21-1-2-3-1104"]);
        assert_eq!((groups[0].name.as_str(), groups[0].kind.as_str()), ("corp\\users", "group"));
    }

    #[test]
    fn what_backups_of_schemas_9_and_11_know_of_an_object_is_taken_over() {
        let state = [Value::Integer((7 << 32) + 1104), Value::Integer(7), Value::Blob(vec![7; 32]), Value::Null, Value::Integer(0), Value::Integer(7)].to_vec();
        for (object, state) in [("directory_object_9", older_row("directory_state_9")), ("directory_object_11", state)] {
            let beginning = ("sid_beginning", vec![Value::Integer(7), text("S-1-5-21-1-2-3-")]);
            let rows = vec![("directory_object", older_row(object)), ("directory_state", state), beginning];
            let users = taken(rows, |tx| directory_objects::called(tx, provost_domain::discovery::ObjectKind::User, "x"));
            let of: Vec<_> = users.iter().map(|one| (&*one.object.sid, &*one.object.domain, one.agent.as_str())).collect();
            assert_eq!(of, [("S-1-5-21-1-2-3-1104", "x", "SMS_AD_USER_DISCOVERY_AGENT")]);
        }
    }
}
