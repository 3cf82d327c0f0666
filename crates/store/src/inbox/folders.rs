//! The inbox tree: claims, finished files, bad files, counts.

use super::frame::{BadFrame, FILE_BYTES_MAX, Frame, read_frames};
use provost_catalog::inboxes::{INBOXES, Inbox};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// What a file is called while it is written.
pub(super) const TEMPORARY: &str = "tmp";
/// Most bytes of a rejected message that are kept; the rest says nothing new.
const BAD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long nobody must have written to a damaged file before it counts as damaged.
const SETTLED_AFTER: Duration = Duration::from_secs(1);

/// The inbox tree of one site. Clones are the same.
#[derive(Clone, Debug)]
pub struct Inboxes(Arc<PathBuf>);

/// A file that was found in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    path: PathBuf,
    name: String,
}

/// How full an inbox is.
#[derive(Clone, Debug)]
pub struct Count {
    /// The inbox.
    pub inbox: &'static Inbox,
    /// Files that wait.
    pub waiting_files: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// When the oldest of them was written.
    pub oldest: Option<SystemTime>,
    /// Files in its bad folder, reasons not counted.
    pub bad_files: u64,
}

impl Inboxes {
    /// Opens the tree below `root`, making what is missing. What a crash left half-written is removed: it was never
    /// acknowledged.
    ///
    /// # Errors
    /// When a folder cannot be made or read.
    pub fn open(root: &Path) -> io::Result<Self> {
        let mut parents = BTreeSet::new();
        for inbox in INBOXES {
            let (folder, bad_folder) = (root.join(inbox.folder), root.join(inbox.bad_folder));
            for made in [&folder, &bad_folder] {
                fs::create_dir_all(made)?;
                parents.extend(made.ancestors().skip(1).take_while(|a| a.starts_with(root)).map(Path::to_owned));
            }
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_file() && path.extension().is_some_and(|e| e == TEMPORARY) {
                    fs::remove_file(path)?;
                }
            }
        }
        // A message is as durable as its folder is, and that as every folder above it.
        parents.extend(root.canonicalize()?.parent().map(Path::to_owned));
        for parent in parents {
            File::open(parent)?.sync_all()?;
        }
        Ok(Self(Arc::new(root.to_owned())))
    }

    /// Where the tree is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// An inbox's folder.
    #[must_use]
    pub fn folder(&self, inbox: &Inbox) -> PathBuf {
        self.0.join(inbox.folder)
    }

    /// An inbox's bad folder.
    #[must_use]
    pub fn bad_folder(&self, inbox: &Inbox) -> PathBuf {
        self.0.join(inbox.bad_folder)
    }

    /// The files of an inbox, in the order of their names, which is that of their deposits. Only the inbox's owner
    /// claims, so a claim is a look.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn claim(&self, inbox: &Inbox) -> io::Result<std::vec::IntoIter<Claimed>> {
        let mut claimed = Vec::new();
        for entry in fs::read_dir(self.folder(inbox))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if belongs(inbox, &name) && entry.file_type()?.is_file() {
                claimed.push(Claimed { path: entry.path(), name });
            }
        }
        claimed.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(claimed.into_iter())
    }

    /// Removes a file whose messages are in the database. Not synced: a file that comes back after a crash is loaded
    /// again, which is harmless.
    ///
    /// # Errors
    /// When it cannot be removed; that it is gone is fine.
    pub fn finish(&self, file: Claimed) -> io::Result<()> {
        match fs::remove_file(&file.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps what could not be read in the inbox's bad folder, with the reason beside it. The name follows from the
    /// contents, so that a repetition after a crash writes over itself.
    ///
    /// # Errors
    /// When it cannot be written; the inbox file must then stay.
    pub fn reject(&self, inbox: &Inbox, file_name: &str, bytes: &[u8], reason: &str) -> io::Result<PathBuf> {
        let folder = self.bad_folder(inbox);
        let kept = &bytes[..bytes.len().min(BAD_BYTES_MAX)];
        let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, "bad"));
        let name = format!("{stem}-{:08x}.{extension}", crc32fast::hash(bytes));
        let cut = if kept.len() < bytes.len() { format!("\nOnly the first {} of {} bytes are kept.", kept.len(), bytes.len()) } else { String::new() };
        write_synced(&folder.join(format!("{name}.reason.txt")), format!("{reason}{cut}\n").as_bytes())?;
        let path = folder.join(&name);
        write_synced(&path, kept)?;
        File::open(&folder)?.sync_all()?;
        Ok(path)
    }

    /// How full each inbox is.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn counts(&self) -> io::Result<Vec<Count>> {
        INBOXES.iter().map(|inbox| self.count(inbox)).collect()
    }

    fn count(&self, inbox: &'static Inbox) -> io::Result<Count> {
        let mut count = Count { inbox, waiting_files: 0, waiting_bytes: 0, oldest: None, bad_files: 0 };
        for file in self.claim(inbox)? {
            // A file may be loaded and removed while we look.
            let Ok(about) = fs::metadata(&file.path) else { continue };
            count.waiting_files += 1;
            count.waiting_bytes += about.len();
            let written = about.modified()?;
            count.oldest = Some(count.oldest.map_or(written, |oldest| oldest.min(written)));
        }
        for entry in fs::read_dir(self.bad_folder(inbox))? {
            let entry = entry?;
            count.bad_files += u64::from(entry.file_type()?.is_file() && !entry.file_name().to_string_lossy().ends_with(".reason.txt"));
        }
        Ok(count)
    }
}

impl Claimed {
    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nobody wrote to it for a moment. A deposit appears whole, but a file that somebody copies here may be found
    /// while it is still being written; then it looks damaged and is not.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let written = fs::metadata(&self.path).and_then(|about| about.modified());
        // A time in the future is a clock that was set back: waiting for it would be for ever.
        written.is_ok_and(|at| at.elapsed().map_or(true, |age| age >= SETTLED_AFTER))
    }

    /// Reads its bytes into `buffer`, writing over what is there. `Ok(Err(why))` when they cannot hold a frame: an empty
    /// file, or one that is larger than any deposit, which is not read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_into(&self, buffer: &mut Vec<u8>) -> io::Result<Result<(), String>> {
        buffer.clear();
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        if length > FILE_BYTES_MAX {
            return Ok(Err(format!("a file of {length} bytes; at most {FILE_BYTES_MAX} are read")));
        }
        buffer.reserve(usize::try_from(length).unwrap_or(0) + 1);
        file.read_to_end(buffer)?;
        Ok(if buffer.is_empty() { Err("an empty file".to_owned()) } else { Ok(()) })
    }

    /// Its frames, and what in it is none. A file that is larger than any deposit is not read: it is one bad frame.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_frames(&self) -> io::Result<(Vec<Frame>, Vec<BadFrame>)> {
        let mut bytes = Vec::new();
        Ok(match self.read_into(&mut bytes)? {
            Ok(()) => read_frames(&bytes),
            Err(reason) => (Vec::new(), vec![BadFrame { reason, bytes }]),
        })
    }
}

fn belongs(inbox: &Inbox, name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| inbox.extensions.iter().any(|e| e.eq_ignore_ascii_case(extension)))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}
