//! Deposits with group commit: one sync serves many clients.
//!
//! A thread takes everything that waits, writes one file for each inbox, syncs it, renames it, syncs the folder, and
//! only then tells each depositor. While it syncs, the next round gathers.

use super::folders::{Inboxes, TEMPORARY};
use super::frame::write_frame;
use provost_catalog::inboxes::Inbox;
use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

/// Most bytes that may wait; more is refused as busy, so that memory stays bounded when the disk is slow.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most messages that may wait.
const WAITING_MAX: usize = 20_000;
/// Most bytes of one file; what is over goes into the next round.
const FILE_BYTES: usize = 8 * 1024 * 1024;
/// Bytes that are gathered before they are written; larger bodies are written as they are.
const BUFFER_BYTES: usize = 32 * 1024;

/// Why a deposit was not made. Nothing of it is in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DepositError {
    /// More is waiting than is good; try again soon.
    Busy,
    /// The device is full.
    StorageFull,
    /// The device failed.
    Failed(String),
    /// The depositor stopped.
    Stopped,
}

impl fmt::Display for DepositError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too much is waiting to be written"),
            Self::StorageFull => f.write_str("the device that holds the inboxes is full"),
            Self::Failed(why) => write!(f, "the inbox cannot be written: {why}"),
            Self::Stopped => f.write_str("the site is stopping"),
        }
    }
}

impl std::error::Error for DepositError {}

impl From<io::Error> for DepositError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Told once whether the message is on disk.
type Done = Box<dyn FnOnce(Result<(), DepositError>) + Send>;

struct Item {
    inbox: &'static Inbox,
    header: Vec<u8>,
    body: Vec<u8>,
    done: Done,
}

