//! The store against real engines.

mod engines;
mod ledger;
mod people;
mod principals;
mod transactions;
