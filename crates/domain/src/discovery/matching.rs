//! Which known record a discovery record is about.
//!
//! With an identity, the identity alone decides. When no record has it, or several do (cloned computers), the keys
//! decide and all of them must match; among clones the first that has any key is taken when none has all. A record that
//! belongs to another identity is never taken: a new identity with the same keys makes a new record.
//! Without an identity any one key is enough, the record with the most matching keys is taken, and of equals the one
//! that was discovered last.

use super::record::{Ddr, Device};
use crate::ResourceId;

/// A record that may be the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its number.
    pub resource_id: ResourceId,
    /// What it says.
    pub device: &'a Device,
}

/// The record that `ddr` is about; `None` when it is about a new one. `candidates` are all records that have its
/// identity or any of its keys; others among them do no harm. Obsolete records are never taken by their keys.
#[must_use]
pub fn resolve(ddr: &Ddr, candidates: &[Candidate<'_>]) -> Option<ResourceId> {
    let keys = ddr.keys();
    let matching = |device: &Device| keys.iter().filter(|key| device.has_key(key)).count();
    let has_all = |device: &Device| !keys.is_empty() && matching(device) == keys.len();

    if ddr.smsid.is_some() {
        let same: Vec<&Candidate<'_>> = candidates.iter().filter(|c| c.device.smsid == ddr.smsid).collect();
        return match same.as_slice() {
            [only] => Some(only.resource_id),
            [] => latest(candidates.iter().filter(|c| c.device.smsid.is_none() && !c.device.obsolete && has_all(c.device))),
            clones => {
                latest(clones.iter().copied().filter(|c| has_all(c.device))).or_else(|| clones.iter().find(|c| matching(c.device) > 0).map(|c| c.resource_id))
            }
        };
    }
    let most = candidates.iter().filter(|c| !c.device.obsolete).map(|c| matching(c.device)).max().filter(|most| *most > 0)?;
    latest(candidates.iter().filter(|c| !c.device.obsolete && matching(c.device) == most))
}

/// The record that a computer of a directory is about, whose account is known by `domain` and a SID that no record is
/// known by yet; `None` when it is about a new one. As [`resolve`], but never a record that `taken` says another account
/// has, nor one that is known to be in another domain: two domains may each have a computer of one name.
#[must_use]
pub fn resolve_directory(ddr: &Ddr, domain: &str, candidates: &[Candidate<'_>], taken: impl Fn(ResourceId) -> bool) -> Option<ResourceId> {
    let possible: Vec<Candidate<'_>> = candidates.iter().filter(|c| !taken(c.resource_id) && may_be_in(c.device, domain)).copied().collect();
    resolve(ddr, &possible)
}

/// Whether a computer may be in a domain: it said so, or did not say where it is by a name in DNS.
fn may_be_in(device: &Device, domain: &str) -> bool {
    let said = |text: &str| text.contains('.').then(|| text.to_lowercase());
    match (said(&device.domain), said(&device.dns_name)) {
        (Some(known), _) => known == domain,
        (None, Some(name)) => name.split_once('.').is_some_and(|(_, rest)| rest == domain),
        (None, None) => true,
    }
}

/// The record that was discovered last; of those of one time the oldest number, so that the answer does not depend on
/// an order.
fn latest<'a>(candidates: impl Iterator<Item = &'a Candidate<'a>>) -> Option<ResourceId> {
    candidates.max_by_key(|c| (c.device.discovered_at, std::cmp::Reverse(c.resource_id))).map(|c| c.resource_id)
}