#[derive(Default)]
struct Waiting {
    items: Vec<Item>,
    bytes: usize,
    stopped: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Deposits messages into inboxes. Stops, after what waits is written, when it is dropped.
pub struct Depositor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Depositor {
    /// Starts its thread.
    ///
    /// # Errors
    /// When a folder cannot be opened or the system gives no thread.
    pub fn start(inboxes: &Inboxes) -> io::Result<Self> {
        let shared = Arc::new(Shared { waiting: Mutex::default(), wake: Condvar::new() });
        let mut writer = Writer { inboxes: inboxes.clone(), folders: HashMap::new() };
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("depositor".to_owned()).spawn(move || run(&theirs, &mut writer))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Hands over a message; `done` is called from the depositor's thread once its file and folder are synced, or once
    /// it is certain that it is not in the inbox.
    ///
    /// # Errors
    /// [`DepositError::Busy`] or [`DepositError::Stopped`]; `done` is not called then.
    pub fn deposit(
        &self,
        inbox: &'static Inbox,
        header: Vec<u8>,
        body: Vec<u8>,
        done: impl FnOnce(Result<(), DepositError>) + Send + 'static,
    ) -> Result<(), DepositError> {
        let mut waiting = self.shared.lock();
        if waiting.stopped {
            return Err(DepositError::Stopped);
        }
        let bytes = header.len() + body.len();
        if waiting.items.len() >= WAITING_MAX || waiting.bytes + bytes > WAITING_BYTES_MAX {
            return Err(DepositError::Busy);
        }
        waiting.bytes += bytes;
        waiting.items.push(Item { inbox, header, body, done: Box::new(done) });
        drop(waiting);
        self.shared.wake.notify_one();
        Ok(())
    }
}

impl Drop for Depositor {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Inboxes {
    /// Deposits one message and waits until it is on disk: for the site's own components, which have little to say.
    ///
    /// # Errors
    /// When it is not in the inbox.
    pub fn deposit_blocking(&self, inbox: &'static Inbox, header: &[u8], body: &[u8]) -> Result<(), DepositError> {
        let mut folder = Folder::open(self, inbox)?;
        folder.write(&[(header, body)])?.publish()?;
        folder.sync()?;
        Ok(())
    }
}

fn run(shared: &Shared, writer: &mut Writer) {
    loop {
        let mut waiting = shared.lock();
        while waiting.items.is_empty() {
            if waiting.stopped {
                return;
            }
            waiting = shared.wake.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let items = std::mem::take(&mut waiting.items);
        waiting.bytes = 0;
        drop(waiting);
        writer.round(items);
    }
}

struct Writer {
    inboxes: Inboxes,
    folders: HashMap<&'static str, Folder>,
}

impl Writer {
    /// Writes a round: one file for each inbox, or several when there is more than fits, each synced with its folder
    /// before its messages are told of it.
    fn round(&mut self, items: Vec<Item>) {
        let mut groups: Vec<(&'static Inbox, Vec<Item>)> = Vec::new();
        for item in items {
            match groups.iter_mut().find(|(inbox, _)| inbox.name == item.inbox.name) {
                Some((_, group)) => group.push(item),
                None => groups.push((item.inbox, vec![item])),
            }
        }
        for (inbox, mut group) in groups {
            while !group.is_empty() {
                let mut bytes = 0;
                let fits = group.iter().take_while(|i| {
                    let first = bytes == 0;
                    bytes += i.header.len() + i.body.len();
                    first || bytes <= FILE_BYTES
                });
                let rest = group.split_off(fits.count());
                let result = self.file(inbox, &group);
                if result.is_err() {
                    // The folder may be gone or its file system remounted: look again next time.
                    self.folders.remove(inbox.name);
                }
                for item in group {
                    (item.done)(result.clone());
                }
                group = rest;
            }
        }
    }

    fn file(&mut self, inbox: &'static Inbox, group: &[Item]) -> Result<(), DepositError> {
        let folder = match self.folders.entry(inbox.name) {
            std::collections::hash_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::hash_map::Entry::Vacant(vacant) => vacant.insert(Folder::open(&self.inboxes, inbox)?),
        };
        let messages: Vec<(&[u8], &[u8])> = group.iter().map(|i| (i.header.as_slice(), i.body.as_slice())).collect();
        folder.write(&messages)?.publish()?;
        folder.sync()?;
        Ok(())
    }
}

/// An inbox's folder, open for depositing.
struct Folder {
    path: std::path::PathBuf,
    handle: File,
    extension: &'static str,
    /// Tells files of several depositors apart.
    tag: String,
    /// Time in the newest file's name, in microseconds.
    newest: u64,
}

/// A synced file that does not have its name yet.
struct Unpublished(std::path::PathBuf);

impl Folder {
    fn open(inboxes: &Inboxes, inbox: &'static Inbox) -> io::Result<Self> {
        let path = inboxes.folder(inbox);
        let handle = File::open(&path)?;
        // Names go on from the newest that is there, so that order survives a restart and a clock that was set back.
        let newest = inboxes.claim(inbox)?.filter_map(|file| file.name().get(..20)?.parse().ok()).max().unwrap_or(0);
        let mut tag = [0; 4];
        ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut tag).map_err(|_| io::Error::other("no randomness"))?;
        let tag = format!("{:08x}", u32::from_le_bytes(tag));
        Ok(Self { path, handle, extension: inbox.extensions.first().copied().unwrap_or("MSG"), tag, newest })
    }

    #[allow(clippy::disallowed_methods, reason = "a name only says the order; nothing is decided by its time")]
    fn next_name(&mut self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_micros()).unwrap_or(u64::MAX));
        self.newest = now.max(self.newest + 1);
        format!("{:020}-{}.{}", self.newest, self.tag, self.extension)
    }

