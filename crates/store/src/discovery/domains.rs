//! Which domain's SIDs are which: whatever begins alike is of one domain (MS-DTYP §2.4.2), so that it is kept once, beside what
//! SIDs begin with, and not with each of hundreds of thousands of objects.

use super::sids::SidKey;
use crate::database::{Param, StoreError, Tx};
use crate::lists::select_each;
use std::collections::HashMap;

/// DNS names of domains, by what their SIDs begin with.
#[derive(Clone, Debug, Default)]
pub struct Domains(HashMap<SidKey, String>);

impl Domains {
    /// The domains of whose SIDs these are some, as far as an object of them is known.
    ///
    /// # Errors
    /// As [`StoreError`] tells; so do all functions here.
    pub fn known(tx: &mut Tx<'_>, keys: impl IntoIterator<Item = SidKey>) -> Result<Self, StoreError> {
        let numbers: Vec<Param<'_>> = beginnings(keys.into_iter().map(|key| (key, ()))).into_iter().map(|(key, ())| key.beginning().into()).collect();
        let mut domains = Self::default();
        select_each(tx, "SELECT number, domain FROM sid_beginning WHERE domain <> '' AND number IN {}", &numbers, &mut |row| {
            domains.0.insert(SidKey::first(row.integer(0)?), row.text(1)?.to_owned());
            Ok(())
        })?;
        Ok(domains)
    }

    /// The domain of whose SIDs this is one, when it is known.
    #[must_use]
    pub fn of(&self, key: SidKey) -> Option<&str> {
        self.0.get(&key.beside(0)).map(String::as_str)
    }

    /// Whether the domain of whose SIDs this is one is this one; when it is not known yet, it is from now on.
    pub fn is_or_becomes(&mut self, key: SidKey, domain: &str) -> bool {
        self.0.entry(key.beside(0)).or_insert_with(|| domain.to_owned()) == domain
    }
}

/// Keeps of which domain the objects with these SIDs are. What is known of one stays.
///
/// # Errors
/// As [`Domains::known`].
pub(super) fn keep<'d>(tx: &mut Tx<'_>, objects: impl Iterator<Item = (SidKey, &'d str)>) -> Result<(), StoreError> {
    for (key, domain) in beginnings(objects) {
        tx.execute("UPDATE sid_beginning SET domain = $1 WHERE number = $2 AND domain = ''", &[domain.into(), key.beginning().into()])?;
    }
    Ok(())
}

/// One of those that begin alike, each.
fn beginnings<T>(keys: impl Iterator<Item = (SidKey, T)>) -> Vec<(SidKey, T)> {
    let mut firsts: Vec<(SidKey, T)> = Vec::new();
    for (key, of) in keys {
        let first = key.beside(0);
        // There are few, and nearly all are of one.
        if firsts.iter().rev().all(|(known, _)| *known != first) {
            firsts.push((first, of));
        }
    }
    firsts
}
