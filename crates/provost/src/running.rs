//! A site that runs in this process: settings, data folder, database, components, roles, and this machine's client.

pub mod client_process;
pub mod identity;
pub mod logs;
pub mod report;
pub mod welcome;
