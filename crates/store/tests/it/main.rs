//! The store against real engines.

mod accounts;
mod alerts;
mod backup;
mod engines;
mod faults;
mod ledger;
mod log;
mod memberships;
mod narrowing;
mod objects;
mod people;
mod principals;
mod publishing;
mod schema;
mod small_disk;
mod transactions;
mod vault;
mod views;
