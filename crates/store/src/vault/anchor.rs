//! What the site remembers of its vault outside the database: the newest version of each secret.

use super::{SecretId, VaultError};
use crate::database::StoreError;
use crate::keys::KeyFolder;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;

const FILE: &str = "vault.head";
const KEY_FILE: &str = "vault-head.key";
const LOCK_FILE: &str = "vault.lock";

/// The newest versions, remembered.
pub(super) struct Anchor {
    keys: KeyFolder,
    key: hmac::Key,
}

#[derive(Serialize, Deserialize)]
struct Held {
    versions: BTreeMap<i64, i64>,
    mac: String,
}

impl Anchor {
    pub(super) fn open(keys: &KeyFolder) -> io::Result<Self> {
        let held = match keys.read(KEY_FILE)? {
            Some(held) => held,
            None => {
                let mut bytes = [0; 32];
                SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the operating system gives no randomness"))?;
                keys.write_new(KEY_FILE, &bytes)?;
                crate::keys::Secret::new(bytes.to_vec())
            }
        };
        Ok(Self { keys: keys.clone(), key: hmac::Key::new(hmac::HMAC_SHA256, held.expose()) })
    }

    /// Refuses a database whose newest version of a secret is older than what is remembered.
    pub(super) fn check(&self, secret: SecretId, found: i64) -> Result<(), VaultError> {
        let remembered = self.read().map_err(unavailable)?.get(&secret.0).copied().unwrap_or(0);
        if found < remembered { Err(VaultError::RolledBack { secret, found, remembered }) } else { Ok(()) }
    }

    /// Remembers that a secret has had this version. Called after the commit: it may fall behind, never be ahead.
    pub(super) fn advance(&self, secret: SecretId, version: i64) -> io::Result<()> {
        let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(self.keys.path(LOCK_FILE))?;
        lock.lock()?;
        let mut versions = self.read()?;
        let newest = versions.entry(secret.0).or_insert(0);
        if *newest >= version {
            return Ok(());
        }
        *newest = version;
        let mac = self.mac(&versions);
        self.keys.replace(FILE, &serde_json::to_vec(&Held { versions, mac })?)
    }

    fn read(&self) -> io::Result<BTreeMap<i64, i64>> {
        let Some(bytes) = self.keys.read(FILE)? else { return Ok(BTreeMap::new()) };
        let told = || io::Error::other(format!("{} was changed by somebody else", self.keys.path(FILE).display()));
        let held: Held = serde_json::from_slice(bytes.expose()).map_err(|_| told())?;
        if held.mac == self.mac(&held.versions) { Ok(held.versions) } else { Err(told()) }
    }

    fn mac(&self, versions: &BTreeMap<i64, i64>) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        for (secret, version) in versions {
            context.update(&secret.to_be_bytes());
            context.update(&version.to_be_bytes());
        }
        context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn unavailable(error: io::Error) -> VaultError {
    VaultError::Store(StoreError::unavailable("reading what the site remembers of its vault", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_once_seen_is_remembered_and_never_goes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        let anchor = Anchor::open(&keys).expect("an anchor");
        for version in [1, 3, 2] {
            anchor.advance(SecretId(7), version).expect("a record");
        }
        let anchor = Anchor::open(&keys).expect("an anchor");
        assert_eq!(anchor.check(SecretId(7), 3), Ok(()));
        assert_eq!(anchor.check(SecretId(7), 4), Ok(()), "a crash before the record");
        assert_eq!(anchor.check(SecretId(7), 2), Err(VaultError::RolledBack { secret: SecretId(7), found: 2, remembered: 3 }));
        assert_eq!(anchor.check(SecretId(8), 0), Ok(()));
        keys.replace(FILE, br#"{"versions":{"7":1},"mac":"00"}"#).expect("a file");
        assert!(matches!(anchor.check(SecretId(7), 3), Err(VaultError::Store(_))), "what was changed is not believed");
    }
}
