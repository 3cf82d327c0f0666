//! The book: every account, group, role, inbox, right and message as one const definition.
//!
//! Nothing here reads a file, a clock or the network, and nothing here decides anything: a definition is data,
//! once, and validation, planning, audit, documentation, API, console and tests are derived from it.
//! Only `core` is used, so the book can be read, printed and tested without a machine.
#![no_std]

pub mod components;
pub mod database;
pub mod inboxes;
pub mod inventory;
pub mod rules;
