//! The broker against a real site database and real servers.

mod connecting;
mod place;
mod verifying;
