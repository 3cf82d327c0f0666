//! Who asks, and whether they may.
//!
//! 1. [`identify`] finds out who asks: the owner over the local socket, a person with a session, or nobody.
//! 2. Each operation names what it needs ([`Access`]), and [`Caller::check`] compares, before anything of the request is
//!    read.
//! 3. Today everybody who is somebody is a full administrator; which permissions a person holds is asked in one place,
//!    [`Caller::check`].

mod attempts;
mod caller;
mod cross_site;
mod headers;
mod presences;
mod refusals;
mod requires;
mod session_cookie;

pub use attempts::Attempts;
pub use caller::{Caller, OWNER, Peer, identify};
pub use cross_site::{is_from_elsewhere, refuse_cross_site, same_site};
pub use headers::add_headers;
pub use presences::Presences;
pub use refusals::{EVERY_SECONDS as REFUSALS_TOLD_EVERY_SECONDS, Refusals, Why as WhyRefused};
pub use requires::{Access, Operation, Securable};
pub use session_cookie::{cleared as cleared_cookie, fresh as fresh_cookie, named as named_cookie};
