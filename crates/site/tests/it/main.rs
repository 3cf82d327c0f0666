//! The site server's components on real engines: inbox files in, rows out.

#[allow(dead_code)]
#[path = "../../../store/tests/it/engines.rs"]
mod engines;

// The engines, shared with the store's tests, connect with it.
use postgres as _;

mod accounts;
mod alerts;
mod directories;
mod directory;
mod directory_names;
mod discovery;
mod failover;
mod intake;
mod inventory;
mod place;
mod policy;
mod presence;
mod publishing;
mod registration;
mod site;
mod site_server;
mod state;
mod status;
