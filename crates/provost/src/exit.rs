//! Exit codes: what a script may rely on.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done as asked.
    Done,
    /// It failed; nothing or only part of it was done, as the error says.
    Failed,
    /// The command line is wrong.
    Usage,
    /// Not signed in, or not allowed.
    NotAllowed,
    /// A check found something.
    Findings,
    /// Interrupted by a signal before it was done.
    Interrupted,
}

/// One exit code as `provost help exit-codes` shows it.
pub struct Meaning {
    /// The code.
    pub code: u8,
    /// Its meaning.
    pub meaning: &'static str,
}

/// Every code of the contract, also those that no command of this version returns yet, so that scripts can be written.
pub const CODES: &[Meaning] = &[
    Meaning { code: 0, meaning: "done; a list without entries is also done; `provost up` that was stopped after it was ready" },
    Meaning { code: 1, meaning: "failed; the error says what was done and what was not" },
    Meaning { code: 2, meaning: "the command line is wrong" },
    Meaning { code: 3, meaning: "changes or drift were found, only with --exit-code (no command of this version)" },
    Meaning { code: 4, meaning: "not signed in, or not allowed" },
    Meaning {
        code: 5,
        meaning: "a check found something, or what was waited for did not come to what it should: provost verify (see --fail-on), provost ledger verify, provost account resolve, provost discovery run --wait, provost forest publish --wait",
    },
    Meaning { code: 6, meaning: "partly done (no command of this version)" },
    Meaning { code: 7, meaning: "the plan is stale (no command of this version)" },
    Meaning { code: 130, meaning: "interrupted before it was done" },
];

impl Exit {
    /// Its number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotAllowed => 4,
            Self::Findings => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained() {
        for exit in [Exit::Done, Exit::Failed, Exit::Usage, Exit::NotAllowed, Exit::Findings, Exit::Interrupted] {
            assert!(CODES.iter().any(|c| c.code == exit.code()), "{exit:?}");
        }
    }
}
