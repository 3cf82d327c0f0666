//! What a site keeps in its data folder, thing by thing, and its removal. What Provost did not put there stays.

use super::DataFolder;
use std::fs;
use std::io;
use std::path::PathBuf;

/// One thing in the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name in the folder.
    pub name: &'static str,
    /// What it is.
    pub words: &'static str,
}

const fn kept(name: &'static str, words: &'static str) -> Kept {
    Kept { name, words }
}

/// Everything that Provost puts there, in the order in which it goes: that the site was uninstalled goes last.
const KEPT: &[Kept] = &[
    kept("client", "this machine's client: its registration, its key, and messages that wait"),
    kept("inboxes", "inboxes: messages of clients that wait to be loaded"),
    kept("database", "the embedded site database, with sealed passwords"),
    kept("keys", "keys: the site key that seals passwords, the certificate authority, the ledger's key"),
    kept("logs", "log files"),
    kept("run", "what belongs to a running site: socket, lock, ports"),
    kept("site.json", "the site's code and name"),
    kept("provost.toml", "settings"),
    kept("uninstalled.json", "that the site was uninstalled"),
];

impl DataFolder {
    /// What of [`KEPT`] is there.
    #[must_use]
    pub fn remains(&self) -> Vec<(&'static Kept, PathBuf)> {
        let all = KEPT.iter().map(|kept| (kept, self.path().join(kept.name)));
        all.filter(|(_, path)| path.symlink_metadata().is_ok()).collect()
    }

    /// What is there beside it: not Provost's.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn strangers(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        match fs::read_dir(self.path()) {
            Ok(entries) => {
                for entry in entries {
                    let name = entry?.file_name().to_string_lossy().into_owned();
                    // What was being written when a process ended is ours too.
                    let ours = |kept: &Kept| name == kept.name || name == format!(".{}.tmp", kept.name);
                    if !KEPT.iter().any(ours) {
                        names.push(name);
                    }
                }
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Removes everything that Provost put there, and the folder when nothing else is in it. A symbolic link goes, and not what
    /// it leads to. What is gone already is no error, so that it can be done again.
    ///
    /// # Errors
    /// Which could not be removed, and why; what comes after it stays too.
    pub fn remove(&self) -> io::Result<()> {
        for (_, path) in self.remains() {
            let removed = if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        }
        for kept in KEPT {
            let _ = fs::remove_file(self.path().join(format!(".{}.tmp", kept.name)));
        }
        if self.strangers()?.is_empty() {
            match fs::remove_dir(self.path()) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io::Error::new(e.kind(), format!("{}: {e}", self.path().display()))),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn everything_of_provost_goes_and_nothing_else() {
        let place = tempfile::tempdir().expect("a folder");
        let elsewhere = place.path().join("elsewhere");
        fs::create_dir(&elsewhere).and_then(|()| fs::write(elsewhere.join("letter"), "dear")).expect("a folder");
        let folder = DataFolder::resolve(Some(&place.path().join("data"))).expect("a path");
        folder.prepare().expect("made");
        fs::write(folder.settings(), "").and_then(|()| fs::write(folder.path().join(".site.json.tmp"), "")).expect("files");
        fs::remove_dir(folder.logs()).and_then(|()| symlink(&elsewhere, folder.logs())).expect("logs elsewhere");
        fs::write(folder.path().join("notes.txt"), "mine").expect("a file");
        folder.remove().expect("removed");
        assert_eq!(folder.strangers().expect("readable"), ["notes.txt"]);
        assert!(folder.remains().is_empty() && elsewhere.join("letter").exists());
        fs::remove_file(folder.path().join("notes.txt")).expect("gone");
        folder.remove().expect("again");
        assert!(!folder.path().exists());
        folder.remove().expect("and again");
    }
}
