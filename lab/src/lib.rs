//! Real sites and simulated clients for tests and benchmarks.
//!
//! A [`site::Site`] is the real program in a process of its own, with a data folder that outlives it; a
//! [`client::Client`] speaks the real protocol over real mutual TLS, byte by byte under the test's control, which is
//! why it blocks and brings its own few lines of HTTP.

pub mod client;
pub mod exchange;
pub mod inventory;
pub mod random;
pub mod site;
