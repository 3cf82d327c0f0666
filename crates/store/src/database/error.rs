//! Why the site database did not do what it was asked.

use provost_catalog::rules::code;
use std::fmt;

/// What was attempted, as whom, and why it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstance {
    /// What was attempted: a statement or a step, without values.
    pub attempt: String,
    /// The principal or login; empty when nobody was connected yet.
    pub principal: String,
    /// Cause, in the engine's words, the whole chain, once.
    pub cause: String,
}

impl fmt::Display for Circumstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.attempt)?;
        if !self.principal.is_empty() {
            write!(f, " as {}", self.principal)?;
        }
        write!(f, ": {}", self.cause)
    }
}

/// Why the site database did not do what it was asked. What was attempted inside the transaction did not happen, with
/// one exception: after [`StoreError::Unavailable`] from a commit it may have, so whatever is repeated must be idempotent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Locked, gone, or the connection was lost: try again later.
    Unavailable(Circumstance),
    /// The principal may not do this.
    Denied(Circumstance),
    /// A row with the same unique values is there.
    Conflict(Circumstance),
    /// No space is left where the database lives.
    Full(Circumstance),
    /// The database holds what it should not.
    Corrupt(Circumstance),
    /// The statement is wrong: a bug.
    Statement(Circumstance),
    /// A newer Provost made this schema; this one must not touch it.
    SchemaTooNew {
        /// The schema's version in the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The database belongs to something else: another site, or no site of Provost at all.
    NotThisSite {
        /// Whose it is.
        found: String,
        /// The site that was asked for.
        wanted: String,
    },
}

impl StoreError {
    pub(crate) fn corrupt(attempt: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Corrupt(Circumstance { attempt: attempt.into(), principal: String::new(), cause: cause.into() })
    }

    pub(crate) fn statement(attempt: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Statement(Circumstance { attempt: attempt.into(), principal: String::new(), cause: cause.into() })
    }

    pub(crate) fn unavailable(attempt: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Unavailable(Circumstance { attempt: attempt.into(), principal: String::new(), cause: cause.into() })
    }

    pub(crate) fn denied(attempt: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Denied(Circumstance { attempt: attempt.into(), principal: String::new(), cause: cause.into() })
    }

    /// Number of the rule that explains it (`provost explain PV1007`).
    #[must_use]
    pub const fn rule(&self) -> u16 {
        match self {
            Self::Unavailable(_) => code::DATABASE_UNAVAILABLE,
            Self::Denied(_) => code::DATABASE_DENIED,
            Self::Full(_) => code::DISK_FULL,
            Self::Conflict(_) | Self::Corrupt(_) | Self::Statement(_) => code::BUG,
            Self::SchemaTooNew { .. } => code::SCHEMA_TOO_NEW,
            Self::NotThisSite { .. } => code::SITE_CODE_DIFFERS,
        }
    }

    /// What was attempted and why it failed; `None` for a database that was refused as a whole.
    #[must_use]
    pub const fn circumstance(&self) -> Option<&Circumstance> {
        match self {
            Self::Unavailable(c) | Self::Denied(c) | Self::Conflict(c) | Self::Full(c) | Self::Corrupt(c) | Self::Statement(c) => Some(c),
            Self::SchemaTooNew { .. } | Self::NotThisSite { .. } => None,
        }
    }

    /// The same error with the principal's name, unless it has one.
    #[must_use]
    pub(crate) fn seen_by(mut self, principal: &str) -> Self {
        if let Self::Unavailable(c) | Self::Denied(c) | Self::Conflict(c) | Self::Full(c) | Self::Corrupt(c) | Self::Statement(c) = &mut self
            && c.principal.is_empty()
        {
            principal.clone_into(&mut c.principal);
        }
        self
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(c) => write!(f, "the site database is not available: {c}"),
            Self::Denied(c) => write!(f, "the site database refused: {c}"),
            Self::Conflict(c) => write!(f, "the site database has such a row: {c}"),
            Self::Full(c) => write!(f, "no space is left for the site database: {c}"),
            Self::Corrupt(c) => write!(f, "the site database holds what it should not: {c}"),
            Self::Statement(c) => write!(f, "a statement to the site database is wrong: {c}"),
            Self::SchemaTooNew { found, known } => {
                write!(f, "the site database has schema {found} of a newer Provost; this one knows schemas up to {known}")
            }
            Self::NotThisSite { found, wanted } => write!(f, "the database belongs to {found}, not to site {wanted}"),
        }
    }
}

impl std::error::Error for StoreError {}
