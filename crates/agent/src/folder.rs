//! The client's data folder: plain files, each written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The data folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens it, making it for the owner only when it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        make_private(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file's contents; `None` when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.0.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file for the owner only. After a crash it holds either the old or the new contents.
    ///
    /// # Errors
    /// When it cannot be written; the old contents stay.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write_whole(&self.0, name, bytes)
    }

    /// Removes a file; that it is missing is fine.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.0.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Held by the one client that runs with a data folder, until it ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Name of the file that is locked.
const LOCK: &str = "lock";

impl Folder {
    /// Opens a folder to look at, without making it.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn look(path: &Path) -> io::Result<Self> {
        fs::read_dir(path).map(|_| Self(path.to_owned()))
    }

    /// Takes the folder for this process alone; `None` when another client has it.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn lock(&self) -> io::Result<Option<Lock>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.0.join(LOCK))?;
        #[cfg(unix)]
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        Ok(Some(Lock { _file: file }))
    }

    /// Whether a client runs with this folder; false also when that cannot be seen.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.join(LOCK).exists() && self.lock().is_ok_and(|lock| lock.is_none())
    }
}

/// Makes a folder that only its owner may enter.
///
/// # Errors
/// When it cannot be made.
pub fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes `name` in `folder` by a temporary file, a sync, a rename and a sync of the folder.
///
/// # Errors
/// When any of it fails; the temporary file is removed.
pub fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temporary = folder.join(format!("{name}.tmp"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&temporary).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    let renamed = written.and_then(|()| fs::rename(&temporary, folder.join(name)));
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
        return renamed;
    }
    sync_folder(folder)
}

/// Makes a rename in a folder last.
///
/// # Errors
/// When the folder cannot be synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_at_a_time() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(place.path()).expect("it opens");
        assert!(!folder.is_locked());
        let lock = folder.lock().expect("it locks").expect("nobody has it");
        assert!(folder.is_locked());
        assert!(folder.lock().expect("it looks").is_none());
        drop(lock);
        assert!(folder.lock().expect("it locks").is_some());
    }

    #[test]
    fn looking_makes_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        assert!(Folder::look(&place.path().join("none")).is_err());
        assert!(!place.path().join("none").exists());
    }

    #[test]
    fn what_is_written_reads_back_for_the_owner_only() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("client")).expect("it opens");
        assert_eq!(folder.read("a").expect("it reads"), None);
        folder.write("a", b"1").expect("it writes");
        folder.write("a", b"2").expect("it writes again");
        assert_eq!(folder.read("a").expect("it reads"), Some(b"2".to_vec()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            assert_eq!(mode(folder.path()), 0o700);
            assert_eq!(mode(&folder.path().join("a")), 0o600);
        }
    }
}
