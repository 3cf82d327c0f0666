//! Records of directories into devices, users, groups and memberships.
//!
//! Most records say what is known already: their digests tell, so that they cost one look and one mark for many of them
//! together. Nothing is ever removed here: what a method did not find, it may only not have been able to read.

use provost_domain::discovery::{
    Agent, Candidate, Device, DirectoryObject, DistinguishedName, Membership, Merged, Method, ObjectDigest, ObjectKind, merge, resolve_directory,
};
use provost_domain::{ResourceId, SiteCode, Timestamp};
use provost_store::devices::{self, Stored};
use provost_store::discovery::memberships::{self, Members, Named};
use provost_store::discovery::{Domains, Found, Known, SidKey, SidKeys, objects, runs};
use provost_store::{StoreError, Tx};
use provost_wire::directory::{DirectoryReport, Read};
use std::collections::{HashMap, HashSet};

/// Loads one report.
pub(super) fn load<'r>(tx: &mut Tx<'_>, read: &'r Read<'r>, site: SiteCode, received_at: Timestamp) -> Result<Result<(), String>, StoreError> {
    let Read { report, digests } = read;
    let Some((method, agent)) = Method::from_id(&report.method).and_then(|method| Some((method, method.agent()?))) else {
        return Ok(Err(format!("{:?} is no discovery method that makes records", report.method)));
    };
    // An agent's clock is the site's; a file that somebody put here is believed only up to the moment it came.
    let at = report.at.min(received_at);
    let sids = (report.objects.iter().map(|object| &*object.sid))
        .chain(report.memberships.iter().flat_map(|list| [&list.group].into_iter().chain(&list.members)).map(String::as_str));
    let keys = SidKeys::kept(tx, sids)?;
    let mut seen: HashSet<SidKey> = HashSet::with_capacity(report.objects.len());
    let keyed = |(object, digest): (&'r DirectoryObject<'r>, &ObjectDigest)| keys.of(&object.sid).map(|key| Reported { key, object, digest: *digest });
    let all = report.objects.iter().zip(digests).rev();
    let mut once: Vec<Reported<'_>> = all.filter_map(keyed).filter(|one| seen.insert(one.key)).collect();
    // Rows that are written in the order of their keys go into one page after the other.
    once.sort_unstable_by_key(|one| one.key);
    let known = objects::known(tx, &once.iter().map(|one| one.key).collect::<Vec<_>>())?;
    let sorted = sort(tx, &once, &known, at)?;
    if sorted.foreign > 0 {
        tracing::warn!(
            method = report.method,
            run = report.run_id,
            records = sorted.foreign,
            "records have SIDs of another domain's objects: they are not taken"
        );
    }
    let devices = computers(tx, &sorted, agent, site, at)?;
    let found: Vec<Found<'_>> = (sorted.changed.iter())
        .map(|Changed { reported: Reported { key, object, digest }, known }| Found {
            key: *key,
            object,
            digest: *digest,
            resource_id: devices.get(key).copied(),
            method,
            at: known.map_or(at, |known| known.discovered_at.max(at)),
            number: known.map(|known| known.number),
        })
        .collect();
    objects::put(tx, &found)?;
    objects::seen(tx, &sorted.same, at)?;
    devices::seen(tx, &sorted.same_devices, agent, site, at)?;
    let changed: HashSet<SidKey> = sorted.changed.iter().map(|changed| changed.reported.key).collect();
    let regrouped = lists(tx, report, &keys, &known, &changed)?;
    let added = sorted.changed.iter().filter(|changed| changed.known.is_none()).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let loaded = report.objects.len().saturating_sub(report.repeated);
    runs::loaded(tx, report.run_id, count(loaded), count(added), count(sorted.changed.len() - added) + regrouped)?;
    Ok(Ok(()))
}

