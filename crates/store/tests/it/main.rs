//! The store against real engines.

mod engines;
mod faults;
mod ledger;
mod people;
mod principals;
mod transactions;
mod views;
