//! One password of one account is tried by one at a time: what it may still cost is read, and what it did cost is entered,
//! before the next may ask. Else many could find the same budget untouched, and lock the account together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{Mutex as Waiting, OwnedMutexGuard};

/// An account's name, as a key, and the version of its password.
type Password = (String, i64);

/// Who may try which password now.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<Password, Weak<Waiting<()>>>>);

/// Somebody's turn with a password; dropped, it is the next one's.
pub(crate) struct Turn(#[allow(dead_code, reason = "held, and let go of")] OwnedMutexGuard<()>);

impl Turns {
    /// Waits for a turn with the password.
    pub(crate) async fn take(&self, account: String, version: i64) -> Turn {
        Turn(self.of((account, version)).lock_owned().await)
    }

    fn of(&self, password: Password) -> Arc<Waiting<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, queue| queue.strong_count() > 0);
        let queue = all.get(&password).and_then(Weak::upgrade).unwrap_or_default();
        all.insert(password, Arc::downgrade(&queue));
        queue
    }
}