/// Writes who is in groups; gives how many groups that are not `changed` themselves have others in them now.
fn lists<'r>(
    tx: &mut Tx<'_>,
    report: &'r DirectoryReport<'r>,
    keys: &SidKeys,
    known: &HashMap<SidKey, Known>,
    changed: &HashSet<SidKey>,
) -> Result<i64, StoreError> {
    if report.memberships.is_empty() {
        return Ok(0);
    }
    let keyed = |list: &Membership| {
        let others = list.members.iter().filter_map(|member| keys.of(member));
        let of = |group: SidKey| list.beside.iter().map(move |last| group.beside(*last)).chain(others).collect();
        keys.of(&list.group).map(|group| Members { group, members: of(group), complete: list.complete, by_primary: list.by_primary })
    };
    let lists: Vec<Members> = report.memberships.iter().filter_map(keyed).collect();
    let domain = runs::find(tx, report.run_id)?.and_then(|run| run.target.parse::<DistinguishedName>().ok());
    // Nor does a directory say who is in groups of another domain.
    let mut elsewhere = |tx: &mut Tx<'_>, groups: &[SidKey]| {
        let Some(domain) = &domain else { return Ok(HashSet::new()) };
        let domains = Domains::known(tx, groups.iter().copied())?;
        Ok(groups.iter().copied().filter(|group| domains.of(*group).is_some_and(|of| of != domain.domain())).collect())
    };
    let done = memberships::put_all(tx, &lists, &mut elsewhere)?;
    // Of groups that are objects, name and kind are known.
    let named = |list: &'r Membership| keys.of(&list.group).map(|group| Named { group, name: &list.name, security: list.security });
    let is_new = |named: &Named<'_>| !named.name.is_empty() && !changed.contains(&named.group) && !known.contains_key(&named.group);
    let mut unknown: Vec<Named<'_>> = report.memberships.iter().filter_map(named).filter(is_new).collect();
    let objects = objects::known(tx, &unknown.iter().map(|named| named.group).collect::<Vec<_>>())?;
    unknown.retain(|named| !objects.contains_key(&named.group));
    memberships::name(tx, &unknown)?;
    let regrouped = lists.iter().zip(done).filter(|(list, (added, removed))| added + removed > 0 && !changed.contains(&list.group)).count();
    Ok(i64::try_from(regrouped).unwrap_or(i64::MAX))
}

/// An object as a report has it.
#[derive(Clone, Copy)]
struct Reported<'a> {
    key: SidKey,
    object: &'a DirectoryObject<'a>,
    digest: ObjectDigest,
}

/// An object that is new or otherwise than it is known.
struct Changed<'a> {
    reported: Reported<'a>,
    /// What is known of it.
    known: Option<&'a Known>,
}

/// Objects by what is to be done.
#[derive(Default)]
struct Sorted<'a> {
    /// New, or otherwise than known.
    changed: Vec<Changed<'a>>,
    /// As known.
    same: Vec<SidKey>,
    /// Their devices.
    same_devices: Vec<ResourceId>,
    /// How many have the SID of an object that is known in another domain: they are not taken.
    foreign: usize,
}

fn sort<'a>(tx: &mut Tx<'_>, objects: &[Reported<'a>], known: &'a HashMap<SidKey, Known>, at: Timestamp) -> Result<Sorted<'a>, StoreError> {
    let mut sorted = Sorted::default();
    for reported in objects {
        let Reported { key, object, digest } = reported;
        let known = known.get(key);
        let has_device = |known: &Known| object.kind != ObjectKind::Computer || known.resource_id.is_some();
        if known.is_some_and(|known| is_outdone(object, known, at)) {
            continue;
        }
        match known {
            Some(known) if known.digest == *digest && has_device(known) => {
                sorted.same.push(*key);
                sorted.same_devices.extend(known.resource_id);
            }
            _ => sorted.changed.push(Changed { reported: *reported, known }),
        }
    }
    // A directory has a word on SIDs of its own domain only: one forest changes nothing of another's, and adds nothing to it. What
    // is as it is known is in the same domain.
    let mut domains = Domains::known(tx, sorted.changed.iter().map(|changed| changed.reported.key))?;
    let all = sorted.changed.len();
    sorted.changed.retain(|Changed { reported, .. }| domains.is_or_becomes(reported.key, &reported.object.domain));
    sorted.foreign = all - sorted.changed.len();
    Ok(sorted)
}

