//! The key folder: secrets as files that only this account reads. Secrets never enter the database in clear, an
//! argument, an environment variable, a log or an error.

use rustix::fs::{Mode, OFlags};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Bytes that must not be seen: overwritten when dropped, and without any way to print, copy or serialise them.
///
/// ```compile_fail
/// println!("{:?}", provost_store::keys::Secret::new(Vec::new()));
/// ```
/// ```compile_fail
/// println!("{}", provost_store::keys::Secret::new(Vec::new()));
/// ```
/// ```compile_fail
/// let _ = provost_store::keys::Secret::new(Vec::new()).clone();
/// ```
/// ```compile_fail
/// fn written(_: &impl serde::Serialize) {}
/// written(&provost_store::keys::Secret::new(Vec::new()));
/// ```
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes the bytes; the caller's copy, if it made one, is the caller's to overwrite.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one call that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to be worked on in place.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Adds bytes. Where room must be made, the old room is overwritten.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let mut wider = Vec::with_capacity((self.0.len() + bytes.len()).next_power_of_two());
            wider.extend_from_slice(&self.0);
            overwrite(&mut std::mem::replace(&mut self.0, wider));
        }
        self.0.extend_from_slice(bytes);
    }

    /// Adds zeros up to `length`.
    pub(crate) fn pad(&mut self, length: usize) {
        let missing = length.saturating_sub(self.0.len());
        self.extend(&vec![0; missing]);
    }

    /// Overwrites and forgets the bytes before their time is over.
    pub(crate) fn clear(&mut self) {
        overwrite(&mut self.0);
        self.0.clear();
    }

    /// The bytes as text, when they are.
    #[must_use]
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

/// Overwrites bytes and keeps the compiler from leaving that out because nobody reads them again.
fn overwrite(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// Largest file that the folder reads, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A folder of mode 0700 whose files have mode 0600.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
}

impl KeyFolder {
    /// Opens the folder; creates it when it is not there.
    ///
    /// # Errors
    /// When it cannot be made, is no folder, belongs to another account, or others may enter it.
    pub fn open(path: &Path) -> io::Result<KeyFolder> {
        let folder = KeyFolder { path: path.to_path_buf() };
        folder.make(path)?;
        Ok(folder)
    }

    /// Where the file `name` is or would be; `name` may name one sub-folder, such as `database/provider.password`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What the file `name` holds; `None` when there is no such file.
    ///
    /// # Errors
    /// When it cannot be read, or others may read it: a key that others could read is no longer a key.
    pub fn read(&self, name: &str) -> io::Result<Option<Secret>> {
        let path = self.path(name);
        let opened = rustix::fs::open(&path, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty());
        let file = match opened {
            Ok(descriptor) => File::from(descriptor),
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(about(&path, "cannot be read", &error.into())),
        };
        let metadata = file.metadata()?;
        check_private(&path, &metadata, 0o600)?;
        if metadata.len() > FILE_BYTES_MAX {
            return Err(io::Error::other(format!("{} is larger than {FILE_BYTES_MAX} bytes and no key", path.display())));
        }
        let mut secret = Secret(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1));
        file.take(FILE_BYTES_MAX).read_to_end(&mut secret.0).map_err(|e| about(&path, "cannot be read", &e))?;
        Ok(Some(secret))
    }

    /// Writes a file that must not be there yet: to a temporary name with mode 0600, synced, then renamed, and the folder
    /// synced, so that after a crash there is the whole file or none.
    ///
    /// # Errors
    /// `AlreadyExists` when the file is there; otherwise why it could not be written.
    pub fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.write(name, bytes, true)
    }

    /// Removes a file, durably; one that is not there is fine.
    ///
    /// # Errors
    /// Why it could not be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed.map_err(|e| about(&path, "cannot be removed", &e))?,
        }
        File::open(path.parent().unwrap_or(&self.path))?.sync_all()
    }

    /// Writes a file whether it is there or not, as [`KeyFolder::write_new`] does.
    ///
    /// # Errors
    /// Why it could not be written; what was there before is still there then.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.write(name, bytes, false)
    }

    fn write(&self, name: &str, bytes: &[u8], new: bool) -> io::Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.path);
        self.make(folder)?;
        let temporary = folder.join(format!(".{}.tmp", path.file_name().unwrap_or_default().to_string_lossy()));
        match std::fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(about(&temporary, "cannot be removed", &error)),
            _ => {}
        }
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            if new {
                // A hard link, unlike a rename, fails when the name is taken.
                std::fs::hard_link(&temporary, &path)?;
                std::fs::remove_file(&temporary)?;
            } else {
                std::fs::rename(&temporary, &path)?;
            }
            File::open(folder)?.sync_all()
        })();
        written.map_err(|error| {
            let _ = std::fs::remove_file(&temporary);
            about(&path, "cannot be written", &error)
        })
    }

    fn make(&self, folder: &Path) -> io::Result<()> {
        match std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder) {
            Ok(()) => {}
            Err(error) => return Err(about(folder, "cannot be made", &error)),
        }
        let metadata = std::fs::symlink_metadata(folder).map_err(|e| about(folder, "cannot be read", &e))?;
        if !metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is not a folder", folder.display())));
        }
        check_private(folder, &metadata, 0o700)
    }
}

