//! Bells wake a component before its interval is over. A ring carries no data and is never lost: a bell that rings
//! during a pass is heard right after it.

use provost_catalog::components::{COMPONENTS, ComponentName};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Somebody rang.
    Rung,
    /// The time is over.
    Elapsed,
    /// Everything stops.
    Stopped,
}

#[derive(Default)]
struct State {
    rung: bool,
    stopped: bool,
}

/// One component's bell.
#[derive(Clone, Default)]
pub struct Bell(Arc<(Mutex<State>, Condvar)>);

impl Bell {
    /// Rings: the component passes as soon as it can.
    pub fn ring(&self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).rung = true;
        self.0.1.notify_all();
    }

    /// Rings for the last time.
    pub fn stop(&self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.0.1.notify_all();
    }

    /// Whether everything stops.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).stopped
    }

    /// Sleeps until a ring, the end of `timeout`, or the stop.
    #[must_use]
    pub fn wait(&self, timeout: Duration) -> Woken {
        let until = Instant::now() + timeout;
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.stopped {
                return Woken::Stopped;
            }
            if std::mem::take(&mut state.rung) {
                return Woken::Rung;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Woken::Elapsed;
            }
            state = self.0.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sleeps for `timeout` unless everything stops first; rings are kept for later. False when stopped.
    #[must_use]
    pub fn sleep(&self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.stopped {
                return false;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            state = self.0.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The bells of all components of one process.
#[derive(Clone)]
pub struct Bells(Arc<Vec<Bell>>);

impl Default for Bells {
    fn default() -> Self {
        Self(Arc::new(COMPONENTS.iter().map(|_| Bell::default()).collect()))
    }
}

impl Bells {
    /// One component's bell.
    #[must_use]
    pub fn of(&self, name: ComponentName) -> &Bell {
        &self.0[name as usize]
    }

    /// Rings one component's bell.
    pub fn ring(&self, name: ComponentName) {
        self.of(name).ring();
    }

    /// Stops all.
    pub fn stop(&self) {
        self.0.iter().for_each(Bell::stop);
    }
}
