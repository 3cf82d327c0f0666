//! Kerberos and SPNEGO by the system's library (MIT Kerberos), opened by name at run time: building needs no headers,
//! and a machine without the library is told which package it lacks ([`available`]).
//!
//! A [`Credential`] is one account, signed in by password or keytab into a ticket cache of its own in memory; many of them
//! live in one process and none is chosen by the environment. An [`Initiator`] proves it to a server; an [`Acceptor`]
//! learns who a client is; what both agreed becomes a [`Sealing`], which encrypts and never only signs.
//!
//! Only Kerberos is ever negotiated: SPNEGO is kept to that one mechanism on both sides, so NTLM is never spoken (design §4).
//!
//! Its configuration is a file ([`configure`]). Where realms are asked, the library finds out by the machine's name servers, or is told
//! in that file by whoever knows better ([`configure_by`]).
//!
//! Every call that signs in or steps may block, on a domain controller or on a disk, for as long as the library waits
//! (about ten seconds for each controller that is silent): callers use a thread that may block.
//!
//! Copies of a secret: the password is copied once, with the byte that ends it for C, and overwritten at once; plaintext that
//! the library hands over is overwritten before it is given back. The library itself copies the password, derives keys
//! from it and overwrites both (`krb5_init_creds_free`); tickets with their session keys lie in its cache until the
//! [`Credential`] goes, and a context keeps its session key until it goes. What it frees without overwriting it first,
//! no one here can reach.
//!
//! Foreign code is called in one module, `foreign`; `cargo xtask floors` finds it anywhere else.

mod acceptor;
mod credential;
// Each use says why it is sound; nothing outside calls a foreign function or holds a foreign pointer.
#[allow(unsafe_code)]
mod foreign;
mod guide;
mod initiator;
mod membership;
mod refusal;
mod sealing;
mod settings;
mod whoever;

pub use acceptor::{Accepted, Acceptor};
pub use credential::Credential;
pub use guide::{Ask, configure_by};
pub use initiator::{Initiator, Mechanism, Step};
pub use membership::Membership;
pub use sealing::Sealing;
pub use settings::{Realm, Settings, configure};
pub use whoever::{NotTold, membership_now};

use provost_domain::Failure;

/// Whether the machine has the Kerberos library.
///
/// # Errors
/// When it has not; the package to install is named.
pub fn available() -> Result<(), Failure> {
    foreign::library().map(|_| ())
}
