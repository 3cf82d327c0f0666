//! The adapter against real domain controllers, and against what nobody should believe.

mod controller;
mod members;
mod relay;
mod rights;
mod signing_in;
