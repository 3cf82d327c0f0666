//! Status messages of clients and of the site's own components.

pub mod list;
