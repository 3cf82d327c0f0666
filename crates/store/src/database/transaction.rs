//! One transaction.

use super::error::StoreError;
use super::param::{Insert, Param};
use super::row::Row;
use std::marker::PhantomData;

/// Something that only one transaction at a time may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Append to the ledger.
    Ledger,
}

/// One transaction of one connection.
pub struct Tx<'c> {
    engine: PhantomData<&'c mut ()>,
}

impl Tx<'_> {
    /// All rows that a statement gives. A statement that changes rows and has `RETURNING` counts as a change.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn query(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.query_each(sql, params, &mut |row| {
            rows.push(row.clone());
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands each row to `each` without keeping them all.
    ///
    /// # Errors
    /// As [`StoreError`] tells; what `each` returns ends the walk and is returned.
    pub fn query_each(&mut self, sql: &str, _params: &[Param<'_>], _each: &mut dyn FnMut(&Row) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _ = self.engine;
        Err(StoreError::statement(sql, "no engine yet"))
    }

    /// Changes rows; gives their number.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn execute(&mut self, sql: &str, _params: &[Param<'_>]) -> Result<u64, StoreError> {
        Err(StoreError::statement(sql, "no engine yet"))
    }

    /// Adds many rows at once; `flat_values` holds one row after another. Gives the number of rows added or changed.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn insert_many(&mut self, insert: &Insert, _flat_values: &[Param<'_>]) -> Result<u64, StoreError> {
        Err(StoreError::statement(insert.table, "no engine yet"))
    }

    /// Waits until no other transaction holds `lock`, and holds it until this transaction ends.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn lock(&mut self, _lock: Lock) -> Result<(), StoreError> {
        Err(StoreError::statement("taking a lock", "no engine yet"))
    }
}
