//! Writers of this process take turns.

use crate::database::error::StoreError;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// SQLite has one writer at a time and lets the others poll. Within this process writers wait here instead, and are woken.
#[derive(Clone, Default)]
pub(in crate::database) struct Turn(Arc<(Mutex<bool>, Condvar)>);

/// Held while writing; dropped, the next one goes on.
pub(super) struct Held(Turn);

impl Turn {
    pub(super) fn take(&self, patience: Duration) -> Result<Held, StoreError> {
        let (taken, free) = &*self.0;
        let guard = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut guard, waited) = free.wait_timeout_while(guard, patience, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::unavailable("waiting to write", format!("another component of this site has been writing for {} s", patience.as_secs())));
        }
        *guard = true;
        Ok(Held(self.clone()))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (taken, free) = &*self.0.0;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        free.notify_one();
    }
}
