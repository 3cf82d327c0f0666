//! Intake: how a component takes messages out of its inbox.
//!
//! 1. Files are claimed in the order of their names, up to a bound, and read; a body that cannot be read is remembered as
//!    bad, whatever else its file holds.
//! 2. The component loads their messages in one transaction; those that were loaded before are left out.
//! 3. What could not be read goes to the bad folder with the reason beside it, and raises a status message.
//! 4. Only then the files go.
//!
//! A crash between any two of these steps repeats the whole, harmlessly. When the database cannot be reached, the files
//! stay and the pass fails; the supervisor tries again. When the database refuses a batch for another reason, its
//! messages are loaded one by one, and one that fails alone again and again is treated as unreadable: a single message
//! must not keep all others waiting.

use crate::status_writer::{Raised, StatusWriter};
use provost_catalog::inboxes::Inbox;
use provost_catalog::rules::code;
use provost_domain::status::Severity;
use provost_domain::{MessageId, SmsId, Timestamp};
use provost_runtime::{Clock, Failure, Pass};
use provost_store::inbox::{Claimed, FrameRef, Inboxes, Part, parts};
use provost_store::{Connection, StoreError};
use provost_wire::envelope::Envelope;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How much is loaded at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Files.
    pub files: usize,
    /// Messages; a file is never split, so there may be more.
    pub messages: usize,
    /// Bytes; likewise.
    pub bytes: usize,
}

/// How often a message may fail alone before it counts as unreadable.
const STRIKES_MAX: u8 = 3;
/// Pause before a file is looked at again that may still be being written.
const SETTLING: Duration = Duration::from_millis(100);
/// Messages that come after one another come sooner than this: nobody is to wait for what is done in a pause.
const PAUSE: Duration = Duration::from_secs(2);
/// How long ids of loaded messages are remembered, in days. Management points refuse messages that are much younger.
const REMEMBERED_DAYS: i64 = 90;
/// How often old ids are forgotten, in seconds.
const FORGET_SECONDS: i64 = 24 * 3600;

/// What a component does with the messages of one inbox.
pub trait Loader {
    /// What is kept of a message until it is loaded.
    type Content;

    /// Reads a message's body; `Err` tells why it never can be loaded.
    ///
    /// # Errors
    /// The reason, for people.
    fn parse(&mut self, envelope: &Envelope, body: &[u8]) -> Result<Self::Content, String>;

    /// Loads messages: durably, all or none of them, leaving out those that were loaded before, and telling which can
    /// never be loaded.
    ///
    /// # Errors
    /// Why none of them was loaded.
    fn load(&mut self, messages: &[Message<Self::Content>]) -> Result<Vec<Rejected>, StoreError>;
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<T> {
    /// Who sent it and when it was taken.
    pub envelope: Envelope,
    /// What was sent.
    pub content: T,
}

/// The client that sent a message.
///
/// # Errors
/// When no client did, which its kind does not allow.
pub fn sender(envelope: &Envelope) -> Result<SmsId, String> {
    envelope.client.ok_or_else(|| format!("a message of kind {} without a client", envelope.kind.word()))
}

/// A message that could not be loaded and never can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in the batch.
    pub index: usize,
    /// Why, for people.
    pub reason: String,
}

/// A component's intake from one inbox.
pub struct Intake {
    inbox: &'static Inbox,
    inboxes: Inboxes,
    bounds: Bounds,
    status: StatusWriter,
    clock: Clock,
    /// Holds one file after another.
    buffer: Vec<u8>,
    strikes: HashMap<MessageId, u8>,
    unreadable: HashSet<String>,
    forgotten_at: Option<Timestamp>,
    /// When messages were loaded last.
    loaded_at: Option<Instant>,
}

impl Intake {
    /// An intake from `inbox`.
    #[must_use]
    pub fn new(inbox: &'static Inbox, inboxes: Inboxes, bounds: Bounds, status: StatusWriter, clock: Clock) -> Self {
        Self {
            inbox,
            inboxes,
            bounds,
            status,
            clock,
            buffer: Vec::new(),
            strikes: HashMap::new(),
            unreadable: HashSet::new(),
            forgotten_at: None,
            loaded_at: None,
        }
    }

