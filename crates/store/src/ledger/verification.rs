//! Whether the ledger is as it was written.

use super::{COLUMNS, Entry, GENESIS, Head, LedgerKey, chain};
use crate::database::{StoreError, Tx};
use provost_catalog::rules::code;
use provost_domain::Digest;
use std::fmt;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An entry was changed, or written by somebody without the key.
    Changed {
        /// Its number.
        seq: i64,
    },
    /// Entries are missing.
    Missing {
        /// The first missing number.
        first: i64,
        /// The last missing number.
        last: i64,
    },
    /// An entry stands at another place than it was written at.
    Reordered {
        /// Where it stands.
        seq: i64,
        /// Where it was written.
        written_as: i64,
    },
    /// The end is missing: entries that were recorded outside the database are gone.
    Truncated {
        /// The last number that is there; 0 when nothing is.
        last: i64,
        /// The last number that was recorded.
        recorded: i64,
    },
    /// How far the ledger went is not recorded although it has entries, so a missing end would not show.
    NoRecord,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => write!(f, "entry {seq} was changed"),
            Self::Missing { first, last } if first == last => write!(f, "entry {first} is missing"),
            Self::Missing { first, last } => write!(f, "entries {first} to {last} are missing"),
            Self::Reordered { seq, written_as } => write!(f, "entry {seq} was written as entry {written_as}"),
            Self::Truncated { last: 0, recorded } => write!(f, "all entries are missing; there were at least {recorded}"),
            Self::Truncated { last, recorded } => write!(f, "entries after {last} are missing; there were at least {recorded}"),
            Self::NoRecord => f.write_str("how far the ledger went is not recorded in the key folder, so a missing end would not show"),
        }
    }
}

/// What a look at the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How many entries were looked at.
    pub entries: i64,
    /// The last entry; `None` in an empty ledger.
    pub last: Option<Head>,
    /// What is not as it was written, in order; at most `FINDINGS_MAX`.
    pub findings: Vec<Finding>,
    /// Whether there is more than [`Verification::findings`] tells.
    pub more: bool,
}

/// Most findings that one verification tells.
pub const FINDINGS_MAX: usize = 100;

/// Most entries that are tried at other places; more than that were not reordered by hand.
const DISPLACED_MAX: usize = 256;

impl Verification {
    /// Whether everything is as it was written.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Walks the whole chain, and compares its end with `head`.
///
/// # Errors
/// When the ledger cannot be read; then nothing is known of it.
pub fn verify(tx: &mut Tx<'_>, key: &LedgerKey, head: Option<Head>) -> Result<Verification, StoreError> {
    let mut walk = Walk { key, head, entries: 0, last: None, wrong: Vec::new(), findings: Vec::new(), head_differs: false };
    tx.query_each(&format!("SELECT {COLUMNS} FROM ledger ORDER BY seq"), &[], &mut |row| {
        match Entry::from_row(row) {
            Ok(entry) => walk.step(entry),
            // A hash that is none any more, for one: the entry was changed. What the row's number is decides the rest.
            Err(_) => walk.unreadable(row.integer(0)?),
        }
        Ok(())
    })?;
    Ok(walk.end())
}

struct Walk<'k> {
    key: &'k LedgerKey,
    head: Option<Head>,
    entries: i64,
    last: Option<Head>,
    /// Entries whose hash is not theirs at this place.
    wrong: Vec<Entry>,
    findings: Vec<Finding>,
    head_differs: bool,
}

impl Walk<'_> {
    fn step(&mut self, entry: Entry) {
        self.gap_before(entry.seq);
        let sound = chain(self.key, &entry) == entry.hash;
        // Sound by itself, and yet not after the entry that stands before it: another one stood there.
        let follows = self.last.map_or(entry.seq != 1 || entry.previous == GENESIS, |last| last.seq + 1 != entry.seq || last.hash == entry.previous);
        self.look_at_head(entry.seq, entry.hash);
        self.last = Some(Head { seq: entry.seq, hash: entry.hash });
        self.entries += 1;
        if !sound {
            self.wrong.push(entry);
        } else if !follows && !self.wrong.iter().any(|w| w.seq == entry.seq - 1) {
            self.findings.push(Finding::Changed { seq: entry.seq - 1 });
        }
    }

    fn unreadable(&mut self, seq: i64) {
        self.gap_before(seq);
        self.look_at_head(seq, GENESIS);
        self.last = Some(Head { seq, hash: GENESIS });
        self.entries += 1;
        self.findings.push(Finding::Changed { seq });
    }

    fn gap_before(&mut self, seq: i64) {
        let expected = self.last.map_or(1, |last| last.seq + 1);
        if seq > expected {
            self.findings.push(Finding::Missing { first: expected, last: seq - 1 });
        }
    }

    fn look_at_head(&mut self, seq: i64, hash: Digest) {
        self.head_differs |= self.head.is_some_and(|head| head.seq == seq && head.hash != hash);
    }

    fn end(mut self) -> Verification {
        let wrong = std::mem::take(&mut self.wrong);
        for entry in &wrong {
            let elsewhere = if wrong.len() <= DISPLACED_MAX { self.written_as(entry, &wrong) } else { None };
            self.findings.push(match elsewhere {
                Some(written_as) => Finding::Reordered { seq: entry.seq, written_as },
                None => Finding::Changed { seq: entry.seq },
            });
        }
        let last = self.last.map_or(0, |last| last.seq);
        match self.head {
            Some(head) if head.seq > last => self.findings.push(Finding::Truncated { last, recorded: head.seq }),
            Some(head) if self.head_differs && self.findings.is_empty() => self.findings.push(Finding::Changed { seq: head.seq }),
            None if self.entries > 0 => self.findings.push(Finding::NoRecord),
            _ => {}
        }
        self.findings.sort_by_key(Finding::place);
        self.findings.dedup();
        let more = self.findings.len() > FINDINGS_MAX;
        self.findings.truncate(FINDINGS_MAX);
        Verification { entries: self.entries, last: self.last, findings: self.findings, more }
    }

    /// The number under which an entry's hash is right: one of the places of the wrong entries, or just around them.
    fn written_as(&self, entry: &Entry, wrong: &[Entry]) -> Option<i64> {
        let nearby = wrong.iter().flat_map(|w| [w.seq, w.seq + 1, w.seq - 1]);
        nearby.filter(|seq| *seq != entry.seq).find(|seq| chain(self.key, &Entry { seq: *seq, ..entry.clone() }) == entry.hash)
    }
}

impl Finding {
    /// Number of the rule that explains it (`provost explain PV6001`).
    #[must_use]
    pub const fn rule(&self) -> u16 {
        match self {
            Self::Changed { .. } => code::LEDGER_CHANGED,
            Self::Missing { .. } => code::LEDGER_MISSING,
            Self::Reordered { .. } => code::LEDGER_REORDERED,
            Self::Truncated { .. } | Self::NoRecord => code::LEDGER_TRUNCATED,
        }
    }

    const fn place(&self) -> i64 {
        match self {
            Self::Changed { seq } | Self::Reordered { seq, .. } => *seq,
            Self::Missing { first, .. } => *first,
            Self::Truncated { last, .. } => *last,
            Self::NoRecord => i64::MAX,
        }
    }
}
