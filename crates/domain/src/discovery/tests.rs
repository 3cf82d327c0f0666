use super::*;
use crate::{ResourceId, SiteCode, SmsId, Timestamp};
use proptest::prelude::*;

fn site() -> SiteCode {
    "LAB".parse().expect("LAB is a site code")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::default().plus_seconds(seconds)
}

fn id(n: u8) -> SmsId {
    SmsId::from_random([n; 16])
}

fn device(smsid: Option<u8>, name: &str, addresses: &[&str], discovered: i64) -> Device {
    Device {
        smsid: smsid.map(id),
        name: name.to_owned(),
        netbios_name: name.to_owned(),
        mac_addresses: addresses.iter().map(|a| (*a).to_owned()).collect(),
        discovered_at: at(discovered),
        ..Device::default()
    }
}

fn ddr(smsid: Option<u8>, name: &str, addresses: &[&str]) -> Ddr {
    let mut ddr = Ddr::new(Agent::ClientRegistration, site(), at(100));
    ddr.smsid = smsid.map(id);
    ddr.netbios_name = Some(Scalar::sure(name));
    ddr.mac_addresses = Some(Array::all(addresses.iter().map(|a| (*a).to_owned()).collect()));
    ddr
}

/// Numbers the devices from 1 and resolves.
fn resolved(ddr: &Ddr, devices: &[Device]) -> Option<i64> {
    let candidates: Vec<Candidate<'_>> = (1..).zip(devices).map(|(n, device)| Candidate { resource_id: ResourceId(n), device }).collect();
    resolve(ddr, &candidates).map(|id| id.0)
}

#[test]
fn an_identity_alone_decides() {
    let devices = [device(Some(1), "OTHER", &["FF"], 1), device(None, "PC", &["AA"], 9)];
    assert_eq!(resolved(&ddr(Some(1), "PC", &["AA"]), &devices), Some(1));
}

#[test]
fn an_unknown_identity_takes_over_a_record_with_all_its_keys() {
    let devices = [device(None, "PC", &["AA", "BB"], 1), device(None, "PC", &["CC"], 9)];
    assert_eq!(resolved(&ddr(Some(1), "PC", &["AA", "BB"]), &devices), Some(1));
    assert_eq!(resolved(&ddr(Some(1), "pc", &["aa"]), &devices), Some(1), "keys do not mind case");
    assert_eq!(resolved(&ddr(Some(1), "PC", &["AA", "CC"]), &devices), None, "one key that does not match is enough against it");
}

#[test]
fn a_new_identity_with_the_same_keys_makes_a_new_record() {
    let devices = [device(Some(1), "PC", &["AA"], 1)];
    assert_eq!(resolved(&ddr(Some(2), "PC", &["AA"]), &devices), None);
}

#[test]
fn an_unknown_identity_without_keys_takes_nothing() {
    let devices = [device(None, "", &[], 1), device(None, "PC", &[], 1)];
    assert_eq!(resolved(&ddr(Some(1), "", &[]), &devices), None);
}

#[test]
fn of_clones_the_one_with_all_keys_counts_then_the_first_with_any() {
    let devices = [device(Some(1), "A", &["AA"], 1), device(Some(1), "B", &["BB"], 2), device(Some(1), "C", &["BB"], 3)];
    assert_eq!(resolved(&ddr(Some(1), "B", &["BB"]), &devices), Some(2));
    assert_eq!(resolved(&ddr(Some(1), "X", &["BB"]), &devices), Some(2));
    assert_eq!(resolved(&ddr(Some(1), "X", &["XX"]), &devices), None);
}

#[test]
fn without_an_identity_most_keys_win_and_then_the_last_discovered() {
    let devices = [device(Some(1), "PC", &["AA"], 1), device(None, "PC", &[], 9), device(None, "X", &["AA", "BB"], 2)];
    assert_eq!(resolved(&ddr(None, "PC", &["AA", "BB"]), &devices), Some(3), "two keys each; the third was discovered last");
    assert_eq!(resolved(&ddr(None, "PC", &[]), &devices), Some(2));
    assert_eq!(resolved(&ddr(None, "Y", &["YY"]), &devices), None);
}

#[test]
fn obsolete_records_are_not_taken_by_their_keys() {
    let mut old = device(None, "PC", &["AA"], 1);
    old.obsolete = true;
    assert_eq!(resolved(&ddr(None, "PC", &["AA"]), std::slice::from_ref(&old)), None);
    assert_eq!(resolved(&ddr(Some(1), "PC", &["AA"]), &[old]), None);
}

fn merged(known: Option<&Device>, ddr: &Ddr) -> Device {
    match merge(known, ddr) {
        Ok(Merged::Device(device)) => *device,
        other => panic!("{other:?}"),
    }
}

