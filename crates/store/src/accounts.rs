//! Accounts as they are bound, and what is known of them.

pub mod bindings;
pub mod checks;
pub mod refusals;
pub mod tasks;
pub mod uses;

pub use bindings::{Binding, NewBinding};
