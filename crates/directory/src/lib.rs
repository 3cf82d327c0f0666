//! Active Directory by LDAP: signed and sealed with Kerberos on port 389, or over TLS with a pinned authority on 636. The only
//! LDAP in the house.
//!
//! An adapter: it is handed who signs in and never chooses; only the broker imports this crate (`cargo xtask floors`). There is
//! no clear-text sign-in, NTLM is never spoken (design §4), no referral is followed (another server is another connection,
//! and those are the broker's), and everything that a server may say or delay is bounded.
//!
//! Who is where: [`Place`] says where domain controllers are, [`Session`] is a connection to one of them, [`Entry`] is what it
//! found. `ldap3` writes requests and reads answers; it never sees the server, but one end of a socket pair whose other end
//! (`channel`) secures every message and checks its form first. A password goes into one buffer that is overwritten, and
//! never to `ldap3`.

mod account;
mod ber;
mod bind;
mod changes;
mod channel;
mod clock;
mod connection;
mod control;
mod controllers;
mod descriptor;
mod entry;
mod gssapi;
mod members;
pub mod message;
mod names;
mod place;
mod publish;
mod refusal;
mod removal;
mod resolver;
mod root;
pub mod sasl;
mod schema;
mod schema_extension;
mod search;
mod session;
mod ticket_servers;
pub mod tickets;
mod tls;
mod vanished;
mod within;

pub mod escape;

pub use bind::{Answer as BindAnswer, read as read_bind_answer};
pub use changes::Changes;
pub use clock::read as read_clock;
pub use control::read_changes;
pub use descriptor::{EffectiveRights, Observed};
pub use entry::Entry;
pub use members::Members;
pub use place::{Place, SignIn};
pub use publish::{NotPublished, container};
pub use removal::Removal;
pub use root::RootDse;
pub use schema_extension::{SchemaState, ldif};
pub use search::{Ended, Found, Reference, Scope};
pub use session::Session;
