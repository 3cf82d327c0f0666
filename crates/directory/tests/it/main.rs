//! The adapter against a real domain controller, and against peers that no real server is.

mod controller;
mod faults;
mod hostile;
mod publishing;
mod reading;
mod rights;
mod signing_in;
