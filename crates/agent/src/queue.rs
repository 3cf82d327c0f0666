//! What the client wants to say, as files: one for each message, sent in order, removed once acknowledged.
//!
//! A message's id is made when it is queued and stays its id however often it is sent, so a crash between the
//! acknowledgement and the removal repeats harmlessly.

use crate::folder::{make_private, sync_folder, write_whole};
use provost_domain::MessageId;
use provost_wire::envelope::Kind;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Most bytes that the queue may hold; beyond it nothing but full inventories, which replace older ones, is taken.
pub const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The queue's folder.
#[derive(Clone, Debug)]
pub struct Queue {
    folder: PathBuf,
    bytes_max: u64,
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
    /// Opens the queue below a data folder; what a crash left half-written is removed.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(data: &Path) -> io::Result<Self> {
        let queue = Self { folder: data.join("queue"), bytes_max: BYTES_MAX };
        make_private(&queue.folder)?;
        for entry in fs::read_dir(&queue.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "tmp") {
                fs::remove_file(path)?;
            }
        }
        Ok(queue)
    }

    /// Puts a message at the end. It is on disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written, or the queue is full.
    pub fn push(&self, kind: Kind, id: MessageId, body: &[u8]) -> io::Result<()> {
        let waiting = self.waiting()?;
        let mut held = body.len() as u64;
        for message in &waiting {
            held += fs::metadata(&message.path)?.len();
        }
        if held > self.bytes_max {
            return Err(io::Error::new(io::ErrorKind::StorageFull, format!("the queue holds {} messages and is full", waiting.len())));
        }
        let serial = waiting.last().map_or(0, |last| last.serial).max(self.last_serial()?) + 1;
        write_whole(&self.folder, &file_name(serial, kind, id), body)?;
        // The newest serial is remembered beyond its message, so that order survives an emptied queue.
        write_whole(&self.folder, "last-serial", serial.to_string().as_bytes())
    }

    /// Puts a full inventory at the end and drops inventories that wait: it says all that they say.
    ///
    /// # Errors
    /// As [`Queue::push`].
    pub fn push_full_inventory(&self, id: MessageId, body: &[u8]) -> io::Result<()> {
        let superseded: Vec<Waiting> = self.waiting()?.into_iter().filter(|m| m.kind == Kind::HardwareInventory).collect();
        let over = Self { folder: self.folder.clone(), bytes_max: u64::MAX };
        over.push(Kind::HardwareInventory, id, body)?;
        superseded.iter().try_for_each(|message| self.remove(message))
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
        let refused = self.folder.join("refused");
        make_private(&refused)?;
        let name = file_name(message.serial, message.kind, message.id);
        write_whole(&refused, &format!("{name}.reason.txt"), reason.as_bytes())?;
        fs::rename(&message.path, refused.join(name))?;
        sync_folder(&self.folder)
    }

    fn last_serial(&self) -> io::Result<u64> {
        match fs::read_to_string(self.folder.join("last-serial")) {
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

fn parse_name(path: &Path) -> Option<Waiting> {
    let name = path.file_name()?.to_str()?.strip_suffix(".msg")?;
    let mut parts = name.split('.');
    let serial = parts.next()?.parse().ok()?;
    let kind = Kind::from_word(parts.next()?)?;
    let id = parts.next()?.parse().ok()?;
    Some(Waiting { serial, kind, id, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_domain::Timestamp;

    fn id(n: u8) -> MessageId {
        MessageId::new(Timestamp::from_micros(i64::from(n) * 1000), [n; 10])
    }

    fn ids(queue: &Queue) -> Vec<MessageId> {
        queue.waiting().expect("it reads").iter().map(|m| m.id).collect()
    }

    #[test]
    fn order_survives_an_emptied_queue_and_a_restart() {
        let place = tempfile::tempdir().expect("a folder");
        let queue = Queue::open(place.path()).expect("it opens");
        queue.push(Kind::Status, id(1), b"1").expect("it queues");
        let first = queue.waiting().expect("it reads").remove(0);
        queue.remove(&first).expect("it goes");
        let queue = Queue::open(place.path()).expect("it opens again");
        queue.push(Kind::Status, id(2), b"2").expect("it queues");
        assert!(queue.waiting().expect("it reads")[0].serial > first.serial);
    }

    #[test]
    fn a_half_written_message_is_no_message() {
        let place = tempfile::tempdir().expect("a folder");
        let queue = Queue::open(place.path()).expect("it opens");
        fs::write(place.path().join("queue/0000000000000001.status.tmp"), b"half").expect("it writes");
        assert!(ids(&queue).is_empty());
        let queue = Queue::open(place.path()).expect("it opens again");
        assert_eq!(fs::read_dir(&queue.folder).expect("it reads").count(), 0);
    }

    #[test]
    fn a_full_inventory_supersedes_those_that_wait() {
        let place = tempfile::tempdir().expect("a folder");
        let queue = Queue::open(place.path()).expect("it opens");
        queue.push(Kind::HardwareInventory, id(1), b"1").expect("it queues");
        queue.push(Kind::Status, id(2), b"2").expect("it queues");
        queue.push_full_inventory(id(3), b"3").expect("it queues");
        assert_eq!(ids(&queue), [id(2), id(3)]);
    }

    #[test]
    fn a_full_queue_refuses_and_loses_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        let queue = Queue { bytes_max: 3, ..Queue::open(place.path()).expect("it opens") };
        queue.push(Kind::Status, id(1), b"12").expect("it queues");
        assert_eq!(queue.push(Kind::Status, id(2), b"34").expect_err("it is full").kind(), io::ErrorKind::StorageFull);
        assert_eq!(ids(&queue), [id(1)]);
    }

    #[test]
    fn a_refused_message_lies_aside_with_its_reason() {
        let place = tempfile::tempdir().expect("a folder");
        let queue = Queue::open(place.path()).expect("it opens");
        queue.push(Kind::Status, id(1), b"bad").expect("it queues");
        let message = queue.waiting().expect("it reads").remove(0);
        queue.refuse(&message, "PV3009: not a status report").expect("it moves");
        assert!(ids(&queue).is_empty());
        let names: Vec<_> = fs::read_dir(place.path().join("queue/refused")).expect("it reads").filter_map(Result::ok).map(|e| e.file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    proptest! {
        #[test]
        fn messages_come_out_in_the_order_they_went_in(steps in proptest::collection::vec(any::<bool>(), 1..40)) {
            let place = tempfile::tempdir().expect("a folder");
            let mut model = std::collections::VecDeque::new();
            let mut made = 0;
            for push in steps {
                // Every step opens the queue anew, as after a crash.
                let queue = Queue::open(place.path()).expect("it opens");
                if push {
                    made += 1;
                    queue.push(Kind::State, id(made), b"x").expect("it queues");
                    model.push_back(id(made));
                } else if let Some(first) = queue.waiting().expect("it reads").first() {
                    prop_assert_eq!(Some(first.id), model.pop_front());
                    queue.remove(first).expect("it goes");
                }
                prop_assert_eq!(ids(&queue), model.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
