//! What a component is to the supervisor.

use provost_catalog::components::ComponentName;
use std::fmt;
use std::time::Duration;

/// What a pass found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Nothing is left to do until a bell or the interval.
    Idle,
    /// Nothing is left to do until a bell or for so long, though the interval be longer.
    IdleFor(Duration),
    /// There is more; pass again at once.
    More,
}

/// Why a pass could not be done. What it did not do, the next pass does: nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was attempted and why it failed, the whole chain, once.
    pub message: String,
}

impl Failure {
    /// A failure of `attempted`, caused by `cause`.
    pub fn new(attempted: &str, cause: impl fmt::Display) -> Self {
        Self { message: format!("{attempted}: {cause}") }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A thread of the site: one idempotent pass without input, repeated. Passes block; each component has a thread of
/// its own.
pub trait Component: Send {
    /// Its name; its bell and its definition go by it.
    fn name(&self) -> ComponentName;

    /// Longest time between two passes when no bell rings.
    fn interval(&self) -> Duration;

    /// Does what there is to do.
    ///
    /// # Errors
    /// When it could not; the supervisor waits (1 s, then twice as long each time, at most 30 s) and passes again.
    fn pass(&mut self) -> Result<Pass, Failure>;
}
