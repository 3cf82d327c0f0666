//! What the client wants to say, as files: one for each message, sent in order, removed once acknowledged.
//!
//! A message's id is made when it is queued and stays its id however often it is sent, so a crash between the
//! acknowledgement and the removal repeats harmlessly.
//!
//! The queue is bounded. What a newer message says anyway goes first: inventories before a newer full one, states
//! before a full set of states, heartbeats before a newer heartbeat; then the oldest status messages. Other messages
//! are never dropped; a queue that is full of them takes no more.

use crate::folder::{make_private, sync_folder, write_whole};
use provost_domain::MessageId;
use provost_wire::envelope::Kind;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Most bytes that the queue may hold.
pub const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most messages that the queue may hold.
pub const MESSAGES_MAX: usize = 2000;
/// Most refused messages that are kept for people to look at; the oldest go.
pub const REFUSED_MAX: usize = 50;

/// The file that remembers the newest serial number beyond its message, so that order survives an emptied queue.
const LAST_SERIAL: &str = "last-serial";
/// The folder of messages that the management point will never take.
const REFUSED: &str = "refused";

/// The queue's folder.
#[derive(Clone, Debug)]
pub struct Queue {
    folder: PathBuf,
    bytes_max: u64,
    messages_max: usize,
}

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its place in the order.
    pub serial: u64,
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: MessageId,
    path: PathBuf,
}

impl Queue {
    /// Opens the queue below a data folder; what a crash left half-written is removed. Only the client that holds the
    /// data folder's lock may do this.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(data: &Path) -> io::Result<Self> {
        let queue = Self::look(data);
        make_private(&queue.folder)?;
        for folder in [queue.folder.clone(), queue.folder.join(REFUSED)] {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let path = entry?.path();
                if path.extension().is_some_and(|e| e == "tmp") {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(queue)
    }

    /// The queue below a data folder, to look at and not to change.
    #[must_use]
    pub fn look(data: &Path) -> Self {
        Self { folder: data.join("queue"), bytes_max: BYTES_MAX, messages_max: MESSAGES_MAX }
    }

    /// Puts a message at the end. It is on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written, or the queue is full of messages that must not be dropped.
    pub fn push(&self, kind: Kind, id: MessageId, body: &[u8]) -> io::Result<()> {
        let waiting = self.waiting()?;
        self.make_room(&waiting, kind, body.len() as u64)?;
        self.append(&waiting, kind, id, body)
    }

    /// Puts a message at the end that says all that waiting messages of its kind say, such as a full inventory, and drops
    /// those. It is taken even when the queue is full.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push_superseding(&self, kind: Kind, id: MessageId, body: &[u8]) -> io::Result<()> {
        let waiting = self.waiting()?;
        self.append(&waiting, kind, id, body)?;
        waiting.iter().filter(|m| m.kind == kind).try_for_each(|message| self.remove(message))
    }

    fn append(&self, waiting: &[Waiting], kind: Kind, id: MessageId, body: &[u8]) -> io::Result<()> {
        let serial = waiting.last().map_or(0, |last| last.serial).max(self.last_serial()?) + 1;
        write_whole(&self.folder, &file_name(serial, kind, id), body)?;
        write_whole(&self.folder, LAST_SERIAL, serial.to_string().as_bytes())
    }

    /// Drops what may be dropped until there is room for a message of this kind and size.
    fn make_room(&self, waiting: &[Waiting], kind: Kind, bytes: u64) -> io::Result<()> {
        let mut sizes = Vec::with_capacity(waiting.len());
        for message in waiting {
            sizes.push(size(&message.path)?);
        }
        let (mut held, mut count) = (sizes.iter().sum::<u64>() + bytes, waiting.len() + 1);
        let newest_heartbeat = waiting.iter().rev().find(|m| m.kind == Kind::Heartbeat).map(|m| m.serial);
        let repeated = |m: &Waiting| m.kind == Kind::Heartbeat && (kind == Kind::Heartbeat || Some(m.serial) != newest_heartbeat);
        let is_event = |m: &Waiting| m.kind == Kind::Status;
        let droppable = |first: bool| waiting.iter().zip(&sizes).filter(move |(m, _)| if first { repeated(m) } else { is_event(m) });
        for (message, size) in droppable(true).chain(droppable(false)) {
            if held <= self.bytes_max && count <= self.messages_max {
                break;
            }
            tracing::warn!(kind = message.kind.word(), id = %message.id, "the queue is full: its oldest message of a kind that may be dropped goes");
            self.remove(message)?;
            (held, count) = (held - size, count - 1);
        }
        if held > self.bytes_max || count > self.messages_max {
            return Err(io::Error::new(io::ErrorKind::StorageFull, format!("the queue holds {} messages and is full", count - 1)));
        }
        Ok(())
    }