#[test]
fn stale_data_is_dropped_per_method_unless_it_is_a_heartbeat() {
    let first = merged(None, &ddr(Some(1), "PC", &[]));
    let mut older = ddr(Some(1), "OLD", &[]);
    older.at = at(99);
    assert_eq!(merge(Some(&first), &older), Ok(Merged::Stale));
    older.agent = Agent::Heartbeat;
    let second = merged(Some(&first), &older);
    assert_eq!(second.netbios_name, "OLD", "another method's trail does not make it stale");
    older.at = at(98);
    older.netbios_name = Some(Scalar::sure("OLDER"));
    let third = merged(Some(&second), &older);
    assert_eq!(third.netbios_name, "OLDER", "heartbeats always count");
    assert_eq!(third.heartbeat_at, Some(at(99)), "times never go back");
    assert_eq!(third.discovered_at, at(100));
}

#[test]
fn arrays_replace_or_add_and_scalars_of_low_confidence_fill_gaps() {
    let mut first = ddr(None, "PC", &["aa"]);
    first.domain = Some(Scalar::low_confidence("workgroup"));
    let known = merged(None, &first);
    assert_eq!(known.domain, "workgroup");
    let mut second = ddr(None, "PC", &["bb"]);
    second.mac_addresses = Some(Array::more(vec!["bb".to_owned()]));
    second.domain = Some(Scalar::low_confidence("other"));
    let known = merged(Some(&known), &second);
    assert_eq!(known.mac_addresses.iter().collect::<Vec<_>>(), ["AA", "BB"]);
    assert_eq!(known.domain, "workgroup");
    second.mac_addresses = Some(Array::all(vec!["cc".to_owned()]));
    second.domain = Some(Scalar::sure("corp.example"));
    let known = merged(Some(&known), &second);
    assert_eq!(known.mac_addresses.iter().collect::<Vec<_>>(), ["CC"]);
    assert_eq!(known.domain, "corp.example");
}

#[test]
fn names_are_formed_in_their_order_and_none_is_refused() {
    let mut device = Device::default();
    assert_eq!(form_name(&device), Err(NoName));
    device.mac_addresses.insert("00:00:5E:00:53:01".to_owned());
    assert_eq!(form_name(&device).as_deref(), Ok("00:00:5E:00:53:01"));
    device.ip_addresses.insert("192.0.2.1".to_owned());
    assert_eq!(form_name(&device).as_deref(), Ok("192.0.2.1"));
    device.resource_names.insert("pc.corp.example".to_owned());
    assert_eq!(form_name(&device).as_deref(), Ok("pc.corp.example"));
    device.netbios_name = "PC".to_owned();
    assert_eq!(form_name(&device).as_deref(), Ok("PC"));
    assert_eq!(merge(None, &Ddr::new(Agent::Heartbeat, site(), at(1))), Err(NoName));
}

fn any_name() -> impl Strategy<Value = String> {
    "[ab]?"
}

fn any_addresses() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[XYZ]", 0..3)
}

prop_compose! {
    fn any_ddr()(
        heartbeat in any::<bool>(), seconds in 0i64..6, smsid in proptest::option::of(1u8..4), name in any_name(),
        addresses in any_addresses(), replaces in any::<bool>(), low in any::<bool>(), system in "[uv]?",
    ) -> Ddr {
        let mut ddr = Ddr::new(if heartbeat { Agent::Heartbeat } else { Agent::ClientRegistration }, site(), at(seconds));
        ddr.smsid = smsid.map(id);
        ddr.netbios_name = Some(Scalar { value: name, low_confidence: low });
        ddr.mac_addresses = Some(Array { values: addresses, replaces });
        ddr.operating_system = Some(Scalar { value: system, low_confidence: low });
        ddr
    }
}

prop_compose! {
    fn any_device()(smsid in proptest::option::of(1u8..4), name in "[AB]?", addresses in any_addresses(), seconds in 0i64..4, obsolete in any::<bool>()) -> Device {
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        Device { obsolete, ..device(smsid, &name, &addresses, seconds) }
    }
}

