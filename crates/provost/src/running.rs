//! A site that runs in this process: settings, data folder, database, components, roles, and this machine's client.

pub mod identity;
