//! The one way to a connection (design promise 1): `broker.connect(use, endpoint)`.
//!
//! Nobody else hands a credential to an adapter. The broker reads which accounts are bound for the use, lets
//! [`provost_domain::accounts::resolution`] say who acts in which order, opens a secret only for the attempt that needs it,
//! keeps the lock-out budget, and enters every attempt in the ledger before the session is used. When the ledger cannot
//! be written there is no session (security.md DR-23).

mod alert_mail;
mod bound;
mod broker;
mod database_endpoint;
mod directory_endpoint;
mod endpoint;
mod idle;
mod logins;
mod mail_endpoint;
mod proxy_endpoint;
mod reader;
mod record;
mod refused;
mod session;
mod turns;
pub mod verification;

pub use alert_mail::NotSent;
pub use bound::{Bound, bound_for};
pub use broker::{Broker, Parts};
pub use database_endpoint::DatabaseEndpoint;
pub use directory_endpoint::{Directories, DirectoryEndpoint};
pub use endpoint::Endpoint;
pub use mail_endpoint::MailEndpoint;
pub use provost_directory as directory;
pub use provost_domain::Failure;
pub use provost_domain::accounts::budget::Asker;
pub use provost_outbound::proxy::{Response, Tunnel};
pub use provost_outbound::smtp::{Accepted, Mail, MailSession};
pub use proxy_endpoint::ProxyEndpoint;
pub use refused::{Refused, Tried};
pub use session::Session;
