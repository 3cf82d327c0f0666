//! Records of directories into devices, users, groups and memberships.
//!
//! Most records say what is known already: their digests tell, so that they cost one look and one mark for many of them
//! together. Nothing is ever removed here: what a method did not find, it may only not have been able to read.

use provost_domain::discovery::{
    Agent, Candidate, Device, DirectoryObject, DistinguishedName, Membership, Merged, Method, ObjectKind, merge, resolve_directory,
};
use provost_domain::{ResourceId, SiteCode, Timestamp};
use provost_store::devices::{self, Stored};
use provost_store::discovery::{Found, Known, memberships, objects, runs};
use provost_store::{StoreError, Tx};
use provost_wire::directory::DirectoryReport;
use std::collections::{HashMap, HashSet};

/// Loads one report.
pub(super) fn load(tx: &mut Tx<'_>, report: &DirectoryReport, site: SiteCode, received_at: Timestamp) -> Result<Result<(), String>, StoreError> {
    let Some(agent) = Method::from_id(&report.method).and_then(Method::agent) else {
        return Ok(Err(format!("{:?} is no discovery method that makes records", report.method)));
    };
    // An agent's clock is the site's; a file that somebody put here is believed only up to the moment it came.
    let at = report.at.min(received_at);
    let mut sids: HashSet<&str> = HashSet::new();
    let once: Vec<&DirectoryObject> = report.objects.iter().rev().filter(|object| sids.insert(&object.sid)).collect();
    let known = objects::known(tx, &once.iter().map(|object| object.sid.as_str()).collect::<Vec<_>>())?;
    let sorted = sort(&once, &known, at);
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
        .map(|(object, digest, known)| Found {
            object,
            digest: *digest,
            resource_id: devices.get(object.sid.as_str()).copied(),
            agent,
            created_at: known.map_or(at, |known| known.created_at),
            at: known.map_or(at, |known| known.discovered_at.max(at)),
        })
        .collect();
    objects::put(tx, &found)?;
    objects::seen(tx, &sorted.same, at)?;
    devices::seen(tx, &sorted.same_devices, agent, site, at)?;
    let groups: Vec<&str> = report.memberships.iter().map(|membership| membership.group.as_str()).collect();
    let groups = objects::known(tx, &groups)?;
    let domain = runs::find(tx, report.run_id)?.and_then(|run| run.target.parse::<DistinguishedName>().ok());
    // Nor does a directory say who is in groups of another domain.
    let is_here = |group: &str| !matches!((groups.get(group), &domain), (Some(group), Some(domain)) if group.domain != domain.domain());
    let lists: Vec<&Membership> = report.memberships.iter().filter(|membership| is_here(&membership.group)).collect();
    let changed: HashSet<&str> = sorted.changed.iter().map(|(object, ..)| object.sid.as_str()).collect();
    let mut regrouped = 0;
    for (list, (added, removed)) in lists.iter().zip(memberships::put_all(tx, &lists)?) {
        regrouped += i64::from(added + removed > 0 && !changed.contains(list.group.as_str()));
    }
    let added = sorted.changed.iter().filter(|(_, _, known)| known.is_none()).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let loaded = report.objects.len().saturating_sub(report.repeated);
    runs::loaded(tx, report.run_id, count(loaded), count(added), count(sorted.changed.len() - added) + regrouped)?;
    Ok(Ok(()))
}

/// An object that is new or otherwise than it is known, with its digest and what is known.
type Changed<'a> = (&'a DirectoryObject, provost_domain::Digest, Option<&'a Known>);

/// Objects by what is to be done.
#[derive(Default)]
struct Sorted<'a> {
    /// New, or otherwise than known.
    changed: Vec<Changed<'a>>,
    /// As known.
    same: Vec<&'a str>,
    /// Their devices.
    same_devices: Vec<ResourceId>,
    /// How many have the SID of an object that is known in another domain: they are not taken.
    foreign: usize,
}

fn sort<'a>(objects: &[&'a DirectoryObject], known: &'a HashMap<String, Known>, at: Timestamp) -> Sorted<'a> {
    let mut sorted = Sorted::default();
    for object in objects {
        let known = known.get(&object.sid);
        // A directory has a word on SIDs of its own domain only: one forest changes nothing of another's.
        if known.is_some_and(|known| known.domain != object.domain) {
            sorted.foreign += 1;
            continue;
        }
        // Something newer is known, or more than a look at a group tells. That look, however new, tells less than any other.
        if known.is_some_and(|known| if object.limited == known.limited { known.discovered_at > at } else { object.limited }) {
            continue;
        }
        let digest = object.digest();
        let has_device = |known: &Known| object.kind != ObjectKind::Computer || known.resource_id.is_some();
        match known {
            Some(known) if known.digest == digest && has_device(known) => {
                sorted.same.push(&object.sid);
                sorted.same_devices.extend(known.resource_id);
            }
            _ => sorted.changed.push((object, digest, known)),
        }
    }
    sorted
}

/// Merges computers into devices; gives each SID's device. One that was another account's, or is in another domain, is not
/// taken whatever its name.
fn computers<'a>(tx: &mut Tx<'_>, sorted: &Sorted<'a>, agent: Agent, site: SiteCode, at: Timestamp) -> Result<HashMap<&'a str, ResourceId>, StoreError> {
    let computers: Vec<&Changed<'a>> = sorted.changed.iter().filter(|(object, ..)| object.kind == ObjectKind::Computer).collect();
    let linked: Vec<ResourceId> = computers.iter().filter_map(|(_, _, known)| known.and_then(|known| known.resource_id)).collect();
    let linked: HashMap<ResourceId, Stored> = devices::of_numbers(tx, &linked)?.into_iter().map(|stored| (stored.resource_id, stored)).collect();
    let records: Vec<_> = computers.iter().map(|(object, ..)| object.ddr(agent, site, at)).collect();
    let names: Vec<&str> = records.iter().filter_map(|ddr| ddr.netbios_name.as_ref()).map(|name| name.value.as_str()).collect();
    let mut named: HashMap<String, Vec<Stored>> = HashMap::new();
    for stored in devices::of_names(tx, &names)? {
        named.entry(stored.device.netbios_name.clone()).or_default().push(stored);
    }
    let candidates: Vec<ResourceId> = named.values().flatten().map(|stored| stored.resource_id).collect();
    let mut taken = objects::taken(tx, &candidates)?;
    let mut of_sids = HashMap::with_capacity(computers.len());
    let (mut new_sids, mut new) = (Vec::new(), Vec::new());
    for ((object, _, known), ddr) in computers.into_iter().zip(&records) {
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
                of_sids.insert(object.sid.as_str(), stored.resource_id);
            }
            _ => {
                new_sids.push(object.sid.as_str());
                new.push(device);
            }
        }
    }
    // Each is its account's alone, so that none of them is a candidate for another computer of this name.
    of_sids.extend(new_sids.into_iter().zip(devices::add_all(tx, &new)?));
    Ok(of_sids)
}
