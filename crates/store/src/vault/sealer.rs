//! The half of the vault that seals: it opens nothing.

use super::record::{self, Place};
use super::{Inner, SecretId, VaultError};
use crate::database::{Lock, Tx};
use crate::keys::Secret;
use provost_domain::Timestamp;
use std::sync::Arc;

/// Seals secrets. Clones are the same.
#[derive(Clone)]
pub struct Sealer(pub(super) Arc<Inner>);

/// A version that was sealed in a transaction; hand it to [`Sealer::committed`] after the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The secret.
    pub secret: SecretId,
    /// Its version, from 1.
    pub version: i64,
}

impl Sealer {
    /// Seals a new secret as its version 1.
    ///
    /// # Errors
    /// As [`VaultError`] tells.
    pub fn add(&self, tx: &mut Tx<'_>, secret: &Secret, by: &str, at: Timestamp) -> Result<Sealed, VaultError> {
        tx.lock(Lock::Vault)?;
        let newest = tx.query("SELECT COALESCE(MAX(secret_id), 0) FROM secret", &[])?;
        let id = newest.first().map_or(Ok(0), |row| row.integer(0))? + 1;
        self.write(tx, Sealed { secret: SecretId(id), version: 1 }, secret, by, at)
    }

    /// Seals the next version of a secret and retires the one before, when that is still `expected`: of two people who
    /// replace one secret at once, one is told.
    ///
    /// # Errors
    /// As [`VaultError`] tells; [`VaultError::Conflict`] when another version is newest.
    pub fn replace(&self, tx: &mut Tx<'_>, id: SecretId, expected: Option<i64>, secret: &Secret, by: &str, at: Timestamp) -> Result<Sealed, VaultError> {
        tx.lock(Lock::Vault)?;
        let newest = newest(tx, id)?.ok_or(VaultError::NotFound(id))?;
        if expected.is_some_and(|expected| expected != newest) {
            return Err(VaultError::Conflict { newest });
        }
        retire(tx, id, at)?;
        self.write(tx, Sealed { secret: id, version: newest + 1 }, secret, by, at)
    }

    /// Gives a secret up: no version of it opens any more, and the account manager destroys what is sealed.
    ///
    /// # Errors
    /// As [`VaultError`] tells.
    pub fn retire(&self, tx: &mut Tx<'_>, id: SecretId, at: Timestamp) -> Result<(), VaultError> {
        tx.lock(Lock::Vault)?;
        retire(tx, id, at)
    }

    /// Remembers outside the database what is committed in it.
    ///
    /// # Errors
    /// When that cannot be written; the secret is sealed all the same.
    pub fn committed(&self, sealed: Sealed) -> std::io::Result<()> {
        self.0.anchor.advance(sealed.secret, sealed.version)
    }

    /// Id of the site key that seals; none when it is lost.
    #[must_use]
    pub fn key_id(&self) -> Option<String> {
        self.0.read_key(|key| key.id().to_owned())
    }

    fn write(&self, tx: &mut Tx<'_>, sealed: Sealed, secret: &Secret, by: &str, at: Timestamp) -> Result<Sealed, VaultError> {
        // The site key may have been changed a moment ago: what is sealed now must be under the one that is in use.
        let in_use = super::keys_in_use(tx)?;
        let id = match (&in_use[..], self.key_id()) {
            (_, None) => return Err(VaultError::KeyMissing),
            ([], Some(id)) => id,
            ([one], Some(_)) => one.clone(),
            (several, Some(id)) => several.iter().find(|one| **one == id).cloned().unwrap_or(id),
        };
        let place = Place { site: self.0.site, secret: sealed.secret, version: sealed.version };
        let record = self.0.with_key(&id, |key| record::seal(key, place, secret))??;
        tx.execute(
            "INSERT INTO secret (secret_id, version, key_id, created_at, created_by, retired_at, destroyed_at) VALUES ($1, $2, $3, $4, $5, NULL, NULL)",
            &[sealed.secret.0.into(), sealed.version.into(), (&id).into(), at.into(), by.into()],
        )?;
        tx.execute(
            "INSERT INTO sealed_secret (secret_id, version, sealed) VALUES ($1, $2, $3)",
            &[sealed.secret.0.into(), sealed.version.into(), (&record[..]).into()],
        )?;
        Ok(sealed)
    }
}

/// The newest version of a secret; none when there is no such secret.
pub(super) fn newest(tx: &mut Tx<'_>, id: SecretId) -> Result<Option<i64>, VaultError> {
    let row = tx.query_optional("SELECT version FROM secret WHERE secret_id = $1 ORDER BY version DESC LIMIT 1", &[id.0.into()])?;
    Ok(row.map(|row| row.integer(0)).transpose()?)
}

fn retire(tx: &mut Tx<'_>, id: SecretId, at: Timestamp) -> Result<(), VaultError> {
    tx.execute("UPDATE secret SET retired_at = $2 WHERE secret_id = $1 AND retired_at IS NULL", &[id.0.into(), at.into()])?;
    Ok(())
}