    /// Every waiting message, in the order in which they were queued.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn waiting(&self) -> io::Result<Vec<Waiting>> {
        let mut waiting = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            waiting.extend(parse_name(&path));
        }
        waiting.sort_by_key(|m| m.serial);
        Ok(waiting)
    }

    /// A message's body.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn body(&self, message: &Waiting) -> io::Result<Vec<u8>> {
        fs::read(&message.path)
    }

    /// Forgets an acknowledged message.
    ///
    /// # Errors
    /// When its file cannot be removed; it is then sent again, which is harmless.
    pub fn remove(&self, message: &Waiting) -> io::Result<()> {
        match fs::remove_file(&message.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Puts a message aside that the management point will never take, with the reason beside it, so that the others
    /// go on.
    ///
    /// # Errors
    /// When it cannot be moved.
    pub fn refuse(&self, message: &Waiting, reason: &str) -> io::Result<()> {
        let refused = self.folder.join(REFUSED);
        make_private(&refused)?;
        let name = file_name(message.serial, message.kind, message.id);
        write_whole(&refused, &format!("{name}{REASON}"), reason.as_bytes())?;
        fs::rename(&message.path, refused.join(name))?;
        sync_folder(&refused)?;
        sync_folder(&self.folder)?;
        forget_oldest(&refused)
    }

    /// How many refused messages are kept.
    #[must_use]
    pub fn refused(&self) -> usize {
        fs::read_dir(self.folder.join(REFUSED)).map_or(0, |entries| entries.filter_map(Result::ok).filter(|e| parse_name(&e.path()).is_some()).count())
    }

    fn last_serial(&self) -> io::Result<u64> {
        match fs::read_to_string(self.folder.join(LAST_SERIAL)) {
            // A damaged number is as good as none: waiting messages keep their order by their own.
            Ok(text) => Ok(text.trim().parse().unwrap_or(0)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }
}

fn file_name(serial: u64, kind: Kind, id: MessageId) -> String {
    format!("{serial:016}.{}.{id}.msg", kind.word())
}

/// What the name of a reason's file ends with, after the name of the message's file.
const REASON: &str = ".reason.txt";

/// Keeps the newest [`REFUSED_MAX`] refused messages.
fn forget_oldest(refused: &Path) -> io::Result<()> {
    let mut names: Vec<String> = fs::read_dir(refused)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    // Both files of a message begin with its serial number, a reason's file coming after its message's.
    names.sort_unstable();
    let messages: Vec<&String> = names.iter().filter(|name| name.ends_with(".msg")).collect();
    let Some(kept_from) = messages.len().checked_sub(REFUSED_MAX).map(|too_many| messages[too_many]) else { return Ok(()) };
    names.iter().take_while(|name| **name < *kept_from).try_for_each(|name| fs::remove_file(refused.join(name)))
}

/// Size of a waiting message's file; 0 when it is gone.
fn size(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn parse_name(path: &Path) -> Option<Waiting> {
    let name = path.file_name()?.to_str()?.strip_suffix(".msg")?;
    let mut parts = name.split('.');
    let serial = parts.next()?.parse().ok()?;
    let kind = Kind::from_word(parts.next()?)?;
    let id = parts.next()?.parse().ok()?;
    Some(Waiting { serial, kind, id, path: path.to_owned() })
}

#[cfg(test)]
mod tests;
