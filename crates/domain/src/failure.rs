//! Why something did not succeed, told apart by what helps.

use crate::outcome::Outcome;
use std::fmt;

/// Most characters of what a server said that are kept.
const DETAIL_MAX: usize = 300;

/// Why a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which way it failed.
    pub outcome: Outcome,
    /// At which step, in the protocol's words.
    pub step: &'static str,
    /// What the server or the system said; bounded, without control characters, never a secret.
    pub detail: String,
}

impl Failure {
    /// A failure of `step`.
    pub fn new(outcome: Outcome, step: &'static str, detail: impl fmt::Display) -> Self {
        let mut said: String = detail.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if let Some((end, _)) = said.char_indices().nth(DETAIL_MAX) {
            said.truncate(end);
            said.push('…');
        }
        Self { outcome, step, detail: said.trim().to_owned() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.outcome, self.step)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_bounded_and_harmless_to_show() {
        let failure = Failure::new(Outcome::Broken, "greeting", format!("\u{1b}[31mred\r\n{}", "x".repeat(1000)));
        assert!(failure.detail.starts_with("[31mred") && failure.detail.ends_with('…'));
        assert!(failure.detail.chars().count() <= DETAIL_MAX + 1 && !failure.detail.chars().any(char::is_control));
        assert_eq!(failure.to_string().lines().count(), 1);
    }
}
