//! Why a secret cannot be sealed or opened.

use super::SecretId;
use crate::database::StoreError;
use provost_catalog::rules::code;
use std::fmt;

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// The site key is lost.
    KeyMissing,
    /// The site key is another one.
    KeyOther {
        /// Id of the key that the record needs.
        wanted: String,
        /// Id of the key that is there.
        found: String,
    },
    /// The record was changed, or is not where it belongs.
    Damaged(SecretId),
    /// The database is older than the site remembers.
    RolledBack {
        /// The secret.
        secret: SecretId,
        /// Its newest version in the database; 0 for none.
        found: i64,
        /// Its newest version as it is remembered.
        remembered: i64,
    },
    /// This secret was given up.
    Retired(SecretId),
    /// There is no such secret.
    NotFound(SecretId),
    /// Somebody else replaced it meanwhile.
    Conflict {
        /// The version that is newest now.
        newest: i64,
    },
    /// The site key comes from the service manager and is changed there.
    KeyIsCredential,
    /// The site database did not do it.
    Store(StoreError),
}

impl VaultError {
    /// Number of the rule that explains it.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::KeyMissing | Self::KeyIsCredential => code::VAULT_KEY_MISSING,
            Self::KeyOther { .. } => code::VAULT_KEY_OTHER,
            Self::Damaged(_) => code::VAULT_RECORD_DAMAGED,
            Self::RolledBack { .. } => code::VAULT_ROLLED_BACK,
            Self::Retired(_) | Self::NotFound(_) => code::SECRET_RETIRED,
            Self::Conflict { .. } => code::SECRET_CONFLICT,
            Self::Store(_) => code::DATABASE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyMissing => f.write_str("the site key is lost, so no password can be sealed or opened"),
            Self::KeyOther { wanted, found } => write!(f, "the password is sealed under site key {wanted}, and the site key here is {found}"),
            Self::Damaged(secret) => write!(f, "the record of secret {secret} was changed after it was sealed"),
            Self::RolledBack { secret, found, remembered } => {
                write!(f, "the database has version {found} of secret {secret}, and this site has had version {remembered}: the database is an older copy")
            }
            Self::Retired(secret) => write!(f, "secret {secret} was given up"),
            Self::NotFound(secret) => write!(f, "there is no secret {secret}"),
            Self::Conflict { newest } => write!(f, "somebody else replaced the password meanwhile; the newest version is {newest}"),
            Self::KeyIsCredential => f.write_str("the site key is a credential of the service manager and is changed there"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VaultError {}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
