//! Read models: what people see of devices, clients, inventory, messages and components, over the API and in the console.
//!
//! Lists that may be long are narrowed by the database and read in pages by key.

mod conditions;
mod fields;
mod paging;

pub mod clients;
pub mod components;
pub mod devices;
pub mod directory_objects;
pub mod inventory;
pub mod messages;
pub mod overview;
pub mod people;
pub mod states;

pub(crate) use conditions::Conditions;
pub use conditions::Position;
pub use fields::{Field, Fields, Sorting};
pub(crate) use paging::Source;
pub use paging::{Found, Page};
