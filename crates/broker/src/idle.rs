//! Connections that wait for their next use, each under its own account.

use provost_catalog::accounts::Use;
use provost_domain::accounts::resolution::Identity;
use std::any::Any;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest time that a connection waits. Servers close idle ones after some minutes.
const AGE_MAX: Duration = Duration::from_secs(60);

/// Most connections that wait at once.
const COUNT_MAX: usize = 32;

/// Whose a connection is. Two are the same only with the same use, place, account and version of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub operation: Use,
    pub address: String,
    pub identity: Identity,
    pub secret_version: Option<i64>,
}

struct Waiting {
    key: Key,
    since: Instant,
    connection: Box<dyn Any + Send>,
}

/// Connections that wait.
#[derive(Default)]
pub struct Idle(Mutex<Vec<Waiting>>);

impl Idle {
    /// Leaves a connection.
    pub fn put<S: Send + 'static>(&self, key: Key, connection: S) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| one.since.elapsed() < AGE_MAX);
        if waiting.len() < COUNT_MAX {
            waiting.push(Waiting { key, since: Instant::now(), connection: Box::new(connection) });
        }
    }

    /// Takes one of just this key, if one waits.
    pub fn take<S: Send + 'static>(&self, key: &Key) -> Option<S> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|one| one.since.elapsed() < AGE_MAX);
        let found = waiting.iter().position(|one| one.key == *key && one.connection.is::<S>())?;
        waiting.swap_remove(found).connection.downcast().ok().map(|connection| *connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_reused_under_its_own_account_only() {
        let idle = Idle::default();
        let key = |binding, version| Key {
            operation: Use::SendAlertMail,
            address: "smtp://mail:587".to_owned(),
            identity: Identity::Bound(binding),
            secret_version: Some(version),
        };
        idle.put(key(1, 1), "connection");
        for other in [
            key(2, 1),
            key(1, 2),
            Key { operation: Use::SynchronizeUpdates, ..key(1, 1) },
            Key { address: "smtp://other:587".to_owned(), ..key(1, 1) },
            Key { identity: Identity::Unauthenticated, ..key(1, 1) },
        ] {
            assert_eq!(idle.take::<&str>(&other), None, "{other:?}");
        }
        assert_eq!(idle.take::<u8>(&key(1, 1)), None, "another protocol");
        assert_eq!(idle.take(&key(1, 1)), Some("connection"));
        assert_eq!(idle.take::<&str>(&key(1, 1)), None, "it is taken once");
    }
}
