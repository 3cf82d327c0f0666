//! The site server's components: what arrives in inboxes becomes rows, and what the site wants becomes policy.
//!
//! Nothing here talks to a client or to a person. A management point writes inbox files and reads rows; the provider
//! writes what people decide into rows; these components stand between them and meet both only there.
//!
//! | component | takes | makes |
//! |---|---|---|
//! | [`discovery_data_manager`] | registrations, heartbeats, what directories say | clients with certificates, devices, users, groups |
//! | [`directory_discovery`] | locations in directories | records of computers, users, groups and their members |
//! | [`forest_discovery_manager`] | forests | domains, sites, subnets, boundaries |
//! | [`hierarchy_manager`] | switches, boundaries | what the site publishes in directories |
//! | [`inventory_data_loader`] | hardware inventory | one table for each class |
//! | [`state_system`] | state messages | the newest state of each topic, wishes for a resync |
//! | [`status_manager`] | status messages | rows |
//! | [`notification_manager`] | presence | when each client was last seen |
//! | [`policy_provider`] | wishes, settings | signed policies |
//! | [`account_manager`] | bindings, what people ask for | verdicts, standings; destroys retired passwords, changes the site key |
//! | [`alert_notification_manager`] | status messages, failing components, silent clients | alerts, and mail about them |
//! | [`inbox_monitor`] | changes in inbox folders | rings of bells |
//! | [`component_status`] | what the supervisor tells | what each component is doing |
//!
//! Each is a [`provost_runtime::Component`] in a thread of its own and connects to the site database as a principal of
//! its own. [`Site::start`] starts them all.

pub mod account_manager;
pub mod alert_notification_manager;
pub mod authority;
pub mod component_status;
pub mod directory_discovery;
pub mod discovery_data_manager;
pub mod forest_discovery_manager;
pub mod hierarchy_manager;
pub mod inbox_monitor;
pub mod intake;
pub mod inventory_data_loader;
mod lost_controllers;
pub mod notification_manager;
pub mod policy_provider;
mod run_outcome;
mod site;
pub mod state_system;
pub mod status_manager;
pub mod status_writer;
mod surroundings;

pub use site::{Ingredients, Site, StartError};
pub use status_writer::StatusWriter;
pub use surroundings::Surroundings;

use provost_store::StoreError;
use provost_store::database::Circumstance;
use std::time::Duration;

/// How often a component looks by itself. Bells wake it long before; this is for the ring that never came.
const INTERVAL: Duration = Duration::from_secs(30);

/// An error that has to do with nothing in the database and may be gone the next time.
fn unavailable(attempt: &str, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable(Circumstance { attempt: attempt.to_owned(), principal: String::new(), cause: cause.to_string() })
}
