//! The provider over real HTTP: the local socket and TLS, over a made-up site.

mod account_pages;
mod acts;
mod alerts;
mod console;
mod contrast;
mod devices;
mod directory;
mod discovery_pages;
mod document;
mod exchange;
mod limits;
mod matrix;
mod secrets;
#[path = "../../examples/console/seed.rs"]
mod seed;
mod server_pages;
mod sessions;
mod site;
mod uninstallation;
