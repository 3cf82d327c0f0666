//! The site key, and where it lies.

use crate::keys::{KeyFolder, Secret};
use provost_domain::Digest;
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use std::io;
use std::path::{Path, PathBuf};

/// Its file in the key folder.
pub(super) const FILE: &str = "site.key";
/// The key that is to become the site key, while it is changed.
pub(super) const NEXT_FILE: &str = "site.key.next";
/// Its name among the service manager's credentials.
const CREDENTIAL: &str = "provost-site-key";

/// The site key: 32 bytes.
pub(super) struct SiteKey {
    id: String,
    bytes: Secret,
}

impl SiteKey {
    /// A new one.
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = vec![0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the operating system gives no randomness"))?;
        Ok(Self::of(Secret::new(bytes)))
    }

    /// From what a file holds: 32 bytes, or their 64 hexadecimal digits.
    fn read(file: &Path, held: Secret) -> io::Result<Self> {
        if held.expose().len() == 32 {
            return Ok(Self::of(held));
        }
        let digits = held.expose_text().map(str::trim_end).filter(|text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()));
        let bytes = digits.and_then(|text| (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect::<Option<Vec<u8>>>());
        bytes
            .map(|bytes| Self::of(Secret::new(bytes)))
            .ok_or_else(|| io::Error::other(format!("{} holds no site key: 32 bytes, or 64 hexadecimal digits", file.display())))
    }

    fn of(bytes: Secret) -> Self {
        let mut named = Secret::new(b"provost site key\0".to_vec());
        named.extend(bytes.expose());
        let id = Digest::of(named.expose()).to_string()[..8].to_owned();
        Self { id, bytes }
    }

    /// Eight hexadecimal digits that tell it from others.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The cipher with this key. AES-256 takes every key of 32 bytes.
    pub(super) fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.bytes.expose()).ok().map(LessSafeKey::new)
    }

    pub(super) const fn bytes(&self) -> &Secret {
        &self.bytes
    }
}

/// Where the site key lies.
pub(super) struct KeyPlace {
    keys: KeyFolder,
    credential: Option<PathBuf>,
}

impl KeyPlace {
    pub(super) fn new(keys: &KeyFolder, credentials: Option<&Path>) -> Self {
        let credential = credentials.map(|folder| folder.join(CREDENTIAL)).filter(|file| file.exists());
        Self { keys: keys.clone(), credential }
    }

    pub(super) const fn is_credential(&self) -> bool {
        self.credential.is_some()
    }

    /// The key to go on with; finishes or undoes a change of the key that a crash cut off.
    pub(super) fn settle(&self, in_use: &[String]) -> io::Result<Option<SiteKey>> {
        if let Some(file) = &self.credential {
            return SiteKey::read(file, Secret::new(std::fs::read(file)?)).map(Some);
        }
        let current = self.read(FILE)?;
        if let Some(next) = self.read(NEXT_FILE)? {
            if in_use.iter().any(|id| id == next.id()) {
                self.promote(&next)?;
                return Ok(Some(next));
            }
            self.keys.remove(NEXT_FILE)?;
        }
        match current {
            Some(key) => Ok(Some(key)),
            None if in_use.is_empty() => {
                let key = SiteKey::random()?;
                self.keys.write_new(FILE, key.bytes().expose())?;
                Ok(Some(key))
            }
            None => Ok(None),
        }
    }

    /// The key of this id, wherever it lies now.
    pub(super) fn find(&self, id: &str) -> io::Result<Option<SiteKey>> {
        if self.is_credential() {
            return Ok(None);
        }
        for name in [FILE, NEXT_FILE] {
            if let Some(key) = self.read(name)?.filter(|key| key.id() == id) {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Lays the next key beside the current one, durably, before anything is sealed with it.
    pub(super) fn lay(&self, next: &SiteKey) -> io::Result<()> {
        self.keys.replace(NEXT_FILE, next.bytes().expose())
    }

    /// Makes the next key the current one.
    pub(super) fn promote(&self, next: &SiteKey) -> io::Result<()> {
        self.keys.replace(FILE, next.bytes().expose())?;
        self.keys.remove(NEXT_FILE)
    }

    fn read(&self, name: &str) -> io::Result<Option<SiteKey>> {
        self.keys.read(name)?.map(|held| SiteKey::read(&self.keys.path(name), held)).transpose()
    }
}
