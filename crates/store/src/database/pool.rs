//! Connections of one principal, shared by threads.

use super::connection::Connection;
use super::error::StoreError;
use super::transaction::Tx;
use std::sync::{Arc, Mutex};

/// A few connections of one principal; each call takes a free one or waits for it.
#[derive(Clone)]
pub struct Pool(Arc<Mutex<Vec<Connection>>>);

impl Pool {
    /// As [`Connection::read`].
    ///
    /// # Errors
    /// As [`Connection::read`].
    pub fn read<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _ = (f, &self.0);
        Err(StoreError::statement("reading", "no engine yet"))
    }

    /// As [`Connection::write`].
    ///
    /// # Errors
    /// As [`Connection::write`].
    pub fn write<T>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _ = f;
        Err(StoreError::statement("writing", "no engine yet"))
    }
}
