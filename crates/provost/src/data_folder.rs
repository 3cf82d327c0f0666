//! The data folder: everything a site keeps on this machine, and how other commands find the running site.

pub mod lock;
pub mod ports;
mod remains;
pub mod uninstalled;

use crate::failure::Failure;
use provost_catalog::rules::code;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Longest path of a local socket on Linux, without the ending zero (`unix(7)`).
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// The data folder; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder asked for, else `/var/lib/provost` as root, else `provost` in the person's data folder.
    ///
    /// # Errors
    /// When nothing says where the person's data is.
    pub fn resolve(asked: Option<&Path>) -> Result<Self, Failure> {
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        Self::choose(asked, rustix::process::geteuid().is_root(), absolute("XDG_DATA_HOME"), absolute("HOME"))
    }

    fn choose(asked: Option<&Path>, root: bool, xdg_data_home: Option<PathBuf>, home: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(asked) = asked {
            let path = std::path::absolute(asked).map_err(|e| Failure::new(code::DATA_FOLDER_UNUSABLE, "cannot tell where the data folder is", e))?;
            return Ok(Self(path));
        }
        if root {
            return Ok(Self(PathBuf::from("/var/lib/provost")));
        }
        xdg_data_home.or_else(|| home.map(|home| home.join(".local/share"))).map(|base| Self(base.join("provost"))).ok_or_else(|| {
            Failure::new(code::DATA_FOLDER_UNUSABLE, "cannot tell where the data folder is", "neither XDG_DATA_HOME nor HOME is an absolute path")
                .fix("name the folder: provost up --data DIR")
        })
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The settings file.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.0.join("provost.toml")
    }

    /// The local socket of the running site.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.0.join("run/provost.sock")
    }

    /// The key folder.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The embedded database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("database/site.db")
    }

    /// The inbox tree.
    #[must_use]
    pub fn inboxes(&self) -> PathBuf {
        self.0.join("inboxes")
    }

    /// The log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// The folder of this machine's own client.
    #[must_use]
    pub fn client(&self) -> PathBuf {
        self.0.join("client")
    }

    /// The one-time token that approves this machine's own client; the client removes it once it was used.
    #[must_use]
    pub fn client_token(&self) -> PathBuf {
        self.client().join("token")
    }

    /// What belongs to the running site only.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.0.join("run")
    }

    /// What a site keeps of itself outside its database.
    #[must_use]
    pub fn identity(&self) -> PathBuf {
        self.0.join("site.json")
    }

    /// How a person would name the folder: `~` for the home folder.
    #[must_use]
    pub fn shown(&self) -> String {
        let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute() && home.parent().is_some());
        match home.as_deref().and_then(|home| self.0.strip_prefix(home).ok()) {
            Some(rest) if !rest.as_os_str().is_empty() => format!("~/{}", rest.display()),
            _ => self.0.display().to_string(),
        }
    }

    /// Makes the folder for this person alone, or checks that it is.
    ///
    /// # Errors
    /// When it cannot be made, belongs to another person, holds something else, or its path is too long for a socket.
    pub fn prepare(&self) -> Result<(), Failure> {
        let unusable = |cause: String| {
            Failure::new(code::DATA_FOLDER_UNUSABLE, format!("cannot use the data folder {}", self.0.display()), cause)
                .fix("name another: provost up --data DIR")
        };
        if self.socket().as_os_str().len() > SOCKET_PATH_BYTES_MAX {
            return Err(unusable(format!("its path is too long: the local socket's may have {SOCKET_PATH_BYTES_MAX} bytes")));
        }
        match fs::metadata(&self.0) {
            Ok(found) if !found.is_dir() => return Err(unusable("it is not a folder".to_owned())),
            Ok(found) => {
                let me = rustix::process::geteuid().as_raw();
                if found.uid() != me {
                    return Err(unusable(format!("it belongs to user {}, and this is user {me}", found.uid())));
                }
                if !self.looks_like_ours().map_err(|e| unusable(e.to_string()))? {
                    return Err(unusable("it holds something else already, and its permissions would be changed".to_owned()));
                }
                fs::set_permissions(&self.0, fs::Permissions::from_mode(0o700)).map_err(|e| unusable(e.to_string()))?;
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(&self.0).map_err(|e| unusable(e.to_string()))?;
            }
            Err(e) => return Err(unusable(e.to_string())),
        }
        for folder in [self.run(), self.keys(), self.0.join("database"), self.inboxes(), self.logs(), self.client()] {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|e| unusable(format!("{}: {e}", folder.display())))?;
        }
        Ok(())
    }

    fn looks_like_ours(&self) -> io::Result<bool> {
        let mut entries = fs::read_dir(&self.0)?;
        let empty = entries.next().is_none();
        Ok(empty || self.settings().exists() || (self.run().is_dir() && self.keys().is_dir()))
    }
}

/// Writes a small file so that it is there whole or not at all: temporary name, sync, rename. Mode 0600.
///
/// # Errors
/// When the disk says so.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let temporary = path.with_file_name(format!(".{}.tmp", path.file_name().unwrap_or_default().to_string_lossy()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_follows_the_person() {
        let home = || Some(PathBuf::from("/home/ada"));
        let path = |folder: Result<DataFolder, Failure>| folder.map(|f| f.0).expect("a folder");
        assert_eq!(path(DataFolder::choose(None, true, None, home())), Path::new("/var/lib/provost"));
        assert_eq!(path(DataFolder::choose(None, false, None, home())), Path::new("/home/ada/.local/share/provost"));
        assert_eq!(path(DataFolder::choose(None, false, Some("/data".into()), home())), Path::new("/data/provost"));
        assert_eq!(path(DataFolder::choose(Some(Path::new("/x")), true, None, None)), Path::new("/x"));
        assert!(DataFolder::choose(None, false, None, None).is_err());
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let other = tempfile::tempdir().expect("a folder");
        fs::write(other.path().join("letter.txt"), "dear").expect("a file");
        let failure = DataFolder(other.path().to_owned()).prepare().expect_err("refused");
        assert_eq!(failure.code, code::DATA_FOLDER_UNUSABLE);
        assert!(!other.path().join("run").exists());
    }

    #[test]
    fn the_folder_is_for_one_person() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder(parent.path().join("new/data"));
        folder.prepare().expect("made");
        assert_eq!(fs::metadata(folder.path()).expect("there").permissions().mode() & 0o777, 0o700);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("widened");
        folder.prepare().expect("again");
        assert_eq!(fs::metadata(folder.path()).expect("there").permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_refused() {
        let failure = DataFolder(PathBuf::from(format!("/tmp/{}", "x".repeat(120)))).prepare().expect_err("refused");
        assert!(failure.cause.contains("too long"), "{failure}");
    }
}