/// Refuses what others may read, and what belongs to another account.
fn check_private(path: &Path, metadata: &std::fs::Metadata, mode: u32) -> io::Result<()> {
    let found = metadata.permissions().mode() & 0o7777;
    if found & !mode != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{path} has mode {found:04o}, so others may use it; keys need mode {mode:04o}: chmod {mode:o} {path}", path = path.display()),
        ));
    }
    let me = rustix::process::geteuid().as_raw();
    if metadata.uid() != me {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} belongs to user {}, not to user {me} who runs this", path.display(), metadata.uid()),
        ));
    }
    Ok(())
}

fn about(path: &Path, what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{} {what}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;

    fn folder() -> (tempfile::TempDir, KeyFolder) {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
        (folder, keys)
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("a file").permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_written_is_read_and_nobody_else_may() {
        let (_folder, keys) = folder();
        assert!(keys.read("a.key").expect("a read").is_none());
        keys.write_new("database/a.password", b"\0secret").expect("a write");
        assert_eq!(keys.read("database/a.password").expect("a read").expect("a file").expose(), b"\0secret");
        assert_eq!(mode(&keys.path("")), 0o700);
        assert_eq!(mode(&keys.path("database")), 0o700);
        assert_eq!(mode(&keys.path("database/a.password")), 0o600);
        let names: Vec<_> = std::fs::read_dir(keys.path("database")).expect("a folder").map(|e| e.expect("a file").file_name()).collect();
        assert_eq!(names, ["a.password"], "nothing temporary is left");
    }

    #[test]
    fn a_file_is_written_once_unless_it_is_replaced() {
        let (_folder, keys) = folder();
        keys.write_new("a.key", b"one").expect("a write");
        assert_eq!(keys.write_new("a.key", b"two").expect_err("a refusal").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(keys.read("a.key").expect("a read").expect("a file").expose(), b"one");
        keys.replace("a.key", b"two").expect("a write");
        assert_eq!(keys.read("a.key").expect("a read").expect("a file").expose(), b"two");
    }

    #[test]
    fn a_crash_in_the_middle_leaves_nothing_in_the_way() {
        let (_folder, keys) = folder();
        std::fs::write(keys.path(".a.key.tmp"), "half").expect("what a crash leaves");
        keys.write_new("a.key", b"whole").expect("a write");
        assert_eq!(keys.read("a.key").expect("a read").expect("a file").expose(), b"whole");
    }

    #[test]
    fn wider_modes_are_refused_with_the_command_that_helps() {
        let (_folder, keys) = folder();
        keys.write_new("a.key", b"one").expect("a write");
        for wide in [0o640, 0o604, 0o660, 0o700] {
            std::fs::set_permissions(keys.path("a.key"), Permissions::from_mode(wide)).expect("a mode");
            let error = keys.read("a.key").err().expect("a refusal");
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        std::fs::set_permissions(keys.path("a.key"), Permissions::from_mode(0o400)).expect("a mode");
        assert!(keys.read("a.key").is_ok(), "a narrower mode is fine");
        for wide in [0o750, 0o701, 0o1777] {
            std::fs::set_permissions(keys.path(""), Permissions::from_mode(wide)).expect("a mode");
            assert!(KeyFolder::open(&keys.path("")).expect_err("a refusal").to_string().contains("chmod 700"));
        }
    }

    #[test]
    fn a_link_is_not_followed() {
        let (folder, keys) = folder();
        std::fs::write(folder.path().join("elsewhere"), "x").expect("a file");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), keys.path("a.key")).expect("a link");
        assert!(keys.read("a.key").is_err());
        std::os::unix::fs::symlink(folder.path(), folder.path().join("linked")).expect("a link");
        assert!(KeyFolder::open(&folder.path().join("linked")).is_err());
    }

    #[test]
    fn overwritten_bytes_are_zero() {
        let mut bytes = [7; 4];
        overwrite(&mut bytes);
        assert_eq!(bytes, [0; 4]);
    }
}
