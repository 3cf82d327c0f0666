//! Why there is no session: what was attempted, as whom, and what became of each attempt.

use provost_catalog::accounts::Use;
use provost_domain::accounts::resolution::{Identity, Unresolved};
use provost_domain::outcome::Outcome;
use provost_store::StoreError;
use provost_store::vault::VaultError;
use std::fmt;

/// One attempt that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// As whom.
    pub identity: Identity,
    /// Its name, or words for an identity without one.
    pub account: String,
    /// What became of it.
    pub outcome: Outcome,
    /// More of it; never a secret.
    pub detail: String,
}

/// Why there is no session.
#[derive(Debug)]
pub enum Refused {
    /// By our own rules, before any connection.
    Unresolved {
        /// For what.
        operation: Use,
        /// Which rule.
        why: Unresolved,
        /// What an account would be bound on.
        object: String,
        /// Names of the accounts that are bound for it and blocked.
        blocked: Vec<String>,
    },
    /// Every attempt failed, in this order.
    Tried {
        /// For what.
        operation: Use,
        /// Where.
        address: String,
        /// How.
        attempts: Vec<Tried>,
    },
    /// A secret could not be opened.
    Vault(VaultError),
    /// What is bound could not be read, or the ledger not be written: then nothing is connected to.
    Store(StoreError),
}

impl Refused {
    /// The outcome that decided: the last attempt's, or that of our own rules.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Tried { attempts, .. } => attempts.last().map_or(Outcome::RefusedByRule, |tried| tried.outcome),
            Self::Unresolved { .. } | Self::Vault(_) | Self::Store(_) => Outcome::RefusedByRule,
        }
    }

    /// Number of the rule that explains it.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::Unresolved { why, .. } => why.code(),
            Self::Tried { attempts, .. } => attempts.last().and_then(|tried| tried.outcome.code()).unwrap_or(provost_catalog::rules::code::ACCOUNT_BLOCKED),
            Self::Vault(error) => error.code(),
            Self::Store(_) => provost_catalog::rules::code::DATABASE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { operation, why, object, blocked } => {
                write!(f, "nobody may {}: {why}", operation.words())?;
                why.fix(*operation, object, blocked.iter().map(String::as_str)).map_or(Ok(()), |fix| write!(f, "; what helps: {fix}"))
            }
            Self::Tried { operation, address, attempts } => {
                write!(f, "could not {} at {address}", operation.words())?;
                for tried in attempts {
                    write!(f, "; as {}: {}", tried.account, tried.outcome)?;
                    if !tried.detail.is_empty() {
                        write!(f, " ({})", tried.detail)?;
                    }
                }
                Ok(())
            }
            Self::Vault(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => Self::Store(error),
            other => Self::Vault(other),
        }
    }
}
