//! The half of the vault that opens; the broker holds it and nobody else.

use super::record::{self, Place};
use super::{Inner, SecretId, VaultError, sealer};
use crate::database::Tx;
use crate::keys::Secret;
use std::sync::Arc;

/// Opens secrets. Clones are the same.
#[derive(Clone)]
pub struct Opener(pub(super) Arc<Inner>);

impl Opener {
    /// The newest version of a secret, and its number.
    ///
    /// # Errors
    /// As [`VaultError`] tells; nothing is opened from a database that is older than the site remembers.
    pub fn open(&self, tx: &mut Tx<'_>, id: SecretId) -> Result<(i64, Secret), VaultError> {
        let newest = sealer::newest(tx, id)?;
        self.0.anchor.check(id, newest.unwrap_or(0))?;
        let version = newest.ok_or(VaultError::NotFound(id))?;
        let row = tx.query_optional(
            "SELECT s.key_id, s.retired_at, z.sealed FROM secret s JOIN sealed_secret z ON z.secret_id = s.secret_id AND z.version = s.version
             WHERE s.secret_id = $1 AND s.version = $2",
            &[id.0.into(), version.into()],
        )?;
        let row = row.ok_or(VaultError::Retired(id))?;
        if row.optional_integer(1)?.is_some() {
            return Err(VaultError::Retired(id));
        }
        let (key_id, sealed) = (row.text(0)?.to_owned(), row.blob(2)?);
        let place = Place { site: self.0.site, secret: id, version };
        let secret = self.0.with_key(&key_id, |key| record::open(key, place, sealed))??;
        Ok((version, secret))
    }
}