    /// Writes and syncs messages under a temporary name; on failure nothing is left.
    fn write(&mut self, messages: &[(&[u8], &[u8])]) -> io::Result<Unpublished> {
        let name = self.next_name();
        let temporary = self.path.join(format!("{name}.{TEMPORARY}"));
        let written = File::create_new(&temporary).and_then(|file| {
            let mut buffered = BufWriter::with_capacity(BUFFER_BYTES, file);
            for (header, body) in messages {
                write_frame(&mut buffered, header, body)?;
            }
            buffered.flush()?;
            buffered.get_ref().sync_data()
        });
        match written {
            Ok(()) => Ok(Unpublished(temporary)),
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                Err(error)
            }
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }
}

impl Unpublished {
    /// Gives the file its name: from now on its owner may find it.
    fn publish(self) -> io::Result<()> {
        let renamed = fs::rename(&self.0, self.0.with_extension(""));
        if renamed.is_err() {
            let _ = fs::remove_file(&self.0);
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_catalog::inboxes::{DISCOVERY, STATUS};
    use std::sync::mpsc::channel;

    fn inboxes() -> (tempfile::TempDir, Inboxes) {
        let place = tempfile::tempdir().expect("a folder");
        let inboxes = Inboxes::open(&place.path().join("inboxes")).expect("it opens");
        (place, inboxes)
    }

    fn bodies(inboxes: &Inboxes, inbox: &'static Inbox) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for file in inboxes.claim(inbox).expect("it reads") {
            let (frames, bad) = file.read_frames().expect("it reads");
            assert!(bad.is_empty(), "{bad:?}");
            found.extend(frames.into_iter().map(|f| f.body));
        }
        found
    }

    #[test]
    fn many_messages_share_few_files_and_keep_their_order() {
        let (_place, inboxes) = inboxes();
        let depositor = Depositor::start(&inboxes).expect("it starts");
        let (sender, receiver) = channel();
        for n in 0..500_u32 {
            let sender = sender.clone();
            let done = move |result: Result<(), DepositError>| sender.send(result).expect("somebody listens");
            depositor.deposit(&STATUS, b"h".to_vec(), n.to_be_bytes().to_vec(), done).expect("there is room");
        }
        for _ in 0..500 {
            assert_eq!(receiver.recv(), Ok(Ok(())));
        }
        let files = inboxes.claim(&STATUS).expect("it reads").count();
        assert!(files < 250, "{files} files for 500 messages");
        let expected: Vec<_> = (0..500_u32).map(|n| n.to_be_bytes().to_vec()).collect();
        assert_eq!(bodies(&inboxes, &STATUS), expected);
    }

    #[test]
    fn dropping_writes_what_waits() {
        let (_place, inboxes) = inboxes();
        let depositor = Depositor::start(&inboxes).expect("it starts");
        depositor.deposit(&STATUS, b"h".to_vec(), b"1".to_vec(), |_| {}).expect("there is room");
        depositor.deposit(&DISCOVERY, b"h".to_vec(), b"2".to_vec(), |_| {}).expect("there is room");
        drop(depositor);
        assert_eq!(bodies(&inboxes, &STATUS), [b"1"]);
        assert_eq!(bodies(&inboxes, &DISCOVERY), [b"2"]);
    }

    #[test]
    fn too_much_waiting_is_busy() {
        let (_place, inboxes) = inboxes();
        let depositor = Depositor::start(&inboxes).expect("it starts");
        let huge = vec![0; WAITING_BYTES_MAX + 1];
        assert_eq!(depositor.deposit(&STATUS, Vec::new(), huge, |_| {}), Err(DepositError::Busy));
    }

    #[test]
    fn a_folder_that_is_gone_is_a_failure_that_ends_when_it_is_back() {
        let (_place, inboxes) = inboxes();
        let depositor = Depositor::start(&inboxes).expect("it starts");
        let folder = inboxes.folder(&STATUS);
        let put = |body: &[u8]| {
            let (sender, receiver) = channel();
            depositor.deposit(&STATUS, Vec::new(), body.to_vec(), move |r| sender.send(r).expect("somebody listens")).expect("there is room");
            receiver.recv().expect("it is told")
        };
        assert_eq!(put(b"1"), Ok(()));
        fs::remove_dir_all(&folder).expect("it goes");
        assert!(matches!(put(b"2"), Err(DepositError::Failed(_))));
        fs::create_dir_all(&folder).expect("it is back");
        assert_eq!(put(b"3"), Ok(()));
        assert_eq!(bodies(&inboxes, &STATUS), [b"3"]);
    }

    #[test]
    fn names_go_on_after_the_newest_even_when_the_clock_is_behind() {
        let (_place, inboxes) = inboxes();
        let future = inboxes.folder(&STATUS).join("09999999999999999999-00000000.SVF");
        let mut bytes = Vec::new();
        write_frame(&mut bytes, b"", b"first").expect("it writes");
        fs::write(future, bytes).expect("it writes");
        inboxes.deposit_blocking(&STATUS, b"", b"second").expect("it is deposited");
        assert_eq!(bodies(&inboxes, &STATUS), [b"first".to_vec(), b"second".to_vec()]);
    }
}