    /// The inbox.
    #[must_use]
    pub const fn inbox(&self) -> &'static Inbox {
        self.inbox
    }

    /// Takes what is in the inbox, up to the bounds, and has it loaded.
    ///
    /// # Errors
    /// When files or the database cannot be used; whatever was not loaded is still in the inbox.
    pub fn pass<L: Loader>(&mut self, loader: &mut L) -> Result<Pass, Failure> {
        let failed = |cause: &dyn std::fmt::Display| Failure::new(&format!("loading the inbox {}", self.inbox.name), cause);
        let (batch, more) = self.gather(loader).map_err(|e| failed(&e))?;
        if batch.files.is_empty() {
            self.buffer = Vec::new();
            return Ok(if more { Pass::More } else { Pass::Idle });
        }
        self.loaded_at = Some(Instant::now());
        let Loaded { rejected, waiting } = self.load(&batch.messages, loader).map_err(|e| failed(&e))?;
        self.set_aside(&batch, rejected).map_err(|e| failed(&e))?;
        let kept: HashSet<usize> = waiting.iter().map(|(index, _)| batch.origins[*index].file).collect();
        for (number, file) in batch.files.into_iter().enumerate() {
            if !kept.contains(&number) {
                self.inboxes.finish(file).map_err(|e| failed(&e))?;
            }
        }
        match waiting.into_iter().next() {
            Some((_, error)) => Err(failed(&error)),
            None if more => Ok(Pass::More),
            None => Ok(Pass::Idle),
        }
    }

    /// Reads files in the order of their names, up to the bounds; the second value says whether there are more.
    fn gather<L: Loader>(&mut self, loader: &mut L) -> std::io::Result<(Batch<L::Content>, bool)> {
        let mut batch = Batch::default();
        let mut settling = false;
        for file in self.inboxes.claim(self.inbox)? {
            if batch.files.len() >= self.bounds.files || batch.messages.len() >= self.bounds.messages || batch.bytes >= self.bounds.bytes {
                return Ok((batch, true));
            }
            let name = file.name().to_owned();
            match batch.read(self.inbox, file, &mut self.buffer, loader) {
                Ok(read) => {
                    self.unreadable.remove(&name);
                    settling |= !read;
                }
                // Somebody else removed it: then there is nothing to load.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => self.skip(name, &error),
            }
        }
        if settling {
            // Somebody is still writing a file: look again soon, and meanwhile load the others.
            std::thread::sleep(SETTLING);
        }
        Ok((batch, settling))
    }

    /// Leaves a file where it is that the system does not let us read, tells of it once, and goes on with the others.
    fn skip(&mut self, name: String, error: &std::io::Error) {
        tracing::error!(inbox = self.inbox.name, file = %name, %error, "an inbox file cannot be read");
        if self.unreadable.insert(name.clone()) {
            let reason = format!("it cannot be read and stays where it is: {error}");
            self.status.raise(self.inbox.owner, vec![Raised::new(code::INBOX_FILE_BAD, Severity::Error, [self.inbox.name.to_owned(), name, reason])]);
        }
    }

    fn load<L: Loader>(&mut self, messages: &[Message<L::Content>], loader: &mut L) -> Result<Loaded, StoreError> {
        let whole = match loader.load(messages) {
            Ok(rejected) => return Ok(Loaded { rejected, waiting: Vec::new() }),
            Err(error) if concerns_all(&error) => return Err(error),
            Err(error) => error,
        };
        let mut loaded = Loaded { rejected: Vec::new(), waiting: Vec::new() };
        for (index, message) in messages.iter().enumerate() {
            match loader.load(std::slice::from_ref(message)) {
                Ok(rejected) => loaded.rejected.extend(rejected.into_iter().map(|r| Rejected { index, reason: r.reason })),
                Err(error) if concerns_all(&error) => return Err(error),
                Err(error) => loaded.waiting.push((index, error)),
            }
        }
        if messages.len() > 1 && loaded.waiting.len() == messages.len() {
            return Err(whole);
        }
        let strikes = &mut self.strikes;
        loaded.waiting.retain(|(index, error)| {
            let strike = strikes.entry(messages[*index].envelope.id).or_insert(0);
            *strike += 1;
            if *strike >= STRIKES_MAX {
                strikes.remove(&messages[*index].envelope.id);
                loaded.rejected.push(Rejected { index: *index, reason: format!("the database refused it {STRIKES_MAX} times: {error}") });
                return false;
            }
            true
        });
        Ok(loaded)
    }

    /// Puts what was not read and what was rejected into the bad folder, and tells of it.
    fn set_aside<T>(&mut self, batch: &Batch<T>, rejected: Vec<Rejected>) -> std::io::Result<()> {
        let mut raised = Vec::new();
        let mut set_aside = |file: usize, bytes: &[u8], reason: &str| -> std::io::Result<()> {
            let name = batch.files[file].name();
            self.inboxes.reject(self.inbox, name, bytes, reason)?;
            tracing::warn!(inbox = self.inbox.name, file = %name, %reason, "a message went to the bad folder");
            raised.push(Raised::new(code::INBOX_FILE_BAD, Severity::Error, [self.inbox.name.to_owned(), name.to_owned(), reason.to_owned()]));
            Ok(())
        };
        for Bad { file, bytes, reason } in &batch.bad {
            set_aside(*file, bytes, reason)?;
        }
        for Rejected { index, reason } in rejected {
            // Bodies are not kept once they are read; the file still has it.
            let Origin { file, part } = batch.origins[index];
            let bytes = match batch.files[file].read_into(&mut self.buffer)? {
                Ok(()) => parts(&self.buffer).nth(part).map(|part| bytes_of(&part)).unwrap_or_default(),
                Err(_) => Vec::new(),
            };
            set_aside(file, &bytes, &reason)?;
        }
        self.status.raise(self.inbox.owner, raised);
        Ok(())
    }

    /// Uses a pause, once nothing came for a while, for what a commit would have to do otherwise ([`Connection::rest`]); gives
    /// when to look again.
    ///
    /// # Errors
    /// When the database's file cannot be written.
    pub fn rest(&self, connection: &mut Connection) -> Result<Pass, Failure> {
        match self.loaded_at.and_then(|at| PAUSE.checked_sub(at.elapsed())) {
            Some(still) if !still.is_zero() => Ok(Pass::IdleFor(still)),
            _ => connection.rest().map(|()| Pass::Idle).map_err(|e| Failure::new("resting", e)),
        }
    }

    /// Forgets ids of messages that were loaded long ago, once a day.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub fn forget_old(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let now = self.clock.now();
        if self.forgotten_at.is_none_or(|at| now.seconds_since(at) >= FORGET_SECONDS) {
            let before = now.plus_seconds(-REMEMBERED_DAYS * 24 * 3600);
            let forgotten = connection.write(|tx| provost_store::intake::forget(tx, self.inbox, before));
            forgotten.map_err(|e| Failure::new("forgetting old message ids", e))?;
            self.forgotten_at = Some(now);
        }
        Ok(())
    }
}

