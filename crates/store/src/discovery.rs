//! Discovery: how methods are set, where they look, how far they have read, their runs, and what they found.

pub mod cursors;
mod domains;
pub mod locations;
pub mod memberships;
pub mod methods;
pub mod objects;
pub mod runs;
pub mod sids;

pub use cursors::Cursor;
pub use domains::Domains;
pub use locations::Stored as StoredLocation;
pub use objects::{Found, Known};
pub use runs::{Blocked, Counts, Run};
pub use sids::{SidKey, SidKeys};
