//! One thing that breaks a house rule: where, what, why the rule exists, how to repair it.

use std::fmt;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// File, with the line when it is known, or package.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// Why the rule exists, or what to do.
    pub why: String,
}

impl Finding {
    /// A finding.
    pub fn new(place: impl Into<String>, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), why: why.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.place, self.what, self.why)
    }
}
