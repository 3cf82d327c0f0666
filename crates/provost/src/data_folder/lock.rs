//! The lock on a data folder: one site at a time.

use super::DataFolder;
use crate::failure::Failure;
use provost_catalog::rules::code;
use rustix::fs::FlockOperation;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;

/// Held while a site runs; the system gives it back however the process ends.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock and leaves this process's id in it.
    ///
    /// # Errors
    /// When another site runs on the folder; the failure names its process.
    pub fn take(folder: &DataFolder) -> Result<Self, Failure> {
        let path = folder.run().join("lock");
        let what = format!("cannot start a site on the data folder {}", folder.path().display());
        let unusable = |e: &dyn std::fmt::Display| Failure::new(code::DATA_FOLDER_UNUSABLE, what.clone(), format!("{}: {e}", path.display()));
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(|e| unusable(&e))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let process = holder.trim().parse::<u32>().map_or_else(|_| "another process".to_owned(), |pid| format!("process {pid}"));
                return Err(Failure::new(code::DATA_FOLDER_IN_USE, what, format!("{process} runs a site on it"))
                    .state("that site goes on running; nothing was changed")
                    .fix(format!("use the running one: provost site show --data {0}\nor another folder: provost up --data DIR", folder.path().display())));
            }
            Err(e) => return Err(unusable(&e)),
        }
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(|e| unusable(&e))?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_site_is_told_of_the_first() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::resolve(Some(&parent.path().join("data"))).expect("a path");
        folder.prepare().expect("made");
        let first = Lock::take(&folder).expect("free");
        let failure = Lock::take(&folder).err().expect("taken");
        assert_eq!(failure.code, code::DATA_FOLDER_IN_USE);
        assert!(failure.cause.contains(&std::process::id().to_string()), "{failure}");
        drop(first);
        assert!(Lock::take(&folder).is_ok());
    }
}