proptest! {
    #[test]
    fn the_order_of_candidates_decides_nothing_without_clones(ddr in any_ddr(), mut devices in proptest::collection::vec(any_device(), 0..6)) {
        let mut seen = std::collections::HashSet::new();
        devices.retain(|d| d.smsid.is_none() || seen.insert(d.smsid));
        let candidates: Vec<Candidate<'_>> = (1..).zip(&devices).map(|(n, device)| Candidate { resource_id: ResourceId(n), device }).collect();
        let mut reversed = candidates.clone();
        reversed.reverse();
        prop_assert_eq!(resolve(&ddr, &candidates), resolve(&ddr, &reversed));
    }

    #[test]
    fn a_record_of_another_identity_is_never_taken(ddr in any_ddr(), devices in proptest::collection::vec(any_device(), 0..6)) {
        if let (Some(smsid), Some(n)) = (ddr.smsid, resolved(&ddr, &devices)) {
            let taken = &devices[usize::try_from(n - 1).expect("a number from 1")];
            prop_assert!(taken.smsid.is_none_or(|theirs| theirs == smsid));
        }
    }

    #[test]
    fn whatever_is_taken_shares_an_identity_or_a_key(ddr in any_ddr(), devices in proptest::collection::vec(any_device(), 0..6)) {
        if let Some(n) = resolved(&ddr, &devices) {
            let taken = &devices[usize::try_from(n - 1).expect("a number from 1")];
            prop_assert!((ddr.smsid.is_some() && taken.smsid == ddr.smsid) || ddr.keys().iter().any(|k| taken.has_key(k)));
        }
    }

    #[test]
    fn merging_again_changes_nothing(first in any_ddr(), second in any_ddr()) {
        let Ok(Merged::Device(known)) = merge(None, &first) else { return Ok(()) };
        let Ok(Merged::Device(once)) = merge(Some(&known), &second) else { return Ok(()) };
        let Ok(Merged::Device(twice)) = merge(Some(&once), &second) else { panic!("the same record again is neither stale nor nameless") };
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn times_never_go_back_and_known_texts_are_never_lost(ddrs in proptest::collection::vec(any_ddr(), 1..8)) {
        let mut known: Option<Device> = None;
        for ddr in &ddrs {
            let Ok(Merged::Device(next)) = merge(known.as_ref(), ddr) else { continue };
            if let Some(before) = &known {
                prop_assert!(next.discovered_at >= before.discovered_at && next.heartbeat_at >= before.heartbeat_at && next.created_at == before.created_at);
                prop_assert!(!next.operating_system.is_empty() || before.operating_system.is_empty());
                prop_assert!(before.agents.iter().all(|(trail, at)| next.agents.get(trail) >= Some(at)));
            }
            prop_assert!(!next.name.is_empty());
            known = Some(*next);
        }
    }

    #[test]
    fn a_record_is_found_again_by_what_it_said(ddr in any_ddr()) {
        prop_assume!(ddr.smsid.is_some() || !ddr.keys().is_empty());
        let Ok(Merged::Device(device)) = merge(None, &ddr) else { return Ok(()) };
        prop_assert_eq!(resolved(&ddr, &[*device]), Some(1));
    }
}

fn in_domain(device: Device, domain: &str) -> Device {
    Device { domain: domain.to_owned(), ..device }
}

/// As [`resolved`], for a computer of a directory; numbers that another account has are `taken`.
fn resolved_in(domain: &str, name: &str, devices: &[Device], taken: &[i64]) -> Option<i64> {
    let mut ddr = ddr(None, name, &[]);
    ddr.agent = Agent::ActiveDirectorySystem;
    let candidates: Vec<Candidate<'_>> = (1..).zip(devices).map(|(n, device)| Candidate { resource_id: ResourceId(n), device }).collect();
    resolve_directory(&ddr, domain, &candidates, |id| taken.contains(&id.0)).map(|id| id.0)
}

#[test]
fn a_computer_of_a_directory_is_the_client_of_that_name() {
    let client = in_domain(device(Some(1), "PC", &["AA"], 1), "corp.example.test");
    assert_eq!(resolved_in("corp.example.test", "PC", &[client], &[]), Some(1));
    let workgroup = in_domain(device(Some(1), "PC", &["AA"], 1), "WORKGROUP");
    assert_eq!(resolved_in("corp.example.test", "PC", &[workgroup], &[]), Some(1), "a short name says nothing against it");
}

#[test]
fn one_name_in_two_domains_is_two_computers() {
    let corp = in_domain(device(Some(1), "PC", &["AA"], 1), "corp.example.test");
    assert_eq!(resolved_in("fabrikam.example.test", "PC", std::slice::from_ref(&corp), &[]), None);
    let by_dns = Device { dns_name: "pc.corp.example.test".to_owned(), ..device(None, "PC", &[], 1) };
    assert_eq!(resolved_in("fabrikam.example.test", "PC", std::slice::from_ref(&by_dns), &[]), None);
    assert_eq!(resolved_in("corp.example.test", "PC", &[by_dns], &[]), Some(1));
    assert_eq!(resolved_in("corp.example.test", "PC", &[corp], &[1]), None, "another account has that record");
}
