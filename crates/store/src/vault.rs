//! The vault: passwords of accounts, sealed under a key that is not in the database.
//!
//! Each version of a secret is sealed with a data key of its own, and the data key with the site key (an envelope), so
//! that changing the site key seals only data keys anew. What is sealed says, in the part that is authenticated, which
//! site, which secret and which version it is: a record that was moved, or copied from another site's database, does not
//! open. A file beside the key remembers the newest version of every secret, so that a database which was put back to an
//! older copy is noticed (security.md §4, *Secrets at rest*).
//!
//! Who holds what decides what can be done: a [`Sealer`] only seals, an [`Opener`] only opens, a [`Keeper`] destroys what was
//! retired and changes the site key. Nothing here, or anywhere, hands a secret to somebody who asks for it: there is no
//! getter (security.md DR-09).

mod anchor;
mod error;
mod keeper;
mod key;
mod opener;
mod record;
mod sealer;

pub use error::VaultError;
pub use keeper::Keeper;
pub use opener::Opener;
pub use sealer::{Sealed, Sealer};

use crate::database::{StoreError, Tx};
use crate::keys::KeyFolder;
use anchor::Anchor;
use key::{KeyPlace, SiteKey};
use provost_domain::SiteCode;
use std::io;
use std::path::Path;
use std::sync::{Arc, RwLock};

/// Number of a secret; its versions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretId(pub i64);

impl std::fmt::Display for SecretId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The vault of a site. Only the wiring holds it, and gives each part of the site the half it needs. Clones are the same.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    site: SiteCode,
    place: KeyPlace,
    /// None when the key is lost: then nothing is sealed or opened, and no new key is made in silence.
    key: RwLock<Option<SiteKey>>,
    anchor: Anchor,
}

/// Ids of the site keys that sealed secrets of the database need; none when there are none.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn keys_in_use(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let rows = tx.query("SELECT DISTINCT key_id FROM secret WHERE destroyed_at IS NULL ORDER BY key_id", &[])?;
    rows.iter().map(|row| row.text(0).map(str::to_owned)).collect()
}

impl Vault {
    /// Opens the vault. The site key is the file `provost-site-key` of `credentials`, the folder that the service manager
    /// hands out, or else the file `site.key` of the key folder. Where there is none it is made, but never while
    /// `in_use`, from [`keys_in_use`], says that secrets are sealed under one: then the vault stays shut.
    ///
    /// # Errors
    /// When the key folder or the credential cannot be used, or what they hold is no key.
    pub fn open(keys: &KeyFolder, credentials: Option<&Path>, site: SiteCode, in_use: &[String]) -> io::Result<Self> {
        let place = KeyPlace::new(keys, credentials);
        let key = place.settle(in_use)?;
        let anchor = Anchor::open(keys)?;
        Ok(Self(Arc::new(Inner { site, place, key: RwLock::new(key), anchor })))
    }

    /// Id of the site key: eight hexadecimal digits that tell keys apart and nothing of the key. None when it is lost.
    #[must_use]
    pub fn key_id(&self) -> Option<String> {
        self.0.read_key(|key| key.id().to_owned())
    }

    /// The half that seals.
    #[must_use]
    pub fn sealer(&self) -> Sealer {
        Sealer(self.0.clone())
    }

    /// The half that opens; for the broker.
    #[must_use]
    pub fn opener(&self) -> Opener {
        Opener(self.0.clone())
    }

    /// The part that destroys what was retired and changes the site key; for the account manager.
    #[must_use]
    pub fn keeper(&self) -> Keeper {
        Keeper(self.0.clone())
    }
}

impl Inner {
    fn read_key<T>(&self, f: impl FnOnce(&SiteKey) -> T) -> Option<T> {
        self.key.read().unwrap_or_else(std::sync::PoisonError::into_inner).as_ref().map(f)
    }

    /// With the key of this id: the one in use, or the one that a change of the key has just written.
    fn with_key<T>(&self, id: &str, f: impl FnOnce(&SiteKey) -> T) -> Result<T, VaultError> {
        let current = self.key.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        match current.as_ref() {
            Some(key) if key.id() == id => return Ok(f(key)),
            None => return Err(VaultError::KeyMissing),
            Some(_) => {}
        }
        let found = current.as_ref().map_or_else(String::new, |key| key.id().to_owned());
        drop(current);
        match self.place.find(id) {
            Ok(Some(key)) => {
                let done = f(&key);
                *self.key.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(key);
                Ok(done)
            }
            Ok(None) => Err(VaultError::KeyOther { wanted: id.to_owned(), found }),
            Err(error) => Err(VaultError::Store(StoreError::unavailable("reading the site key", error.to_string()))),
        }
    }
}
