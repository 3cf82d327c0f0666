//! What the site says to servers elsewhere: mail by SMTP, and HTTPS through proxies.
//!
//! Adapters: they are handed a credential and never choose one; only the broker imports this crate (`cargo xtask floors`).
//! TLS is checked always, a password is sent only where it is safe, NTLM is never spoken (design §4), settings of the
//! environment are never used, and everything that a server may say or delay is bounded.
//!
//! Copies of a password: the encoded form that is sent lies in buffers of `lettre` (SMTP) and `hyper` (proxies) until it is
//! written. They are freed then, and the program's allocator overwrites what is freed.

mod encoded;
mod failure;
mod tls;

pub mod proxy;
pub mod smtp;

pub use failure::Failure;

use provost_store::keys::Secret;

/// Who signs in, for one attempt.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    /// The name, as the server wants it.
    pub user: &'a str,
    /// The password.
    pub password: &'a Secret,
}
