//! The site server's components on real engines: inbox files in, rows out.

#[allow(dead_code)]
#[path = "../../../store/tests/it/engines.rs"]
mod engines;

mod discovery;
mod intake;
mod inventory;
mod place;
mod policy;
mod presence;
mod registration;
mod site;
mod state;
mod status;
