//! A refusal: which rule, why, and what helps.

/// Why something about an account is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Number of the rule, shown as `PV2003`.
    pub code: u16,
    /// What it is in this case.
    pub cause: String,
    /// What helps, a command where there is one.
    pub fix: String,
}

impl Refusal {
    pub(crate) fn new(code: u16, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code, cause: cause.into(), fix: fix.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PV{}: {}; {}", self.code, self.cause, self.fix)
    }
}

impl std::error::Error for Refusal {}
