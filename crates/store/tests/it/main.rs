//! The store against real engines.

mod engines;
mod transactions;
