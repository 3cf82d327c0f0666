//! Making a site of a backup.

use super::items::Item;
use super::reading::{Bounded, Reading, inside, malformed, new_file};
use super::{BackupError, Contents, IDENTITY, SETTINGS};
use crate::database::{Database, Location, StoreError};
use crate::keys::{KeyFolder, Secret};
use provost_domain::Timestamp;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Where a backup is restored to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The data folder, which is empty or not there.
    pub data: &'a Path,
    /// The database, which is new.
    pub location: &'a Location,
    /// What becomes of the settings file; none to have none.
    pub settings: Option<&'a [u8]>,
}

/// Restores a backup, which [`super::check`] has read, to an empty folder and an empty database.
///
/// # Errors
/// As [`BackupError`] tells. The folder is then as it was, and the database as empty.
pub fn restore(input: impl Read, passphrase: &Secret, place: Place<'_>, now: Timestamp) -> Result<(Database, Contents), BackupError> {
    let failed = |e: io::Error| BackupError::File(place.data.to_path_buf(), e);
    let there = match fs::read_dir(place.data).map(Iterator::count) {
        Ok(0) => true,
        Ok(_) => return Err(BackupError::NotEmpty(place.data.to_path_buf())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(failed(error)),
    };
    // Opening it would give its logins new passwords, and lock out the site that is there.
    if !Database::is_unused(place.location)? {
        return Err(BackupError::DatabaseUsed);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(place.data).map_err(failed)?;
    let restored = restore_into(input, passphrase, place, now);
    if restored.is_err() {
        // Half a site would be taken for one.
        let _ = fs::remove_dir_all(place.data);
        if there {
            let _ = DirBuilder::new().mode(0o700).create(place.data);
        }
    }
    restored
}

fn restore_into(input: impl Read, passphrase: &Secret, place: Place<'_>, now: Timestamp) -> Result<(Database, Contents), BackupError> {
    let mut reading = Reading::begin(input, passphrase)?;
    let Place { data, location, settings } = place;
    let keys = KeyFolder::open(&data.join("keys")).map_err(|e| BackupError::File(data.join("keys"), e))?;
    let mut contents = Contents::default();
    // What makes the folder a site's comes last, when everything else is in place.
    let mut identity = Bounded(Vec::new());
    let mut item = reading.next()?;
    while let Item::File(path) = item {
        contents.files += 1;
        let to = data.join(inside(&path)?);
        match path.as_str() {
            IDENTITY => reading.file(&mut identity)?,
            SETTINGS => reading.file(io::sink())?,
            _ => reading.file_to(&to)?,
        }
        item = reading.next()?;
    }
    let database = Database::open(location, &keys, reading.manifest.site, &reading.manifest.name, now)?;
    let mut first = Some(item);
    let mut trouble = None;
    let imported = database.import(&mut || {
        let next = first.take().map_or_else(|| reading.next(), Ok);
        let refused = match next {
            Ok(Item::Moved(moved)) => return Ok(Some(moved)),
            Ok(Item::End) => match reading.end() {
                Ok(()) => return Ok(None),
                Err(error) => error,
            },
            Ok(Item::Manifest(_) | Item::File(_)) => malformed("files and rows are mixed"),
            Err(error) => error,
        };
        trouble = Some(refused);
        Err(StoreError::unavailable("reading the backup", "it does not open to its end"))
    });
    contents.rows = imported.map_err(|error| trouble.take().unwrap_or(BackupError::Store(error)))?;
    if identity.0.is_empty() {
        return Err(malformed("it has no site.json"));
    }
    for (name, bytes) in settings.map(|settings| (SETTINGS, settings)).into_iter().chain([(IDENTITY, &identity.0[..])]) {
        let to = data.join(name);
        new_file(&to).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all())).map_err(|e| BackupError::File(to, e))?;
    }
    File::open(data).and_then(|folder| folder.sync_all()).map_err(|e| BackupError::File(data.to_path_buf(), e))?;
    Ok((database, contents))
}
