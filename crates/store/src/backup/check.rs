//! Reading a backup to its end before anything is made of it.

use super::items::Item;
use super::reading::{Bounded, Reading, inside, malformed};
use super::{BackupError, Manifest, SETTINGS};
use crate::keys::Secret;
use std::io::{self, Read};

/// What a backup that opens whole says of itself, and the settings file that it holds.
pub struct Checked {
    /// What it is.
    pub manifest: Manifest,
    /// The settings file of the site.
    pub settings: Option<Vec<u8>>,
}

/// Reads a backup to its end and writes nothing, so that one that does not open whole is refused before anything is made of it.
///
/// # Errors
/// As [`BackupError`] tells.
pub fn check(input: impl Read, passphrase: &Secret) -> Result<Checked, BackupError> {
    let mut reading = Reading::begin(input, passphrase)?;
    let mut settings = None;
    loop {
        match reading.next()? {
            Item::Manifest(_) => return Err(malformed("it says twice what it is")),
            Item::File(path) => {
                inside(&path)?;
                let mut held = Bounded(Vec::new());
                if path == SETTINGS {
                    reading.file(&mut held)?;
                    settings = Some(held.0);
                } else {
                    reading.file(io::sink())?;
                }
            }
            Item::Moved(_) => {}
            Item::End => break,
        }
    }
    reading.end()?;
    Ok(Checked { manifest: reading.manifest, settings })
}
