//! What the site says to servers elsewhere: mail by SMTP, and HTTPS through proxies.
//!
//! Adapters: they are handed a credential and never choose one; only the broker imports this crate (`cargo xtask floors`).
//! TLS is checked always, a password is sent only where it is safe, NTLM is never spoken (design §4), settings of the
//! environment are never used, and everything that a server may say or delay is bounded.
//!
//! Copies of a password: its encoded form lies in buffers that are overwritten when they go, and is encrypted in place
//! (SMTP) or copied once into the write buffer of hyper (proxies with Basic). That one lives as long as its connection and is
//! overwritten by the program's allocator only (`provost`'s `main.rs`). With Negotiate it goes to Kerberos alone, which names
//! its own copies (`provost_kerberos`).

mod encoded;
mod tls;
mod within;

pub mod proxy;
pub mod smtp;
