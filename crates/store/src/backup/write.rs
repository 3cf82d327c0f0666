//! Writing a backup.

use super::items::{Item, write_file, write_item};
use super::{BackupError, Contents, Manifest, SealedError, Sealing};
use crate::database::{Database, Moved, StoreError};
use crate::keys::Secret;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a backup leaves out of the data folder: the database, whose rows it has, locks, logs, this machine's own client, and
/// passwords of the database's logins, which are made anew. The ports stay: clients know them.
const LEFT_OUT: &[&str] = &["database", "run/lock", "logs", "client", "keys/database", "keys/ledger.lock", "keys/vault.lock"];

/// The site key, and the one that is to become it.
const SITE_KEYS: [&str; 2] = ["keys/site.key", "keys/site.key.next"];

/// Writes a backup. The site may run meanwhile: files are taken before the rows. So a message that waits is in one of the two
/// or in both, where it is known by its id; and what the key folder remembers of ledger and vault is never ahead of the rows.
///
/// # Errors
/// As [`BackupError`] tells; what was written then is no backup.
pub fn write(database: &Database, data: &Path, manifest: &Manifest, passphrase: &Secret, out: impl Write) -> Result<Contents, BackupError> {
    let mut sealing = Sealing::new(passphrase, out).map_err(BackupError::Sealed)?;
    let mut contents = Contents::default();
    let written = |e: io::Error| BackupError::Sealed(SealedError::Stream(e));
    let json = serde_json::to_vec(manifest).map_err(|e| BackupError::Malformed(e.to_string()))?;
    write_item(&mut sealing, &Item::Manifest(json)).map_err(written)?;
    let keys = site_keys(data)?;
    let mut paths = Vec::new();
    collect(data, Path::new(""), &mut paths).map_err(|e| BackupError::File(data.to_path_buf(), e))?;
    for path in paths {
        let Some(name) = path.to_str() else { continue };
        // A message that is loaded meanwhile is in the rows.
        let Some(file) = opened(&data.join(&path))? else { continue };
        contents.files += 1;
        write_item(&mut sealing, &Item::File(name.to_owned())).and_then(|()| write_file(&mut sealing, file)).map_err(written)?;
    }
    let mut trouble = None;
    let exported = database.export(&mut |moved| {
        let item = Item::Moved(moved);
        contents.rows += u64::from(matches!(item, Item::Moved(Moved::Row { .. })));
        write_item(&mut sealing, &item).map_err(|error| {
            trouble = Some(error);
            StoreError::unavailable("writing the backup", "the file could not be written")
        })
    });
    exported.map_err(|error| trouble.take().map_or(BackupError::Store(error), written))?;
    let same = |(before, after): (&Option<Secret>, &Option<Secret>)| before.as_ref().map(Secret::expose) == after.as_ref().map(Secret::expose);
    if !keys.iter().zip(&site_keys(data)?).all(same) {
        return Err(BackupError::KeyChanged);
    }
    write_item(&mut sealing, &Item::End).map_err(written)?;
    sealing.finish().map_err(BackupError::Sealed)?;
    Ok(contents)
}

/// The site keys as they are now.
fn site_keys(data: &Path) -> Result<[Option<Secret>; 2], BackupError> {
    let read = |name: &str| {
        let path = data.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Secret::new(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(BackupError::File(path, error)),
        }
    };
    let [current, next] = SITE_KEYS.map(read);
    Ok([current?, next?])
}

fn collect(data: &Path, below: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(data.join(below))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if LEFT_OUT.iter().any(|left_out| path == Path::new(left_out)) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(data, &path, found)?;
        } else if kind.is_file() && path.extension().is_none_or(|extension| extension != "tmp") {
            found.push(path);
        }
    }
    Ok(())
}

/// A file to read; none when it is gone.
fn opened(path: &Path) -> Result<Option<File>, BackupError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(BackupError::File(path.to_path_buf(), error)),
    }
}
