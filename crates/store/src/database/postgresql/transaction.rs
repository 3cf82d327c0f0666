//! A transaction on a PostgreSQL server.

use super::array::Column;
use super::failure::asks_again;
use super::{Postgresql, classified};
use crate::database::error::StoreError;
use crate::database::param::{Insert, Param};
use crate::database::row::Row;
use crate::database::transaction::Lock;
use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::ToSql;
use ::postgres::{IsolationLevel, Statement, Transaction};
use std::collections::HashMap;

/// Most prepared statements that a connection keeps; when there are more, all are prepared anew.
const STATEMENTS_MAX: usize = 512;

/// Most rows that one statement of [`Open::insert_many`] sends.
const ROWS_PER_STATEMENT: usize = 8192;

/// An open transaction; dropped without [`Open::commit`], it is rolled back.
pub(in crate::database) struct Open<'c> {
    transaction: Transaction<'c>,
    statements: &'c mut HashMap<Box<str>, Statement>,
    again: &'c mut bool,
}

impl<'c> Open<'c> {
    pub(super) fn begin(of: &'c mut Postgresql, writes: bool) -> Result<Self, StoreError> {
        // Readers see one state, as in SQLite. Writers see what is committed when each statement begins, so that after
        // waiting for a row or a lock they go on with what the other one left.
        let level = if writes { IsolationLevel::ReadCommitted } else { IsolationLevel::RepeatableRead };
        let client = of.client.as_mut().ok_or_else(|| StoreError::unavailable("BEGIN", "the connection is closed"))?;
        let transaction = client.build_transaction().isolation_level(level).read_only(!writes).start().map_err(|e| classified("BEGIN", &e))?;
        Ok(Self { transaction, statements: &mut of.statements, again: &mut of.again })
    }

    /// Makes it durable.
    pub(in crate::database) fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().map_err(|e| classified("COMMIT", &e))
    }

    pub(in crate::database) fn query_each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&mut Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepare(sql, params.len())?;
        let walked = self.transaction.query_raw(&statement, params);
        let mut rows = walked.map_err(|e| failed(self.again, sql, &e))?;
        let mut row = Row::default();
        while let Some(found) = rows.next().map_err(|e| failed(self.again, sql, &e))? {
            row.0.clear();
            row.0.reserve(found.len());
            for column in 0..found.len() {
                row.0.push(found.try_get(column).map_err(|e| StoreError::corrupt(sql, super::address::whole(&e)))?);
            }
            each(&mut row)?;
        }
        Ok(())
    }

    pub(in crate::database) fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql, params.len())?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        self.transaction.execute(&statement, &params).map_err(|e| failed(self.again, sql, &e))
    }

    pub(in crate::database) fn insert_many(&mut self, insert: &Insert, flat_values: &[Param<'_>]) -> Result<u64, StoreError> {
        let width = insert.columns.len();
        let sql = insert_statement(insert);
        let statement = self.prepare(&sql, width)?;
        let mut changed = 0;
        for values in flat_values.chunks(ROWS_PER_STATEMENT * width) {
            let columns: Vec<Column<'_>> = insert.columns.iter().enumerate().map(|(column, (_, ty))| Column { values, column, width, ty: *ty }).collect();
            let params: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|c| c as _).collect();
            changed += self.transaction.execute(&statement, &params).map_err(|e| failed(self.again, &sql, &e))?;
        }
        Ok(changed)
    }

    /// An advisory lock that ends with the transaction.
    pub(in crate::database) fn lock(&mut self, lock: Lock) -> Result<(), StoreError> {
        let number = match lock {
            Lock::Ledger => 0x5056_0001,
            Lock::Vault => 0x5056_0002,
            Lock::Bindings => 0x5056_0003,
        };
        // The function gives `void`, which is no value; `IS NULL` makes it one.
        self.query_each("SELECT pg_advisory_xact_lock($1) IS NULL", &[Param::Integer(number)], &mut |_| Ok(()))
    }

    fn prepare(&mut self, sql: &str, params: usize) -> Result<Statement, StoreError> {
        let statement = match self.statements.get(sql) {
            Some(statement) => statement.clone(),
            None => {
                let statement = self.transaction.prepare(sql).map_err(|e| failed(self.again, sql, &e))?;
                if self.statements.len() >= STATEMENTS_MAX {
                    self.statements.clear();
                }
                self.statements.insert(sql.into(), statement.clone());
                statement
            }
        };
        let wanted = statement.params().len();
        if wanted == params { Ok(statement) } else { Err(StoreError::statement(sql, format!("it has {wanted} parameters and was given {params}"))) }
    }
}

fn failed(again: &mut bool, sql: &str, error: &::postgres::Error) -> StoreError {
    *again |= asks_again(error);
    classified(sql, error)
}

fn insert_statement(insert: &Insert) -> String {
    let names: Vec<&str> = insert.columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = insert.columns.iter().enumerate().map(|(i, (_, ty))| format!("${}::{}", i + 1, Column::array_type(*ty))).collect();
    format!("INSERT INTO {} ({}) SELECT * FROM unnest({}) {}", insert.table, names.join(", "), arrays.join(", "), insert.conflict)
}
