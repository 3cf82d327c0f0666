//! The part of the vault that destroys what was retired and changes the site key.

use super::key::SiteKey;
use super::record::{self, Place};
use super::{Inner, SecretId, VaultError};
use crate::database::{Connection, Lock, StoreError, Tx};
use provost_domain::Timestamp;
use std::sync::{Arc, PoisonError};

/// Keeps the vault. Clones are the same.
#[derive(Clone)]
pub struct Keeper(pub(super) Arc<Inner>);

impl Keeper {
    /// Destroys the sealed records of retired versions. Gives how many there were.
    ///
    /// # Errors
    /// As [`VaultError`] tells.
    pub fn destroy_retired(&self, tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, VaultError> {
        tx.lock(Lock::Vault)?;
        let destroyed = tx.execute(
            "DELETE FROM sealed_secret WHERE EXISTS (SELECT 1 FROM secret s
             WHERE s.secret_id = sealed_secret.secret_id AND s.version = sealed_secret.version AND s.retired_at IS NOT NULL)",
            &[],
        )?;
        tx.execute("UPDATE secret SET destroyed_at = $1 WHERE retired_at IS NOT NULL AND destroyed_at IS NULL", &[at.into()])?;
        Ok(destroyed)
    }

    /// Makes a new site key and seals every data key with it. The new key is on disk before the first record needs it,
    /// and the old one until the last one does not: a crash at any point leaves every secret openable. Gives the new id.
    ///
    /// # Errors
    /// As [`VaultError`] tells; then the old key stays.
    pub fn rekey(&self, connection: &mut Connection) -> Result<String, VaultError> {
        if self.0.place.is_credential() {
            return Err(VaultError::KeyIsCredential);
        }
        let io = |attempt: &'static str| move |e: std::io::Error| VaultError::Store(StoreError::unavailable(attempt, e.to_string()));
        let next = SiteKey::random().map_err(io("making a site key"))?;
        self.0.place.lay(&next).map_err(io("writing the new site key"))?;
        let mut refused = None;
        let written = connection.write(|tx| {
            refused = None;
            self.seal_anew(tx, &next).map_err(|error| match error {
                VaultError::Store(error) => error,
                other => {
                    let told = StoreError::unavailable("changing the site key", other.to_string());
                    refused = Some(other);
                    told
                }
            })
        });
        match (written, refused) {
            (Err(_), Some(refused)) => return Err(refused),
            (Err(error), None) => return Err(error.into()),
            (Ok(()), _) => {}
        }
        self.0.place.promote(&next).map_err(io("putting the new site key in place"))?;
        let id = next.id().to_owned();
        *self.0.key.write().unwrap_or_else(PoisonError::into_inner) = Some(next);
        Ok(id)
    }

    fn seal_anew(&self, tx: &mut Tx<'_>, next: &SiteKey) -> Result<(), VaultError> {
        tx.lock(Lock::Vault)?;
        let rows = tx.query(
            "SELECT s.secret_id, s.version, s.key_id, z.sealed FROM secret s JOIN sealed_secret z ON z.secret_id = s.secret_id AND z.version = s.version",
            &[],
        )?;
        for row in &rows {
            let (id, version, key_id) = (SecretId(row.integer(0)?), row.integer(1)?, row.text(2)?);
            let place = Place { site: self.0.site, secret: id, version };
            let anew = self.0.with_key(key_id, |key| record::rewrap(key, next, place, row.blob(3)?))??;
            tx.execute("UPDATE sealed_secret SET sealed = $3 WHERE secret_id = $1 AND version = $2", &[id.0.into(), version.into(), (&anew[..]).into()])?;
        }
        tx.execute("UPDATE secret SET key_id = $1 WHERE destroyed_at IS NULL", &[next.id().into()])?;
        Ok(())
    }
}
