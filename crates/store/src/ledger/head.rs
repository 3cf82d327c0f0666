//! How far the ledger went, kept outside the database.

use crate::keys::KeyFolder;
use provost_domain::Digest;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;

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

/// The newest recorded head; `None` when nothing was ever recorded.
pub(super) fn read(keys: &KeyFolder) -> io::Result<Option<Head>> {
    match keys.read(FILE)? {
        None => Ok(None),
        Some(bytes) => serde_json::from_slice(bytes.expose()).map(Some).map_err(|e| io::Error::other(format!("{}: {e}", keys.path(FILE).display()))),
    }
}

/// Records `head` unless a later one is recorded: of several that commit at once, the last one stays, whoever comes first.
pub(super) fn advance(keys: &KeyFolder, head: Head) -> io::Result<()> {
    // Other processes of the site append too; the lock goes when the file is closed.
    let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(keys.path(LOCK_FILE))?;
    lock.lock()?;
    if read(keys)?.is_some_and(|recorded| recorded.seq >= head.seq) {
        return Ok(());
    }
    keys.replace(FILE, &serde_json::to_vec(&head)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_never_goes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        assert_eq!(read(&keys).expect("a folder that reads"), None);
        let head = |seq| Head { seq, hash: Digest::of(&[0]) };
        for seq in [2, 1, 5, 4] {
            advance(&keys, head(seq)).expect("a head that is written");
        }
        assert_eq!(read(&keys).expect("a head"), Some(head(5)));
        keys.replace(FILE, b"{}").expect("a file");
        assert!(read(&keys).is_err());
    }
}
