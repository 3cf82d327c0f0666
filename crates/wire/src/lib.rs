//! Messages between clients, roles and sites: versioned, signed, no sockets.
//!
//! Both ends share these shapes. They convert to and from the domain's values and know neither files nor HTTP.
//! Every parser here is bounded: strangers reach it.

pub mod answer;
pub mod client;
pub mod directory;
pub mod envelope;
pub mod malformed;
pub mod signature;

pub use malformed::Malformed;
