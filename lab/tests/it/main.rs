//! The lab itself: what others rely on.

mod domain_controllers;
