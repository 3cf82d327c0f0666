//! One transaction.

use super::error::StoreError;
use super::param::{Insert, Param};
use super::row::Row;
use super::{postgresql, sqlite};

/// Something that only one transaction at a time may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Append to the ledger.
    Ledger,
    /// Seal a secret, or seal all anew.
    Vault,
    /// Bind an account: rules are about all bindings at once.
    Bindings,
}

/// One transaction of one connection.
pub struct Tx<'c> {
    engine: Engine<'c>,
    /// Whether the engine refused something in this transaction. PostgreSQL keeps nothing of such a transaction, whatever
    /// follows, and says nothing about it at the commit.
    failed: bool,
}

pub(super) enum Engine<'c> {
    Sqlite(sqlite::Open<'c>),
    Postgresql(postgresql::Open<'c>),
}

impl<'c> Tx<'c> {
    pub(super) const fn new(engine: Engine<'c>) -> Self {
        Self { engine, failed: false }
    }

    /// Makes it durable, unless an error was passed over.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::statement("COMMIT", "a statement before it failed, and the transaction went on nevertheless"));
        }
        match self.engine {
            Engine::Sqlite(open) => open.commit(),
            Engine::Postgresql(open) => open.commit(),
        }
    }
}

impl Tx<'_> {
    /// All rows that a statement gives. A statement that changes rows and has `RETURNING` counts as a change.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn query(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.walk(sql, params, &mut |row| {
            rows.push(std::mem::take(row));
            Ok(())
        })?;
        Ok(rows)
    }

    /// The only row, or none: for statements that ask for one thing by its key.
    ///
    /// # Errors
    /// As [`StoreError`] tells; [`StoreError::Statement`] when there is more than one row.
    pub fn query_optional(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql, params)?;
        if rows.len() > 1 {
            return Err(StoreError::statement(sql, format!("it gives {} rows and should give one", rows.len())));
        }
        Ok(rows.pop())
    }

    /// Hands each row to `each` without keeping them all. The row is the same one each time, filled anew.
    ///
    /// # Errors
    /// As [`StoreError`] tells; what `each` returns ends the walk and is returned.
    pub fn query_each(&mut self, sql: &str, params: &[Param<'_>], each: &mut dyn FnMut(&Row) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.walk(sql, params, &mut |row| each(row))
    }

    fn walk(&mut self, sql: &str, params: &[Param<'_>], each: &mut dyn FnMut(&mut Row) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut stopped = false;
        let mut each = |row: &mut Row| each(row).inspect_err(|_| stopped = true);
        let walked = match &mut self.engine {
            Engine::Sqlite(open) => open.query_each(sql, params, &mut each),
            Engine::Postgresql(open) => open.query_each(sql, params, &mut each),
        };
        self.failed |= walked.is_err() && !stopped;
        walked
    }

    /// Changes rows; gives their number.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let changed = match &mut self.engine {
            Engine::Sqlite(open) => open.execute(sql, params),
            Engine::Postgresql(open) => open.execute(sql, params),
        };
        self.failed |= changed.is_err();
        changed
    }

    /// Adds many rows at once; `flat_values` holds one row after another. Gives the number of rows added or changed.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn insert_many(&mut self, insert: &Insert, flat_values: &[Param<'_>]) -> Result<u64, StoreError> {
        if insert.columns.is_empty() || !flat_values.len().is_multiple_of(insert.columns.len()) {
            let cause = format!("{} values do not fill rows of {} columns", flat_values.len(), insert.columns.len());
            return Err(StoreError::statement(format!("adding rows to {}", insert.table), cause));
        }
        let changed = match &mut self.engine {
            Engine::Sqlite(open) => open.insert(insert, flat_values.len() / insert.columns.len(), flat_values.iter().copied()),
            Engine::Postgresql(open) => open.insert_many(insert, flat_values),
        };
        self.failed |= changed.is_err();
        changed
    }

    /// As [`Tx::insert_many`], of rows that are put together one after the other: hundreds of thousands need no room before they
    /// are in the database's own.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn insert_rows<'p, const COLUMNS: usize>(
        &mut self,
        insert: &Insert,
        rows: impl ExactSizeIterator<Item = [Param<'p>; COLUMNS]>,
    ) -> Result<u64, StoreError> {
        if insert.columns.len() != COLUMNS {
            let cause = format!("rows of {COLUMNS} values are none of {} columns", insert.columns.len());
            return Err(StoreError::statement(format!("adding rows to {}", insert.table), cause));
        }
        if rows.len() == 0 {
            return Ok(0);
        }
        let changed = match &mut self.engine {
            Engine::Sqlite(open) => open.insert(insert, rows.len(), rows.flatten()),
            Engine::Postgresql(open) => open.insert_many(insert, &rows.flatten().collect::<Vec<_>>()),
        };
        self.failed |= changed.is_err();
        changed
    }

    /// Waits until no other transaction holds `lock`, and holds it until this transaction ends. SQLite has one writer at a
    /// time anyway.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn lock(&mut self, lock: Lock) -> Result<(), StoreError> {
        let taken = match &mut self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgresql(open) => open.lock(lock),
        };
        self.failed |= taken.is_err();
        taken
    }
}
