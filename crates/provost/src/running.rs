//! A site that runs in this process: settings, data folder, database, components, roles, and this machine's client.

mod checks;
pub mod client_process;
pub mod database;
pub mod foreground;
pub mod identity;
mod kerberos;
mod listeners;
mod logs;
pub mod owner;
mod report;
mod signals;
mod site;
mod welcome;
