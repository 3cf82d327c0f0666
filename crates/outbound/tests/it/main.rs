//! The adapters against real servers, and against peers that no real server is.

mod after_tls;
mod authority;
mod hostile;
mod origin;
mod peer;
mod proxy;
mod servers;
mod smtp;
