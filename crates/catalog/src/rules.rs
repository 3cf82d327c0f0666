//! Numbered messages: every error and finding that Provost can show has a stable number, a meaning and a fix.
//!
//! PV1xxx site, configuration, command line, database; PV2xxx accounts and groups; PV3xxx clients and management point;
//! PV4xxx inboxes and intake; PV5xxx provider and people; PV6xxx ledger. A number is never used for anything else.

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

mod clients;
mod intake;
mod ledger;
mod people;
mod site;

/// The numbers by name.
pub mod code {
    pub use super::clients::code::*;
    pub use super::intake::code::*;
    pub use super::ledger::code::*;
    pub use super::people::code::*;
    pub use super::site::code::*;
}

/// Every rule, by range; each range by number.
pub const RANGES: &[&[Rule]] = &[site::RULES, clients::RULES, intake::RULES, people::RULES, ledger::RULES];

/// Every rule, by number.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RANGES.iter().copied().flatten()
}

/// The rule with this number.
#[must_use]
pub fn rule(code: u16) -> Option<&'static Rule> {
    all().find(|r| r.code == code)
}
