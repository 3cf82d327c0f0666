//! The lab itself: what others rely on.

mod domain_controllers;
mod faults;
mod hosts;
mod population;
mod tickets;
mod traces;
