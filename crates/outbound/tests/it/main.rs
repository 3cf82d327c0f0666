//! The adapters against real servers, and against peers that no real server is.

mod hostile;
mod proxy;
mod servers;
mod smtp;
