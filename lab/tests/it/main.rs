//! The lab itself: what others rely on.

mod clocks;
mod domain_controllers;
mod faults;
mod hosts;
mod population;
mod ssh;
mod test_run;
mod tickets;
mod traces;