/// Whether something newer is known, or more than a look at a group tells. That look, however new, tells less than any other.
fn is_outdone(object: &DirectoryObject<'_>, known: &Known, at: Timestamp) -> bool {
    if object.limited == known.limited { known.discovered_at > at } else { object.limited }
}

/// Merges computers into devices; gives each account's device. One that was another account's, or is in another domain, is not
/// taken whatever its name.
fn computers(tx: &mut Tx<'_>, sorted: &Sorted<'_>, agent: Agent, site: SiteCode, at: Timestamp) -> Result<HashMap<SidKey, ResourceId>, StoreError> {
    let computers: Vec<&Changed<'_>> = sorted.changed.iter().filter(|changed| changed.reported.object.kind == ObjectKind::Computer).collect();
    let linked: Vec<ResourceId> = computers.iter().filter_map(|changed| changed.known.and_then(|known| known.resource_id)).collect();
    let linked: HashMap<ResourceId, Stored> = devices::of_numbers(tx, &linked)?.into_iter().map(|stored| (stored.resource_id, stored)).collect();
    let records: Vec<_> = computers.iter().map(|changed| changed.reported.object.ddr(agent, site, at)).collect();
    let names: Vec<&str> = records.iter().filter_map(|ddr| ddr.netbios_name.as_ref()).map(|name| name.value.as_str()).collect();
    let mut named: HashMap<String, Vec<Stored>> = HashMap::new();
    for stored in devices::of_names(tx, &names)? {
        named.entry(stored.device.netbios_name.clone()).or_default().push(stored);
    }
    let candidates: Vec<ResourceId> = named.values().flatten().map(|stored| stored.resource_id).collect();
    let mut taken = objects::taken(tx, &candidates)?;
    let mut of_keys = HashMap::with_capacity(computers.len());
    let (mut new_keys, mut new) = (Vec::new(), Vec::new());
    for (Changed { reported: Reported { key, object, .. }, known }, ddr) in computers.into_iter().zip(&records) {
        let before = match known.and_then(|known| known.resource_id).and_then(|id| linked.get(&id)) {
            Some(stored) => Some(stored.clone()),
            None => {
                let name = ddr.netbios_name.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
                let same_name: &[Stored] = named.get(name).map_or(&[], Vec::as_slice);
                let candidates: Vec<Candidate<'_>> = same_name.iter().map(|s| Candidate { resource_id: s.resource_id, device: &s.device }).collect();
                let found = resolve_directory(ddr, &object.domain, &candidates, |id| taken.contains(&id));
                same_name.iter().find(|stored| Some(stored.resource_id) == found).cloned()
            }
        };
        let device: Device = match merge(before.as_ref().map(|stored| &stored.device), ddr) {
            Ok(Merged::Device(device)) => *device,
            // Stale for the device, or without any name: then what is known of it stays.
            Ok(Merged::Stale) | Err(_) => match &before {
                Some(stored) => stored.device.clone(),
                None => continue,
            },
        };
        match &before {
            Some(stored) if devices::change(tx, stored.resource_id, &stored.device, &device)? => {
                taken.insert(stored.resource_id);
                of_keys.insert(*key, stored.resource_id);
            }
            _ => {
                new_keys.push(*key);
                new.push(device);
            }
        }
    }
    // Each is its account's alone, so that none of them is a candidate for another computer of this name.
    of_keys.extend(new_keys.into_iter().zip(devices::add_all(tx, &new)?));
    Ok(of_keys)
}
