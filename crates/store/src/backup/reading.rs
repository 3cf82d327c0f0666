//! A backup, read item by item.

use super::items::{Item, read_file, read_item};
use super::{BackupError, Manifest, Opening};
use crate::keys::Secret;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path};

/// Largest settings file that is kept in memory, in bytes.
const SETTINGS_BYTES_MAX: usize = 1 << 20;

/// A backup that is read.
pub(super) struct Reading<R> {
    opening: Opening<R>,
    pub(super) manifest: Manifest,
}

impl<R: Read> Reading<R> {
    /// Opens it and reads what it is.
    pub(super) fn begin(input: R, passphrase: &Secret) -> Result<Self, BackupError> {
        let mut opening = Opening::new(passphrase, input).map_err(BackupError::Sealed)?;
        let Item::Manifest(json) = read_item(&mut opening).map_err(|e| why(&mut opening, &e))? else {
            return Err(malformed("it does not begin with what it is"));
        };
        let manifest: Manifest = serde_json::from_slice(&json).map_err(|e| malformed(&e.to_string()))?;
        if manifest.schema > crate::schema::VERSION {
            return Err(BackupError::TooNew { found: manifest.schema, known: crate::schema::VERSION });
        }
        Ok(Self { opening, manifest })
    }

    pub(super) fn next(&mut self) -> Result<Item, BackupError> {
        read_item(&mut self.opening).map_err(|e| why(&mut self.opening, &e))
    }

    pub(super) fn file(&mut self, to: impl Write) -> Result<(), BackupError> {
        read_file(&mut self.opening, to).map_err(|e| why(&mut self.opening, &e))
    }

    pub(super) fn file_to(&mut self, path: &Path) -> Result<(), BackupError> {
        let failed = |e: io::Error| BackupError::File(path.to_path_buf(), e);
        let mut file = new_file(path).map_err(failed)?;
        match read_file(&mut self.opening, &mut file) {
            Ok(()) => file.sync_all().map_err(failed),
            Err(error) => Err(self.opening.trouble().map_or_else(|| failed(error), BackupError::Sealed)),
        }
    }

    pub(super) fn end(&mut self) -> Result<(), BackupError> {
        self.opening.expect_end().map_err(BackupError::Sealed)
    }
}

/// Why an item could not be read: because of the stream that it is in, or because it is none.
fn why<R: Read>(opening: &mut Opening<R>, error: &io::Error) -> BackupError {
    opening.trouble().map_or_else(|| malformed(&error.to_string()), BackupError::Sealed)
}

pub(super) fn malformed(what: &str) -> BackupError {
    BackupError::Malformed(what.to_owned())
}

/// The path of a file, which leads nowhere but into the folder.
pub(super) fn inside(path: &str) -> Result<&Path, BackupError> {
    let relative = Path::new(path);
    let normal = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if normal && !path.is_empty() { Ok(relative) } else { Err(malformed(&format!("a file is called {path:?}"))) }
}

/// Takes a small file and refuses to grow beyond it.
pub(super) struct Bounded(pub(super) Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > SETTINGS_BYTES_MAX {
            return Err(io::Error::other("a settings file that is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn new_file(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
