//! How far the ledger went, kept outside the database.
//!
//! The file has two places, and each record goes into the one that does not hold the newest: one that was cut off by a crash
//! leaves the other. It is written after the commit that it tells of, and synced now and then only, since it may fall behind
//! the chain: what a power cut takes from it is what the last seconds added.

use crate::keys::KeyFolder;
use provost_domain::Digest;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An entry that the ledger must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
}

const FILE: &str = "ledger.head";
const LOCK_FILE: &str = "ledger.lock";

/// Bytes of a place: less than any device writes at once.
const PLACE: usize = 256;

/// Longest time without a sync while records are written.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// When the record was last synced by this process.
pub(super) struct Synced(Mutex<Option<Instant>>);

impl Synced {
    pub(super) const fn never() -> Self {
        Self(Mutex::new(None))
    }

    fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= SYNC_EVERY);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

/// The newest recorded head; `None` when nothing was ever recorded.
pub(super) fn read(keys: &KeyFolder) -> io::Result<Option<Head>> {
    Ok(newest(keys)?.map(|(head, _)| head))
}

/// The newest record, and which place holds it.
fn newest(keys: &KeyFolder) -> io::Result<Option<(Head, usize)>> {
    let Some(bytes) = keys.read(FILE)? else { return Ok(None) };
    let places = bytes.expose().chunks(PLACE).enumerate();
    let newest = places.filter_map(|(place, bytes)| Some((parse(bytes)?, place))).max_by_key(|(head, _)| head.seq);
    newest.map_or_else(|| Err(io::Error::other(format!("{} holds no record", keys.path(FILE).display()))), |newest| Ok(Some(newest)))
}

/// Records `head` unless a later one is recorded: of several that commit at once, the last one stays, whoever comes first.
pub(super) fn advance(keys: &KeyFolder, head: Head, synced: &Synced) -> io::Result<()> {
    // Other processes of the site append too; the lock goes when the file is closed.
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(keys.path(LOCK_FILE))?;
    lock.lock()?;
    let place = match newest(keys)? {
        None => return keys.replace(FILE, &[written(head)?, vec![b'\n'; PLACE]].concat()),
        Some((recorded, _)) if recorded.seq >= head.seq => return Ok(()),
        Some((_, place)) => usize::from(place == 0),
    };
    let file: File = OpenOptions::new().write(true).open(keys.path(FILE))?;
    file.write_all_at(&written(head)?, (place * PLACE) as u64)?;
    if synced.is_due() { file.sync_data() } else { Ok(()) }
}

/// A record with its checksum, as long as a place.
fn written(head: Head) -> io::Result<Vec<u8>> {
    let mut record = serde_json::to_vec(&head)?;
    let checksum = crc32fast::hash(&record);
    record.extend_from_slice(format!(" {checksum:08x}").as_bytes());
    record.resize(PLACE - 1, b' ');
    record.push(b'\n');
    Ok(record)
}

fn parse(place: &[u8]) -> Option<Head> {
    let (record, checksum) = std::str::from_utf8(place).ok()?.trim_end().rsplit_once(' ')?;
    let whole = u32::from_str_radix(checksum, 16).is_ok_and(|checksum| checksum == crc32fast::hash(record.as_bytes()));
    if whole { serde_json::from_str(record).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (tempfile::TempDir, KeyFolder) {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        (folder, keys)
    }

    fn head(seq: i64) -> Head {
        Head { seq, hash: Digest::of(&[0]) }
    }

    #[test]
    fn the_head_never_goes_back() {
        let (_folder, keys) = keys();
        assert_eq!(read(&keys).expect("a folder that reads"), None);
        for seq in [2, 1, 5, 4, i64::MAX] {
            advance(&keys, head(seq), &Synced::never()).expect("a head that is written");
        }
        assert_eq!(read(&keys).expect("a head"), Some(head(i64::MAX)));
        keys.replace(FILE, b"{}").expect("a file");
        assert!(read(&keys).is_err());
    }

    #[test]
    fn a_record_that_was_cut_off_leaves_the_one_before() {
        let (_folder, keys) = keys();
        for seq in 1..=4 {
            advance(&keys, head(seq), &Synced::never()).expect("a head that is written");
            let whole = keys.read(FILE).expect("a read").expect("a file");
            let place = newest(&keys).expect("a record").expect("one").1 * PLACE;
            for cut in 0..PLACE - 1 {
                let mut bytes = whole.expose().to_vec();
                bytes[place + cut..place + PLACE].fill(b'x');
                std::fs::write(keys.path(FILE), bytes).expect("a file");
                let left = read(&keys);
                if seq > 1 {
                    assert_eq!(left.expect("the record before"), Some(head(seq - 1)), "{cut} bytes");
                } else {
                    assert!(left.is_err());
                }
            }
            std::fs::write(keys.path(FILE), whole.expose()).expect("a file");
        }
    }

    #[test]
    fn it_is_synced_now_and_then() {
        let synced = Synced::never();
        assert!(synced.is_due());
        assert!(!synced.is_due());
    }
}
