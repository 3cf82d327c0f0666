//! The ledger: what privileged acts were done, in a keyed chain.
//!
//! Each entry carries a keyed hash over itself and the entry before it, so that a changed, missing or reordered entry
//! shows. The key lies in the key folder and not in the database, so whoever can write the database cannot make the chain
//! fit again. How far the chain went is kept beside the key, so that a tail that was cut off shows as well.

mod chain;
mod clerk;
mod head;
mod verification;

pub use chain::{GENESIS, LedgerKey, chain};
pub use clerk::{Clerk, Rows};
pub use head::Head;
pub use verification::{Finding, Verification, verify};

use crate::database::{ColumnType, Connection, Insert, Lock, Param, Row, StoreError, Tx};
use crate::keys::{KeyFolder, Secret};
use crate::views::{Conditions, Field, Fields, Found, Page, Source};
use head::Synced;
use provost_domain::filter::Kind;
use provost_domain::{Digest, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use std::io;
use std::sync::Arc;

/// An act that is to be entered.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// When it was done.
    pub at: Timestamp,
    /// Who did it: a person, or a component of the site.
    pub actor: &'a str,
    /// Where from: an address, `local socket`, or the site itself.
    pub origin: &'a str,
    /// What was done, such as `client.approve`.
    pub act: &'a str,
    /// To what, such as a client's identifier.
    pub object: &'a str,
    /// What else is worth knowing; never a secret.
    pub detail: &'a serde_json::Value,
}

/// An entry as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number; the first is 1, and none is left out.
    pub seq: i64,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Where from.
    pub origin: String,
    /// What was done.
    pub act: String,
    /// To what.
    pub object: String,
    /// What else is worth knowing, as JSON.
    pub detail: String,
    /// Hash of the entry before; [`GENESIS`] for the first.
    pub previous: Digest,
    /// Keyed hash of everything above.
    pub hash: Digest,
}

const COLUMNS: &str = "seq, at, actor, origin, act, object, detail, previous, hash";

const INSERT: Insert = Insert {
    table: "ledger",
    columns: &[
        ("seq", ColumnType::Integer),
        ("at", ColumnType::Integer),
        ("actor", ColumnType::Text),
        ("origin", ColumnType::Text),
        ("act", ColumnType::Text),
        ("object", ColumnType::Text),
        ("detail", ColumnType::Text),
        ("previous", ColumnType::Text),
        ("hash", ColumnType::Text),
    ],
    conflict: "",
};

impl Entry {
    /// What is to be entered, without its place in the chain.
    fn unlinked(new: &NewEntry<'_>) -> Self {
        let NewEntry { at, actor, origin, act, object, detail } = *new;
        Self {
            seq: 0,
            at,
            actor: actor.to_owned(),
            origin: origin.to_owned(),
            act: act.to_owned(),
            object: object.to_owned(),
            detail: detail.to_string(),
            previous: GENESIS,
            hash: GENESIS,
        }
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.integer(0)?,
            at: row.timestamp(1)?,
            actor: row.text(2)?.to_owned(),
            origin: row.text(3)?.to_owned(),
            act: row.text(4)?.to_owned(),
            object: row.text(5)?.to_owned(),
            detail: row.text(6)?.to_owned(),
            previous: row.parsed(7)?,
            hash: row.parsed(8)?,
        })
    }
}

/// Enters an act, in the transaction that does it: either both are kept or neither. Two transactions that append take
/// turns. `recorded` is how far the ledger is known to have gone; when it does not reach that far any more, the new entry
/// goes behind it all the same, so that the gap stays for every later verification to find.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn append(tx: &mut Tx<'_>, key: &LedgerKey, new: &NewEntry<'_>, recorded: Option<Head>) -> Result<Entry, StoreError> {
    let mut entry = Entry::unlinked(new);
    append_all(tx, key, [&mut entry], recorded)?;
    Ok(entry)
}

/// As [`append`], several in one go: gives each its number and its place in the chain, in their order.
fn append_all<'e>(tx: &mut Tx<'_>, key: &LedgerKey, entries: impl IntoIterator<Item = &'e mut Entry>, recorded: Option<Head>) -> Result<(), StoreError> {
    tx.lock(Lock::Ledger)?;
    let last = tx.query_optional("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", &[])?;
    let (last, mut previous) = match last {
        Some(row) => (row.integer(0)?, row.parsed(1)?),
        None => (0, GENESIS),
    };
    let first = 1 + recorded.map_or(last, |head| head.seq.max(last));
    let mut linked = Vec::new();
    for (seq, entry) in (first..).zip(entries) {
        entry.seq = seq;
        entry.previous = previous;
        entry.hash = chain(key, entry);
        previous = entry.hash;
        linked.push((&*entry, entry.previous.to_string(), entry.hash.to_string()));
    }
    let mut values: Vec<Param<'_>> = Vec::with_capacity(INSERT.columns.len() * linked.len());
    for (entry, previous, hash) in &linked {
        let Entry { seq, at, actor, origin, act, object, detail, .. } = entry;
        let row: [Param<'_>; 9] =
            [(*seq).into(), (*at).into(), actor.into(), origin.into(), act.into(), object.into(), detail.into(), previous.into(), hash.into()];
        values.extend(row);
    }
    tx.insert_many(&INSERT, &values)?;
    Ok(())
}

