//! The site database: connections with a principal's name, transactions, parameters and rows; two engines behind them.
//!
//! SQL is written once, with `$1..$n`, in the subset that both engines read: whole numbers, texts and bytes; times as
//! microseconds; `ON CONFLICT`, `RETURNING`, common table expressions; `CAST(x AS BIGINT)` and never `x::bigint`. A sum
//! of whole numbers is a whole number in both. Texts compare and sort by their bytes in both, and `LIKE` minds case in both.

mod connection;
mod departure;
mod engine;
mod error;
mod location;
mod login;
mod param;
mod pool;
mod postgresql;
mod rights;
mod row;
mod sqlite;
mod transaction;
mod transfer;

pub use connection::Connection;
pub use departure::{Departure, Extent, depart, rehearse};
pub use engine::Database;
pub use error::{Circumstance, StoreError};
pub use location::{Location, LocationError};
pub use login::{Login, LoginRights};
pub use param::{ColumnType, Insert, Param};
pub use pool::Pool;
pub use rights::{RIGHTS, Rights};
pub use row::{Row, Value};
pub use transaction::{Lock, Tx};
pub(crate) use transfer::Moved;
