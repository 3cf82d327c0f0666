//! SIDs as numbers. What a SID begins with is its domain's, or an authority's, and the same for many; what it ends with is a
//! number of 32 bits in it (MS-DTYP §2.4.2). So each beginning is kept once, with a number of its own, and tables of many rows
//! have keys of 8 bytes instead of texts of 40.

use crate::database::{ColumnType, Insert, Param, Row, StoreError, Tx};
use crate::lists::select_each;
use provost_domain::discovery::split_sid;
use std::collections::{BTreeSet, HashMap};

/// A SID in tables of many rows: the number of what it begins with, and the last 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SidKey(pub i64);

impl From<SidKey> for Param<'_> {
    fn from(key: SidKey) -> Self {
        Self::Integer(key.0)
    }
}

impl SidKey {
    /// The key of the SID that begins as this one does and ends with this number.
    #[must_use]
    pub fn beside(self, last: u32) -> Self {
        Self(self.beginning() << LAST_BITS | i64::from(last))
    }

    /// The number of what the SID begins with.
    pub(super) const fn beginning(self) -> i64 {
        self.0 >> LAST_BITS
    }

    /// The first key of those whose SIDs begin with what has this number.
    pub(super) const fn first(beginning: i64) -> Self {
        Self(beginning << LAST_BITS)
    }
}

/// Bits of the last number.
const LAST_BITS: u32 = 32;
/// The greatest number of a beginning, so that keys are not negative.
const BEGINNINGS_MAX: i64 = i32::MAX as i64;

/// Numbers of what SIDs begin with.
#[derive(Clone, Debug, Default)]
pub struct SidKeys(HashMap<String, i64>);

impl SidKeys {
    /// Numbers of what these SIDs begin with, as far as they are known.
    ///
    /// # Errors
    /// As [`StoreError`] tells; so do all functions here.
    pub fn known<'s>(tx: &mut Tx<'_>, sids: impl IntoIterator<Item = &'s str>) -> Result<Self, StoreError> {
        Self::read(tx, &beginnings(sids))
    }

    /// Numbers of what these SIDs begin with. Those that are new are written; only one principal does.
    ///
    /// # Errors
    /// As [`SidKeys::known`].
    pub fn kept<'s>(tx: &mut Tx<'_>, sids: impl IntoIterator<Item = &'s str>) -> Result<Self, StoreError> {
        const BEGINNINGS: Insert =
            Insert { table: "sid_beginning", columns: &[("number", ColumnType::Integer), ("beginning", ColumnType::Text)], conflict: "" };
        let all = beginnings(sids);
        let mut keys = Self::read(tx, &all)?;
        let new: Vec<&str> = all.into_iter().filter(|beginning| !keys.0.contains_key(*beginning)).collect();
        if new.is_empty() {
            return Ok(keys);
        }
        let newest = tx.query("SELECT COALESCE(MAX(number), 0) FROM sid_beginning", &[])?.first().map_or(Ok(0), |row| row.integer(0))?;
        let numbered: Vec<(&str, i64)> = new.into_iter().zip(newest + 1..).collect();
        if numbered.last().is_some_and(|(_, number)| *number > BEGINNINGS_MAX) {
            return Err(StoreError::corrupt("numbering what SIDs begin with", "there are too many".to_owned()));
        }
        let rows: Vec<Param<'_>> = numbered.iter().flat_map(|(beginning, number)| [(*number).into(), (*beginning).into()]).collect();
        tx.insert_many(&BEGINNINGS, &rows)?;
        keys.0.extend(numbered.into_iter().map(|(beginning, number)| (beginning.to_owned(), number)));
        Ok(keys)
    }

    fn read(tx: &mut Tx<'_>, beginnings: &BTreeSet<&str>) -> Result<Self, StoreError> {
        let params: Vec<Param<'_>> = beginnings.iter().copied().map(Param::from).collect();
        let mut numbers = HashMap::with_capacity(params.len());
        select_each(tx, "SELECT beginning, number FROM sid_beginning WHERE beginning IN {}", &params, &mut |row| {
            numbers.insert(row.text(0)?.to_owned(), row.integer(1)?);
            Ok(())
        })?;
        Ok(Self(numbers))
    }

    /// A SID's key; none when it is no SID, or begins otherwise than those that were asked for.
    #[must_use]
    pub fn of(&self, sid: &str) -> Option<SidKey> {
        let (beginning, last) = split_sid(sid)?;
        self.0.get(beginning).map(|number| SidKey::first(*number).beside(last))
    }
}

/// Keys that are at most so far apart are read as one range: those of a domain are given out one after the other.
const GAP_MAX: i64 = 8;
/// Ranges are read when they have so many keys on average; finding a place costs as much as reading some rows on.
const RANGE_KEYS: usize = 16;

/// Runs a `SELECT … WHERE column` for all of `keys`, whose first column is that one, and hands each row, in no certain order, to
/// `each`. Where keys lie close together, rows of others between them are read as well, and left out.
pub(crate) fn select_keys(tx: &mut Tx<'_>, sql: &str, keys: &[SidKey], each: &mut dyn FnMut(&Row) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    let ranges: Vec<&[SidKey]> = sorted.chunk_by(|a, b| b.0 - a.0 <= GAP_MAX).collect();
    if ranges.len() * RANGE_KEYS > sorted.len() {
        let params: Vec<Param<'_>> = keys.iter().copied().map(Param::from).collect();
        return select_each(tx, &format!("{sql} IN {{}}"), &params, each);
    }
    let sql = format!("{sql} BETWEEN $1 AND $2");
    for range in ranges {
        if let (Some(first), Some(last)) = (range.first(), range.last()) {
            tx.query_each(&sql, &[(*first).into(), (*last).into()], &mut |row| {
                let is_asked_for = range.binary_search(&SidKey(row.integer(0)?)).is_ok();
                if is_asked_for { each(row) } else { Ok(()) }
            })?;
        }
    }
    Ok(())
}

/// The key of one SID that something is known of.
///
/// # Errors
/// As [`SidKeys::known`].
pub(crate) fn key(tx: &mut Tx<'_>, sid: &str) -> Result<Option<SidKey>, StoreError> {
    Ok(SidKeys::known(tx, [sid])?.of(sid))
}

fn beginnings<'s>(sids: impl IntoIterator<Item = &'s str>) -> BTreeSet<&'s str> {
    let (mut all, mut newest) = (BTreeSet::new(), "");
    for (beginning, _) in sids.into_iter().filter_map(split_sid) {
        // Nearly all are of one domain.
        if beginning != newest {
            newest = beginning;
            all.insert(beginning);
        }
    }
    all
}
