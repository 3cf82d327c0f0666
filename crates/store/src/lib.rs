//! Site database, ledger, key folder and inbox folders: the only SQL in the house.
//!
//! One schema and one set of queries for two engines, SQLite and PostgreSQL. Nobody connects as the schema's owner but
//! [`database::Database::open`]; everybody else connects as a principal of the catalog and may do what is listed there,
//! nothing else. Nothing here reads a clock: times are arguments.

pub mod accounts;
pub mod alerts;
pub mod backup;
pub mod boundaries;
pub mod clients;
mod credential;
pub mod database;
pub mod devices;
pub mod discovery;
pub mod forests;
pub mod inbox;
pub mod intake;
pub mod inventory;
pub mod keys;
pub mod ledger;
mod lists;
pub mod people;
pub mod policies;
pub mod presence;
pub mod publishing;
pub mod schema;
pub mod servers;
pub mod settings;
pub mod state;
pub mod status;
pub mod vault;
pub mod views;
pub mod withdrawal;

pub use credential::Credential;
pub use database::{Connection, Database, Location, Param, Pool, Row, StoreError, Tx, Value};
