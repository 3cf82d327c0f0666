//! The clock: the one place where the time is read, so that tests can set it.

use provost_domain::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self { set: None }
    }

    /// A clock that stands at `at` until it is moved by [`Clock::set`].
    #[must_use]
    pub fn standing_at(at: Timestamp) -> Self {
        Self { set: Some(Arc::new(AtomicI64::new(at.as_micros()))) }
    }

    /// Moves a standing clock, and all its clones; the machine's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Some(set) = &self.set {
            set.store(at.as_micros(), Ordering::SeqCst);
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let micros = match &self.set {
            Some(set) => set.load(Ordering::SeqCst),
            None => match machine_time().duration_since(UNIX_EPOCH) {
                Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
                Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
            },
        };
        Timestamp::from_micros(micros)
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine_time() -> SystemTime {
    SystemTime::now()
}
