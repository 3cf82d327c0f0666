//! Entries with group commit: one sync serves everybody who waits.
//!
//! A thread enters everything that waits in one transaction and tells each of it when that is on disk. While it syncs, the
//! next round gathers.

use super::{Entry, Ledger, NewEntry};
use crate::database::{Circumstance, Connection, StoreError, Tx};
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Most acts of one transaction; what is over goes into the next.
const ROUND_MAX: usize = 2048;
/// Most acts that may wait; who brings more waits until there is room, so that memory stays bounded when the disk is slow.
const WAITING_MAX: usize = 4 * ROUND_MAX;

/// Writes rows that belong to an act, in the transaction that enters it: both are kept or neither. Runs again when the
/// transaction does.
pub type Rows = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), StoreError> + Send>;

type Done = Box<dyn FnOnce(Result<Entry, StoreError>) + Send>;

struct Item {
    entry: Entry,
    rows: Option<Rows>,
    done: Done,
}

#[derive(Default)]
struct Waiting {
    items: Vec<Item>,
    stopped: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    wake: Condvar,
    room: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by the clerk's thread. When it ends, by a panic too, nobody waits for it any more.
struct AtWork(Arc<Shared>);

impl Drop for AtWork {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.stopped = true;
        let left = std::mem::take(&mut waiting.items);
        drop(waiting);
        self.0.room.notify_all();
        left.into_iter().for_each(|item| (item.done)(Err(nobody_enters())));
    }
}

fn nobody_enters() -> StoreError {
    let cause = "the ledger's clerk has stopped; start the site again".to_owned();
    StoreError::Unavailable(Circumstance { attempt: "entering an act in the ledger".to_owned(), principal: String::new(), cause })
}

/// Enters acts in the ledger. Stops, after what waits is entered, when it is dropped.
pub struct Clerk {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Clerk {
    pub(super) fn start(ledger: Ledger, mut connection: Connection) -> io::Result<Self> {
        let shared = Arc::new(Shared { waiting: Mutex::default(), wake: Condvar::new(), room: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("ledger-clerk".to_owned()).spawn(move || {
            let at_work = AtWork(theirs);
            while let Some(round) = next_round(&at_work.0) {
                enter(&ledger, &mut connection, round);
            }
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Hands over an act and the rows that belong to it; `done` is called from the clerk's thread once it is on disk, or once it
    /// is certain that it is not entered, with one exception: a commit that did not answer may have been one. Waits while too
    /// many wait. When the clerk has stopped, it is told at once that nothing is entered; who was in the round that stopped it
    /// finds `done` dropped.
    pub fn enter(&self, new: &NewEntry<'_>, rows: Option<Rows>, done: impl FnOnce(Result<Entry, StoreError>) + Send + 'static) {
        let item = Item { entry: Entry::unlinked(new), rows, done: Box::new(done) };
        let mut waiting = self.shared.lock();
        while waiting.items.len() >= WAITING_MAX && !waiting.stopped {
            waiting = self.shared.room.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.stopped {
            drop(waiting);
            return (item.done)(Err(nobody_enters()));
        }
        waiting.items.push(item);
        drop(waiting);
        self.shared.wake.notify_one();
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What waits; none when nothing will come any more.
fn next_round(shared: &Shared) -> Option<Vec<Item>> {
    let mut waiting = shared.lock();
    while waiting.items.is_empty() {
        if waiting.stopped {
            return None;
        }
        waiting = shared.wake.wait(waiting).unwrap_or_else(PoisonError::into_inner);
    }
    let taken = waiting.items.len().min(ROUND_MAX);
    let rest = waiting.items.split_off(taken);
    let round = std::mem::replace(&mut waiting.items, rest);
    drop(waiting);
    shared.room.notify_all();
    Some(round)
}

/// Enters a round. When the rows of one act are refused, each is entered by itself, so that nobody answers for another.
fn enter(ledger: &Ledger, connection: &mut Connection, mut round: Vec<Item>) {
    let mut at_commit = false;
    let entered = connection.write(|tx| {
        at_commit = false;
        round.iter_mut().filter_map(|item| item.rows.as_mut()).try_for_each(|rows| rows(tx))?;
        ledger.append_all(tx, round.iter_mut().map(|item| &mut item.entry))?;
        at_commit = true;
        Ok(())
    });
    match entered {
        Ok(()) => {
            if let Some(last) = round.last()
                && let Err(error) = ledger.committed(&last.entry)
            {
                tracing::error!(%error, seq = last.entry.seq, "how far the ledger goes could not be recorded");
            }
            round.into_iter().for_each(|item| (item.done)(Ok(item.entry)));
        }
        Err(_) if round.len() > 1 && !at_commit => round.into_iter().for_each(|item| enter(ledger, connection, vec![item])),
        Err(error) => round.into_iter().for_each(|item| (item.done)(Err(error.clone()))),
    }
}
