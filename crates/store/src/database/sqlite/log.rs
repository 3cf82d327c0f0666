//! The write-ahead log: when it is copied into the database, and the room that its file has.

use super::{Open, Sqlite, classified};
use crate::database::error::StoreError;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// Pages of the log, of 4 KiB each, from which on a commit copies it into the database.
pub(super) const PAGES_MAX: u32 = 65_536;
/// Bytes of the log that its file keeps once it was copied, and from which on it is copied when there is nothing else to do.
pub(super) const BYTES_KEPT: u64 = 64 << 20;
/// Room is made in so many bytes: other writers wait no longer than these take.
const ROOM_STEP: u64 = 4 << 20;
/// Room is made when the disk has so many times of it free.
const DISK_FREE_TIMES: u64 = 16;

impl Sqlite {
    /// Copies the log into the database, unless there is little in it: what readers still look at in it is left for the next
    /// time. Nobody waits for it.
    pub(in crate::database) fn rest(&self) -> Result<(), StoreError> {
        if std::fs::metadata(self.log()).is_ok_and(|log| log.len() > BYTES_KEPT) {
            let copied = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            copied.map_err(|e| classified("copying the log into the database", &self.path, &e))?;
        }
        Ok(())
    }

    /// Gives the log's file the bytes that it keeps anyway once it had them, unless the disk has little room itself. A log that
    /// grows gets its blocks, and pages of the system's memory, while somebody waits for a commit, and each page is cleared
    /// before a part of it is written; one that has room is only written over.
    pub(in crate::database) fn make_room(&mut self) -> Result<(), StoreError> {
        let log = self.log();
        let failed = |error: io::Error| StoreError::unavailable(format!("making room in {}", log.display()), error.to_string());
        let Ok(file) = OpenOptions::new().write(true).open(&log) else { return Ok(()) };
        loop {
            // What follows the last page that was committed is nobody's but the writer's, and while this is it nobody else is.
            let writer = Open::begin(self, true)?;
            let Some(room) = next_room(&file).map_err(failed)? else { return Ok(()) };
            clear(&file, &room).or_else(|error| file.set_len(room.start).and(Err(error))).map_err(failed)?;
            drop(writer);
            // Else the next commit would wait until all of it is on disk.
            file.sync_data().map_err(failed)?;
        }
    }

    fn log(&self) -> PathBuf {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        log.into()
    }
}

/// What room is to be made next; none when there is enough, or too little on the disk.
fn next_room(log: &File) -> io::Result<Option<Range<u64>>> {
    let disk = rustix::fs::fstatvfs(log)?;
    let from = log.metadata()?.len();
    let is_spare = disk.f_bavail.saturating_mul(disk.f_frsize) / DISK_FREE_TIMES >= BYTES_KEPT;
    Ok((is_spare && from < BYTES_KEPT).then(|| from..BYTES_KEPT.min(from + ROOM_STEP)))
}

/// Writes zeros: what its checks do not confirm, SQLite takes for the log's end.
fn clear(log: &File, room: &Range<u64>) -> io::Result<()> {
    static ZEROS: [u8; 128 << 10] = [0; 128 << 10];
    let mut at = room.start;
    while at < room.end {
        let some = ZEROS.len().min(usize::try_from(room.end - at).unwrap_or(ZEROS.len()));
        log.write_all_at(&ZEROS[..some], at)?;
        at += some as u64;
    }
    Ok(())
}