/// What nobody may, for checks, which expect [`StoreError::Denied`]: a statement that deletes entries. No entry has the
/// numbers that it names, so where it is let through it does no harm.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn try_to_erase(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM ledger WHERE seq < 0", &[])?;
    Ok(())
}

/// At most `limit` entries after number `after_seq`, in order; from the beginning after 0.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list(tx: &mut Tx<'_>, after_seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM ledger WHERE seq > $1 ORDER BY seq LIMIT $2"), &[after_seq.into(), limit.into()])?;
    rows.iter().map(Entry::from_row).collect()
}

/// What entries are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("seq", Kind::Number, "seq"),
        Field::new("at", Kind::Time, "at"),
        Field::new("actor", Kind::Text, "actor"),
        Field::new("act", Kind::Text, "act"),
        Field::new("object", Kind::Text, "object"),
        Field::new("origin", Kind::Text, "origin"),
        Field::new("detail", Kind::Text, "detail"),
        Field::new("hash", Kind::Text, "hash"),
    ],
    also: &[],
};

/// A page of entries, oldest or newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn page(tx: &mut Tx<'_>, newest_first: bool, page: &Page) -> Result<Found<Entry>, StoreError> {
    const ENTRIES: Source = Source { columns: COLUMNS, from: "ledger", key: "seq", fields: FIELDS };
    ENTRIES.read(tx, Conditions::default(), newest_first, page, Entry::from_row)
}

/// At most `limit` entries before number `before_seq`, newest first; the newest of all before [`i64::MAX`].
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list_newest(tx: &mut Tx<'_>, before_seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM ledger WHERE seq < $1 ORDER BY seq DESC LIMIT $2"), &[before_seq.into(), limit.into()])?;
    rows.iter().map(Entry::from_row).collect()
}

/// The ledger with its key and its head: what components hold. A clone is the same ledger.
#[derive(Clone)]
pub struct Ledger {
    key: Arc<LedgerKey>,
    keys: KeyFolder,
    synced: Arc<Synced>,
}

/// Name of the key's file.
const KEY_FILE: &str = "ledger.key";

impl Ledger {
    /// Reads the key from the key folder; makes it at the first start.
    ///
    /// # Errors
    /// When the key folder cannot be read or written, or its key is damaged.
    pub fn open(keys: &KeyFolder) -> io::Result<Ledger> {
        let key = match keys.read(KEY_FILE)? {
            Some(key) => key,
            None => {
                let mut bytes = vec![0; 32];
                SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the operating system gives no randomness"))?;
                let key = Secret::new(bytes);
                keys.write_new(KEY_FILE, key.expose())?;
                key
            }
        };
        let key = LedgerKey::new(&key).ok_or_else(|| io::Error::other(format!("{} does not hold 32 bytes", keys.path(KEY_FILE).display())))?;
        Ok(Ledger { key: Arc::new(key), keys: keys.clone(), synced: Arc::new(Synced::never()) })
    }

    /// As [`append`]. After the commit, hand the entry to [`Ledger::committed`].
    ///
    /// # Errors
    /// As [`append`].
    pub fn append(&self, tx: &mut Tx<'_>, new: &NewEntry<'_>) -> Result<Entry, StoreError> {
        let recorded = self.recorded()?;
        append(tx, &self.key, new, recorded)
    }

    fn append_all<'e>(&self, tx: &mut Tx<'_>, entries: impl IntoIterator<Item = &'e mut Entry>) -> Result<(), StoreError> {
        let recorded = self.recorded()?;
        append_all(tx, &self.key, entries, recorded)
    }

    /// Starts a clerk, who enters for many at once by `connection`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn clerk(&self, connection: Connection) -> io::Result<Clerk> {
        Clerk::start(self.clone(), connection)
    }

    /// Records that the chain goes at least to `entry`, whose transaction is committed. The record may fall behind the
    /// chain, never be ahead of it: it is written after the commit.
    ///
    /// # Errors
    /// When the record cannot be written; the act itself is entered all the same.
    pub fn committed(&self, entry: &Entry) -> io::Result<()> {
        head::advance(&self.keys, Head { seq: entry.seq, hash: entry.hash }, &self.synced)
    }

    /// Checks the whole chain and how far it must go.
    ///
    /// # Errors
    /// When the ledger or its record cannot be read: then nothing is known of it.
    pub fn verify(&self, tx: &mut Tx<'_>) -> Result<Verification, StoreError> {
        // The head is read first: what is entered meanwhile only makes the chain longer.
        let recorded = self.recorded()?;
        verify(tx, &self.key, recorded)
    }

    /// Whether the chain still goes as far as it is known to have gone. Where it does not, this is not the database that the
    /// site used last. A look at one entry, not a verification.
    ///
    /// # Errors
    /// When the ledger or its record cannot be read.
    pub fn reaches_its_record(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let Some(head) = self.recorded()? else { return Ok(true) };
        Ok(list(tx, head.seq - 1, 1)?.first().is_some_and(|entry| entry.seq == head.seq && entry.hash == head.hash))
    }

    fn recorded(&self) -> Result<Option<Head>, StoreError> {
        head::read(&self.keys).map_err(|e| StoreError::unavailable("reading how far the ledger went", e.to_string()))
    }
}
