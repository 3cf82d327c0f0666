//! Everything out, and everything in, as the owner of the file.

use super::{classified, open, owner};
use crate::database::error::StoreError;
use crate::database::row::Value;
use crate::database::transfer::{Give, Moved, Take, columns, fitting, numbered, tables, taking};
use crate::schema::{self, Dialect, Keeping};
use provost_domain::SiteCode;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OpenFlags, OptionalExtension, ToSql, TransactionBehavior, params, params_from_iter};
use std::path::Path;

/// Hands everything that the database holds at one time to `give`, table by table. Others write meanwhile.
pub(in crate::database) fn export(path: &Path, site: SiteCode, give: Give<'_>) -> Result<(), StoreError> {
    let failed = |e: rusqlite::Error| classified("reading every row", path, &e).seen_by("owner");
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    owner::check(&connection, path, site)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred).map_err(failed)?;
    for table in tables() {
        let mut statement = transaction.prepare(&format!("SELECT {} FROM {}", columns(&table), table.name)).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let values = (0..table.columns.len()).map(|column| value(row.get_ref(column).map_err(failed)?, table.name));
            give(Moved::Row { table: table.name.into(), values: values.collect::<Result<_, StoreError>>()? })?;
        }
        if table.keeping == Keeping::ByNewNumber {
            let newest = transaction.query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table.name], |row| row.get(0));
            if let Some(number) = newest.optional().map_err(failed)? {
                give(Moved::Newest { table: table.name.into(), number })?;
            }
        }
    }
    Ok(())
}

/// Puts everything that `take` gives in the place of what a new database holds; whole or not at all. Gives how many rows.
pub(in crate::database) fn import(path: &Path, site: SiteCode, take: Take<'_>) -> Result<u64, StoreError> {
    let failed = |e: rusqlite::Error| classified("writing every row", path, &e).seen_by("owner");
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    owner::check(&connection, path, site)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    for step in schema::aside(Dialect::Sqlite) {
        transaction.execute_batch(&step).map_err(failed)?;
    }
    let tables = taking();
    for table in &tables {
        transaction.execute(&format!("DELETE FROM {}", table.name), []).map_err(failed)?;
    }
    let mut rows = 0;
    while let Some(moved) = take()? {
        match moved {
            Moved::Row { table, values } => {
                let (table, values) = fitting(&tables, &table, values)?;
                let places: Vec<String> = (1..=values.len()).map(|n| format!("?{n}")).collect();
                let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, columns(table), places.join(", "));
                transaction.prepare_cached(&sql).and_then(|mut statement| statement.execute(params_from_iter(values))).map_err(failed)?;
                rows += 1;
            }
            Moved::Newest { table, number } => {
                let table = numbered(&tables, &table)?;
                // The table is SQLite's own and has no key: the line of a table is there when it has, or had, a row.
                let known =
                    transaction.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", params![table.name, number]).map_err(failed)?;
                if known == 0 {
                    transaction.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", params![table.name, number]).map_err(failed)?;
                }
            }
        }
    }
    for step in schema::taken_over(Dialect::Sqlite) {
        transaction.execute_batch(&step).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(rows)
}

fn value(found: ValueRef<'_>, table: &str) -> Result<Value, StoreError> {
    let strange = |what: &str| StoreError::corrupt("reading every row", format!("table {table} holds {what}"));
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).map_err(|_| strange("a text that is none"))?),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(strange("a fraction")),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
