//! Read models: what people see of devices, clients, inventory, messages and components, over the API and in the console.
//!
//! Lists are read in pages by key, never by offset: a page costs the same wherever it is, and nothing is left out or told
//! twice when rows come and go between two pages.

mod conditions;

pub mod clients;
pub mod components;
pub mod devices;
pub mod directory_objects;
pub mod inventory;
pub mod messages;
pub mod overview;
pub mod people;
pub mod states;

pub use conditions::Position;

/// How a list is sorted: by what, and whether the greatest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting<By> {
    /// By what; the row's own key decides among equals.
    pub by: By,
    /// Greatest first.
    pub descending: bool,
}
