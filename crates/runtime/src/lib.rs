//! Components, supervisor, clock, shutdown: work is scheduled without knowing what it touches.
//!
//! A [`Component`] does one idempotent pass without input; the [`Supervisor`]
//! owns looping, waiting, retrying and restarting. A [`Bell`] wakes a component early and carries no data,
//! so that one code path serves both a restart and normal running.

pub mod bell;
pub mod clock;
pub mod cmtrace;
pub mod component;
pub mod random;
pub mod supervisor;

pub use bell::{Bell, Bells};
pub use clock::Clock;
pub use component::{Component, Failure, Pass};
pub use supervisor::Supervisor;
