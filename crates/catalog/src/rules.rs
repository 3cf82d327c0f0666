//! Numbered messages: every error and finding that Provost can show has a stable number, a meaning and a fix.
//!
//! PV1xxx site, configuration, command line, database; PV2xxx accounts and groups; PV3xxx clients and management point;
//! PV4xxx inboxes and intake; PV5xxx provider and people; PV6xxx ledger; PV7xxx
//! discovery and publishing. A number is never used for anything else.

/// How bad what a rule tells is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something happened as meant.
    Information,
    /// Something needs a look.
    Warning,
    /// Something failed.
    Error,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One numbered message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number; people see it as `PV1001`.
    pub code: u16,
    /// What happened, in a few words.
    pub title: &'static str,
    /// What that means.
    pub meaning: &'static str,
    /// What usually causes it.
    pub cause: &'static str,
    /// What helps: a command where there is one.
    pub fix: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident, $title:literal, $meaning:literal, $cause:literal, $fix:literal;)+) => {
        /// The numbers by name.
        pub mod code {
            $(#[doc = $title] pub const $name: u16 = $code;)+
        }

        /// The rules, by number.
        pub const RULES: &[crate::rules::Rule] = &[$(crate::rules::Rule {
            code: $code,
            title: $title,
            meaning: $meaning,
            cause: $cause,
            fix: $fix,
            severity: crate::rules::Severity::$severity,
        },)+];
    };
}

mod accounts;
mod clients;
mod discovery;
mod intake;
mod ledger;
mod people;
mod site;

/// The numbers by name.
pub mod code {
    pub use super::accounts::code::*;
    pub use super::clients::code::*;
    pub use super::discovery::code::*;
    pub use super::intake::code::*;
    pub use super::ledger::code::*;
    pub use super::people::code::*;
    pub use super::site::code::*;
}

/// Rules that belong together.
#[derive(Debug)]
pub struct Range {
    /// Their thousand: 1 for PV1xxx.
    pub thousand: u16,
    /// Id in addresses.
    pub id: &'static str,
    /// What they are about.
    pub title: &'static str,
    /// The rules, by number.
    pub rules: &'static [Rule],
}

const fn range(thousand: u16, id: &'static str, title: &'static str, rules: &'static [Rule]) -> Range {
    Range { thousand, id, title, rules }
}

/// Every range, by number.
pub const RANGES: &[Range] = &[
    range(1, "site", "Site, settings, command line and database", site::RULES),
    range(2, "accounts", "Accounts, their secrets and connections", accounts::RULES),
    range(3, "clients", "Clients, registration and management point", clients::RULES),
    range(4, "intake", "Inboxes, intake and components", intake::RULES),
    range(5, "people", "Provider, sign-in and sessions", people::RULES),
    range(6, "ledger", "Ledger", ledger::RULES),
    range(7, "discovery", "Discovery, forests and boundaries", discovery::RULES),
];

/// Every rule, by number.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RANGES.iter().flat_map(|range| range.rules)
}

/// The rule with this number.
#[must_use]
pub fn rule(code: u16) -> Option<&'static Rule> {
    all().find(|r| r.code == code)
}
