//! The client as a process of its own, against a small real TLS server that answers as a test tells it to.

mod client;
mod ending;
mod registering;
mod sending;
mod server;
mod standing;