/// Whether an error says nothing about the messages: then all of them wait.
const fn concerns_all(error: &StoreError) -> bool {
    match error {
        StoreError::Unavailable(_) | StoreError::Denied(_) | StoreError::Full(_) | StoreError::SchemaTooNew { .. } | StoreError::NotThisSite { .. } => true,
        StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Statement(_) => false,
    }
}

struct Loaded {
    rejected: Vec<Rejected>,
    waiting: Vec<(usize, StoreError)>,
}

/// Where a message of a batch came from.
#[derive(Clone, Copy)]
struct Origin {
    file: usize,
    part: usize,
}

/// What could not be read.
struct Bad {
    file: usize,
    bytes: Vec<u8>,
    reason: String,
}

struct Batch<T> {
    files: Vec<Claimed>,
    messages: Vec<Message<T>>,
    origins: Vec<Origin>,
    bad: Vec<Bad>,
    bytes: usize,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { files: Vec::new(), messages: Vec::new(), origins: Vec::new(), bad: Vec::new(), bytes: 0 }
    }
}

impl<T> Batch<T> {
    /// Reads a file. False for one that looks damaged and may still be being written: it is left for the next pass.
    fn read<L: Loader<Content = T>>(&mut self, inbox: &Inbox, file: Claimed, buffer: &mut Vec<u8>, loader: &mut L) -> std::io::Result<bool> {
        let number = self.files.len();
        let before = (self.messages.len(), self.bad.len());
        let mut damaged = false;
        match file.read_into(buffer)? {
            Err(reason) => {
                damaged = true;
                self.bad.push(Bad { file: number, bytes: Vec::new(), reason });
            }
            Ok(()) => {
                for (part, found) in parts(buffer).enumerate() {
                    let read = match &found {
                        Part::Bad { reason, bytes: _ } => {
                            damaged = true;
                            Err(reason.clone())
                        }
                        Part::Frame(FrameRef { header, body }) => {
                            self.bytes += body.len();
                            checked(inbox, header, body).and_then(|envelope| Ok(Message { content: loader.parse(&envelope, body)?, envelope }))
                        }
                    };
                    match read {
                        Ok(message) => {
                            self.messages.push(message);
                            self.origins.push(Origin { file: number, part });
                        }
                        Err(reason) => self.bad.push(Bad { file: number, bytes: bytes_of(&found), reason }),
                    }
                }
            }
        }
        if damaged && !file.is_settled() {
            self.messages.truncate(before.0);
            self.origins.truncate(before.0);
            self.bad.truncate(before.1);
            return Ok(false);
        }
        self.files.push(file);
        Ok(true)
    }
}

/// What the bad folder keeps of a part: a frame's header and body on lines of their own.
fn bytes_of(part: &Part<'_>) -> Vec<u8> {
    match part {
        Part::Frame(FrameRef { header, body }) => [header, b"\n".as_slice(), body].concat(),
        Part::Bad { bytes, .. } => bytes.to_vec(),
    }
}

/// The envelope of a frame that belongs into this inbox.
fn checked(inbox: &Inbox, header: &[u8], body: &[u8]) -> Result<Envelope, String> {
    let envelope = Envelope::from_bytes(header).map_err(|e| format!("the frame's header is no envelope: {e}"))?;
    let kind = envelope.kind;
    if kind.inbox().name != inbox.name {
        return Err(format!("a message of kind {} does not belong into the inbox {}", kind.word(), inbox.name));
    }
    if body.len() > kind.body_bytes_max() {
        return Err(format!("a message of kind {} has at most {} bytes; this has {}", kind.word(), kind.body_bytes_max(), body.len()));
    }
    Ok(envelope)
}
