//! Connections of one principal, shared by threads.

use super::connection::Connection;
use super::engine::Database;
use super::error::StoreError;
use super::transaction::Tx;
use provost_catalog::database::Principal;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a call waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// A few connections of one principal; each call takes a free one or waits for it.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    database: Database,
    principal: Principal,
    size: usize,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    made: usize,
}

/// A connection out of the pool; dropped, it goes back.
struct Taken<'p> {
    pool: &'p Inner,
    connection: Option<Connection>,
}

impl Pool {
    pub(super) fn new(database: Database, principal: Principal, size: usize) -> Result<Self, StoreError> {
        let first = database.connect(principal)?;
        let state = Mutex::new(State { idle: vec![first], made: 1 });
        Ok(Self(Arc::new(Inner { database, principal, size: size.max(1), state, returned: Condvar::new() })))
    }

    /// As [`Connection::read`].
    ///
    /// # Errors
    /// As [`Connection::read`]; [`StoreError::Unavailable`] when no connection gets free.
    pub fn read<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.0.take()?.connection()?.read(f)
    }

    /// As [`Connection::write`].
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub fn write<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.0.take()?.connection()?.write(f)
    }
}

impl Inner {
    fn take(&self) -> Result<Taken<'_>, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = state.idle.pop() {
                return Ok(Taken { pool: self, connection: Some(connection) });
            }
            if state.made < self.size {
                state.made += 1;
                drop(state);
                // Dropped without a connection when this fails, which gives the place back.
                let mut taken = Taken { pool: self, connection: None };
                taken.connection = Some(self.database.connect(self.principal)?);
                return Ok(taken);
            }
            let (next, waited) = self.returned.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if waited.timed_out() && state.idle.is_empty() {
                let cause = format!("all {} connections have been busy for {} s", self.size, PATIENCE.as_secs());
                return Err(StoreError::unavailable("taking a connection", cause).seen_by(self.principal.definition().name));
            }
        }
    }
}

impl Taken<'_> {
    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or_else(|| StoreError::statement("taking a connection", "there is none"))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock().unwrap_or_else(PoisonError::into_inner);
        match self.connection.take() {
            Some(connection) => state.idle.push(connection),
            None => state.made -= 1,
        }
        self.pool.returned.notify_one();
    }
}
