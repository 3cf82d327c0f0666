//! The one door for people: operations, JSON API, web console.
//!
//! Everything that can be asked is an operation (`operations`), one file each, which names the permission it needs. The
//! API is their routes; the console is pages over the same operations and shows nothing that the API cannot give.
//! Nothing here contains SQL, touches a host or decides about clients by itself: a person's request is recorded, with an
//! entry in the ledger, and components act on it.

mod access;
mod console;
mod cursor;
mod document;
mod ending;
mod error;
mod listener;
mod narrowing;
mod operations;
pub mod parsers;
mod provider;
mod request;
mod router;
mod secret_text;
mod site;
mod site_status;
mod tickets;
mod tls;

// What the catalog's definitions look like to programs; the command line tells the same without a running site.
pub use ending::{End, Ending, Left};
pub use operations::accounts::show::AccountDetail;
pub use operations::groups::show::GroupDetail;
pub use operations::rules::list::RuleDocument;
pub use provider::{Provider, Raise, Start};
pub use site_status::{RoleState, RoleStatus, SiteFacts, SiteStatus};
pub use tickets::Tickets;
pub use tls::server_configuration;

/// The API's document, as `GET /api/v1/openapi.json` tells it.
#[must_use]
pub fn api_document() -> String {
    operations::api::document::document().to_pretty_json().unwrap_or_default()
}
