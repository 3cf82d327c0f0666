//! Intake: how a component takes messages out of its inbox.
//!
//! 1. Files are claimed in the order of their names, up to a bound, and read.
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
use provost_store::inbox::{Claimed, Inboxes};
use provost_store::{Connection, StoreError};
use provost_wire::envelope::Envelope;
use std::collections::{HashMap, HashSet};

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
const SETTLING: std::time::Duration = std::time::Duration::from_millis(100);
/// How long ids of loaded messages are remembered, in days. Management points refuse messages that are much younger.
const REMEMBERED_DAYS: i64 = 90;
/// How often old ids are forgotten, in seconds.
const FORGET_SECONDS: i64 = 24 * 3600;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sent it and when it was taken.
    pub envelope: Envelope,
    /// What was sent.
    pub body: Vec<u8>,
}

impl Message {
    /// The client that sent it.
    ///
    /// # Errors
    /// When no client did, which its kind does not allow.
    pub fn client(&self) -> Result<SmsId, String> {
        self.envelope.client.ok_or_else(|| format!("a message of kind {} without a client", self.envelope.kind.word()))
    }
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
    strikes: HashMap<MessageId, u8>,
    unreadable: HashSet<String>,
    forgotten_at: Option<Timestamp>,
}

/// Where a message of a batch came from.
struct Origin {
    file: usize,
    header: Vec<u8>,
}

impl Intake {
    /// An intake from `inbox`.
    #[must_use]
    pub fn new(inbox: &'static Inbox, inboxes: Inboxes, bounds: Bounds, status: StatusWriter, clock: Clock) -> Self {
        Self { inbox, inboxes, bounds, status, clock, strikes: HashMap::new(), unreadable: HashSet::new(), forgotten_at: None }
    }

    /// The inbox.
    #[must_use]
    pub const fn inbox(&self) -> &'static Inbox {
        self.inbox
    }

    /// Takes what is in the inbox, up to the bounds, and has it loaded by `load`: durably, all or nothing, leaving out
    /// messages that were loaded before, and telling which can never be loaded.
    ///
    /// # Errors
    /// When files or the database cannot be used; whatever was not loaded is still in the inbox.
    pub fn pass(&mut self, load: &mut dyn FnMut(&[Message]) -> Result<Vec<Rejected>, StoreError>) -> Result<Pass, Failure> {
        let attempt = || format!("loading the inbox {}", self.inbox.name);
        let mut batch = Batch::default();
        let (mut more, mut settling) = (false, false);
        for file in self.inboxes.claim(self.inbox).map_err(|e| Failure::new(&attempt(), e))? {
            if batch.files.len() >= self.bounds.files || batch.messages.len() >= self.bounds.messages || batch.bytes >= self.bounds.bytes {
                more = true;
                break;
            }
            let name = file.name().to_owned();
            match batch.read(self.inbox, file) {
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
            more = true;
        }
        if batch.files.is_empty() {
            return Ok(if more { Pass::More } else { Pass::Idle });
        }
        let Loaded { rejected, waiting } = self.load(&batch.messages, load).map_err(|e| Failure::new(&attempt(), e))?;
        for Rejected { index, reason } in rejected {
            let Origin { file, header } = &batch.origins[index];
            let bytes = [header, b"\n".as_slice(), &batch.messages[index].body].concat();
            batch.bad.push(Bad { file: *file, bytes, reason });
        }
        let mut raised = Vec::new();
        for Bad { file, bytes, reason } in &batch.bad {
            let name = batch.files[*file].name();
            self.inboxes.reject(self.inbox, name, bytes, reason).map_err(|e| Failure::new(&attempt(), e))?;
            tracing::warn!(inbox = self.inbox.name, file = %name, %reason, "a message went to the bad folder");
            raised.push(Raised::new(code::INBOX_FILE_BAD, Severity::Error, [self.inbox.name.to_owned(), name.to_owned(), reason.clone()]));
        }
        self.status.raise(self.inbox.owner, raised);
        let kept: Vec<usize> = waiting.iter().map(|(index, _)| batch.origins[*index].file).collect();
        for (number, file) in batch.files.into_iter().enumerate() {
            if !kept.contains(&number) {
                self.inboxes.finish(file).map_err(|e| Failure::new(&attempt(), e))?;
            }
        }
        match waiting.into_iter().next() {
            Some((_, error)) => Err(Failure::new(&attempt(), error)),
            None if more => Ok(Pass::More),
            None => Ok(Pass::Idle),
        }
    }

    /// Leaves a file where it is that the system does not let us read, tells of it once, and goes on with the others.
    fn skip(&mut self, name: String, error: &std::io::Error) {
        tracing::error!(inbox = self.inbox.name, file = %name, %error, "an inbox file cannot be read");
        if self.unreadable.insert(name.clone()) {
            let reason = format!("it cannot be read and stays where it is: {error}");
            self.status.raise(self.inbox.owner, vec![Raised::new(code::INBOX_FILE_BAD, Severity::Error, [self.inbox.name.to_owned(), name, reason])]);
        }
    }

    fn load(&mut self, messages: &[Message], load: &mut dyn FnMut(&[Message]) -> Result<Vec<Rejected>, StoreError>) -> Result<Loaded, StoreError> {
        let whole = match load(messages) {
            Ok(rejected) => return Ok(Loaded { rejected, waiting: Vec::new() }),
            Err(error) if concerns_all(&error) => return Err(error),
            Err(error) => error,
        };
        let mut loaded = Loaded { rejected: Vec::new(), waiting: Vec::new() };
        for (index, message) in messages.iter().enumerate() {
            match load(std::slice::from_ref(message)) {
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

/// Bytes for the bad folder.
struct Bad {
    file: usize,
    bytes: Vec<u8>,
    reason: String,
}

#[derive(Default)]
struct Batch {
    files: Vec<Claimed>,
    messages: Vec<Message>,
    origins: Vec<Origin>,
    bad: Vec<Bad>,
    bytes: usize,
}

impl Batch {
    /// False for a file that looks damaged and may still be being written: it is left for the next pass.
    fn read(&mut self, inbox: &Inbox, file: Claimed) -> std::io::Result<bool> {
        let number = self.files.len();
        let (frames, bad) = file.read_frames()?;
        if !bad.is_empty() && !file.is_settled() {
            return Ok(false);
        }
        self.bad.extend(bad.into_iter().map(|b| Bad { file: number, bytes: b.bytes, reason: b.reason }));
        for frame in frames {
            self.bytes += frame.body.len();
            match checked(inbox, &frame.header, &frame.body) {
                Ok(envelope) => {
                    self.messages.push(Message { envelope, body: frame.body });
                    self.origins.push(Origin { file: number, header: frame.header });
                }
                Err(reason) => self.bad.push(Bad { file: number, bytes: [&frame.header, b"\n".as_slice(), &frame.body].concat(), reason }),
            }
        }
        self.files.push(file);
        Ok(true)
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
