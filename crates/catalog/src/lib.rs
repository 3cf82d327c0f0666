//! The book: every account, group, role, inbox, right and message as one const definition.
//!
//! Nothing here reads a file, a clock or the network, and nothing here decides anything: a definition is data,
//! once, and validation, planning, audit, documentation, API, console and tests are derived from it.
//! Only `core` is used, so the book can be read, printed and tested without a machine.
//!
//! | what | where | all of them |
//! |---|---|---|
//! | the 26 accounts | [`accounts`] | [`accounts::ACCOUNTS`] |
//! | the 8 groups | [`groups`] | [`groups::GROUPS`] |
//! | site system roles | [`roles`] | [`roles::ROLES`] |
//! | what must be true of bound users | [`conditions`] | [`conditions::Condition::ALL`] |
//! | what no directory tells of them | [`unseen`] | [`unseen::UNSEEN`] |
//! | rights and places | [`rights`] | [`rights::Right::ALL`] |
//! | permissions and security roles | [`permissions`], [`securables`], [`security_roles`] | [`security_roles::SECURITY_ROLES`] |
//! | inboxes | [`inboxes`] | [`inboxes::INBOXES`], [`inboxes::RESERVED_INBOXES`], [`inboxes::FOLDERS`] |
//! | components | [`components`] | [`components::COMPONENTS`] |
//! | database principals | [`database`] | [`database::PRINCIPALS`] |
//! | inventory classes | [`inventory`] | [`inventory::CLASSES`] |
//! | how sure something is | [`confidence`] | [`confidence::Confidence::ALL`] |
//! | numbered messages | [`rules`] | [`rules::all`] |
#![no_std]

pub mod accounts;
pub mod components;
pub mod conditions;
pub mod confidence;
pub mod database;
pub mod directory_schema;
pub mod groups;
pub mod hosts;
pub mod inboxes;
pub mod inventory;
pub mod permissions;
pub mod rights;
pub mod roles;
pub mod rules;
pub mod securables;
pub mod security_roles;
pub mod unseen;
pub mod user_rights;
mod words;
