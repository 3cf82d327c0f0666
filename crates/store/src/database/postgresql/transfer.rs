//! Everything out, and everything in, as the set-up login.

use super::{Address, SCHEMA, classified};
use crate::database::ColumnType;
use crate::database::error::StoreError;
use crate::database::row::Value;
use crate::database::transfer::{Give, Moved, Take, columns, fitting, is_of, numbered, tables, taking};
use crate::schema::{self, Definition, Dialect, Keeping};
use ::postgres::binary_copy::BinaryCopyInWriter;
use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::{ToSql, Type};
use ::postgres::{Client, IsolationLevel, Row, Transaction};
use std::path::Path;

fn owner(address: &Address, pass_file: Option<&Path>, attempt: &str) -> Result<Client, StoreError> {
    let password = pass_file.map(|file| address.owner_password(file)).transpose()?;
    address.connect(attempt, address.owner(), password.as_ref())
}

/// Whether no site has entered anything in a ledger there.
pub(in crate::database) fn is_unused(address: &Address, pass_file: Option<&Path>) -> Result<bool, StoreError> {
    let attempt = "looking whether the database is used";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(address.owner());
    let mut client = owner(address, pass_file, attempt)?;
    let ledger = format!("{SCHEMA}.ledger");
    if client.query_one("SELECT to_regclass($1) IS NULL", &[&ledger]).map_err(failed)?.get(0) {
        return Ok(true);
    }
    Ok(client.query_opt(&format!("SELECT seq FROM {ledger} LIMIT 1"), &[]).map_err(failed)?.is_none())
}

/// Hands everything that the database holds at one time to `give`, table by table. Others write meanwhile.
pub(in crate::database) fn export(address: &Address, pass_file: Option<&Path>, give: Give<'_>) -> Result<(), StoreError> {
    let attempt = "reading every row";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(address.owner());
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().map_err(failed)?;
    for table in tables() {
        let sql = format!("SELECT {} FROM {SCHEMA}.{}", columns(&table), table.name);
        let mut rows = transaction.query_raw(&sql, std::iter::empty::<&dyn ToSql>()).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            give(Moved::Row { table: table.name.into(), values: values(&table, &row).map_err(failed)? })?;
        }
        drop(rows);
        if let Some(sequence) = sequence(&mut transaction, &table).map_err(failed)? {
            let row = transaction.query_one(&format!("SELECT last_value, is_called FROM {sequence}"), &[]).map_err(failed)?;
            if row.get(1) {
                give(Moved::Newest { table: table.name.into(), number: row.get(0) })?;
            }
        }
    }
    Ok(())
}

/// Puts everything that `take` gives in the place of what a new database holds; whole or not at all. Gives how many rows.
pub(in crate::database) fn import(address: &Address, pass_file: Option<&Path>, take: Take<'_>) -> Result<u64, StoreError> {
    let attempt = "writing every row";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(address.owner());
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.transaction().map_err(failed)?;
    transaction.batch_execute(&schema::aside(Dialect::Postgresql).join(";\n")).map_err(failed)?;
    let tables = taking();
    for table in &tables {
        transaction.execute(&format!("DELETE FROM {SCHEMA}.{}", table.name), &[]).map_err(failed)?;
    }
    let mut rows = 0;
    let mut next = take()?;
    while let Some(moved) = next {
        next = match moved {
            Moved::Row { table, values } => {
                let (table, values) = fitting(&tables, &table, values)?;
                copy(&mut transaction, table, values, take, &mut rows, &failed)?
            }
            Moved::Newest { table, number } => {
                if let Some(sequence) = sequence(&mut transaction, numbered(&tables, &table)?).map_err(failed)? {
                    transaction.execute("SELECT setval(CAST($1 AS text)::regclass, $2)", &[&sequence, &number]).map_err(failed)?;
                }
                take()?
            }
        };
    }
    transaction.batch_execute(&schema::taken_over(Dialect::Postgresql).join(";\n")).map_err(failed)?;
    transaction.commit().map_err(failed)?;
    Ok(rows)
}

/// Writes the rows of one table, which follow each other, in one go. Gives what comes after them.
fn copy(
    transaction: &mut Transaction<'_>,
    table: &Definition,
    first: Vec<Value>,
    take: Take<'_>,
    rows: &mut u64,
    failed: &dyn Fn(::postgres::Error) -> StoreError,
) -> Result<Option<Moved>, StoreError> {
    let types: Vec<Type> = table
        .columns
        .iter()
        .map(|column| match column.ty {
            ColumnType::Integer => Type::INT8,
            ColumnType::Text => Type::TEXT,
            ColumnType::Blob => Type::BYTEA,
        })
        .collect();
    let sql = format!("COPY {SCHEMA}.{} ({}) FROM STDIN (FORMAT binary)", table.name, columns(table));
    let mut writer = BinaryCopyInWriter::new(transaction.copy_in(&sql).map_err(failed)?, &types);
    let mut values = first;
    let after = loop {
        let bound: Vec<Bound<'_>> = table.columns.iter().zip(&values).map(|(column, value)| Bound::new(column.ty, value)).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = bound.iter().map(Bound::parameter).collect();
        writer.write(&parameters).map_err(failed)?;
        *rows += 1;
        match take()? {
            Some(Moved::Row { table: name, values: more }) if is_of(table, &name, &more) => {
                values = fitting(std::slice::from_ref(table), &name, more)?.1;
            }
            other => break other,
        }
    };
    writer.finish().map_err(failed)?;
    Ok(after)
}

/// A value as the server takes it for a column of its type.
enum Bound<'v> {
    Integer(Option<i64>),
    Text(Option<&'v str>),
    Blob(Option<&'v [u8]>),
}

impl<'v> Bound<'v> {
    fn new(ty: ColumnType, value: &'v Value) -> Self {
        match (value, ty) {
            (Value::Integer(number), _) => Self::Integer(Some(*number)),
            (Value::Text(text), _) => Self::Text(Some(text)),
            (Value::Blob(bytes), _) => Self::Blob(Some(bytes)),
            (Value::Null, ColumnType::Integer) => Self::Integer(None),
            (Value::Null, ColumnType::Text) => Self::Text(None),
            (Value::Null, ColumnType::Blob) => Self::Blob(None),
        }
    }

    fn parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Integer(number) => number,
            Self::Text(text) => text,
            Self::Blob(bytes) => bytes,
        }
    }
}

fn values(table: &Definition, row: &Row) -> Result<Vec<Value>, ::postgres::Error> {
    let values = table.columns.iter().enumerate().map(|(n, column)| {
        Ok(match column.ty {
            ColumnType::Integer => row.try_get::<_, Option<i64>>(n)?.map_or(Value::Null, Value::Integer),
            ColumnType::Text => row.try_get::<_, Option<String>>(n)?.map_or(Value::Null, Value::Text),
            ColumnType::Blob => row.try_get::<_, Option<Vec<u8>>>(n)?.map_or(Value::Null, Value::Blob),
        })
    });
    values.collect()
}

/// Where the server keeps the newest number of a table that has such.
fn sequence(transaction: &mut Transaction<'_>, table: &Definition) -> Result<Option<String>, ::postgres::Error> {
    if table.keeping != Keeping::ByNewNumber {
        return Ok(None);
    }
    let row = transaction.query_one("SELECT pg_get_serial_sequence($1, $2)", &[&format!("{SCHEMA}.{}", table.name), &table.columns[0].name])?;
    row.try_get(0)
}
