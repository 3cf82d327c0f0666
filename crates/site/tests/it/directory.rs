//! What becomes of records that discovery agents deposit.

use crate::discovery::{heartbeat, send};
use crate::place::{Identity, NOW, Place, each, pass};
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_domain::discovery::{DirectoryObject, Membership, Method, ObjectKind, RunKind};
use provost_store::discovery::runs;
use provost_store::forests::{self, Difference, Forest, Network};
use provost_store::views::directory_objects as views;
use provost_store::{devices, views as read};
use provost_wire::client::heartbeat::Heartbeat;
use provost_wire::directory::DirectoryReport;
use provost_wire::envelope::Kind;
use std::borrow::Cow;

const DOMAIN: &str = "corp.example.test";

fn object(kind: ObjectKind, domain: &str, rid: u32, name: &str) -> DirectoryObject<'static> {
    let of_domain = if domain == DOMAIN { 1 } else { 2 };
    let sid = format!("S-1-5-21-{of_domain}-2-3-{rid}");
    let mut object = DirectoryObject::new(kind, sid, domain.to_owned(), name.to_owned(), format!("CN={name},OU=Here,DC={of_domain}"));
    if kind == ObjectKind::Computer {
        object.dns_name = format!("{}.{domain}", name.trim_end_matches('$').to_lowercase()).into();
        object.operating_system = "Windows Server 2022".into();
    }
    object
}

fn report(objects: Vec<DirectoryObject<'_>>, at: Timestamp) -> DirectoryReport<'_> {
    DirectoryReport { method: Method::System.id().to_owned(), run_id: 0, at, objects, repeated: 0, memberships: Vec::new() }
}

fn load(place: &Place<'_>, report: &DirectoryReport<'_>) {
    place.deposit(Kind::Directory, None, &report.to_bytes());
    pass(&mut place.discovery());
    assert_eq!(place.reasons(Kind::Directory), Vec::<String>::new());
}

fn device_of(place: &Place<'_>, sid: &str) -> devices::Stored {
    let found = place.look(|tx| views::called(tx, ObjectKind::Computer, sid)).pop().expect("an account of a computer");
    let number = found.resource_id.expect("a device");
    place.look(|tx| devices::find(tx, number)).expect("the device")
}

#[test]
fn a_computer_becomes_a_device_once_however_often_it_is_found() {
    each(|place| {
        let computer = object(ObjectKind::Computer, DOMAIN, 1104, "WS01$");
        for minute in 0..3 {
            place.clock.set(NOW.plus_seconds(minute * 60));
            load(place, &report(vec![computer.clone()], NOW.plus_seconds(minute * 60)));
        }
        let device = device_of(place, &computer.sid);
        assert_eq!((device.device.name.as_str(), device.device.domain.as_str(), device.device.client_installed), ("WS01", DOMAIN, false));
        assert_eq!(device.device.dns_name, "ws01.corp.example.test");
        assert_eq!(device.device.discovered_at, NOW.plus_seconds(120), "finding it again is noted");
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 1);
        assert_eq!(place.number("SELECT count(*) FROM device_agent", &[]), 1);
    });
}

#[test]
fn a_client_and_its_account_are_one_device_whoever_comes_first() {
    each(|place| {
        let (first, second) = (Identity::new("ws01"), Identity::new("ws02"));
        place.register(&first);
        let accounts = vec![object(ObjectKind::Computer, "corp.example", 1104, "WS01$"), object(ObjectKind::Computer, "corp.example", 1105, "WS02$")];
        load(place, &report(accounts.clone(), NOW));
        place.register(&second);
        send(place, &second, &Heartbeat { domain: "corp.example".into(), ..heartbeat("ws02") });
        pass(&mut place.discovery());
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 2);
        assert_eq!(device_of(place, &accounts[0].sid).device.smsid, Some(first.smsid));
        let device = device_of(place, &accounts[1].sid).device;
        assert_eq!((device.smsid, device.operating_system.as_str()), (Some(second.smsid), "Debian GNU/Linux 12"), "the client knows better");
        load(place, &report(accounts.clone(), NOW.plus_seconds(60)));
        assert_eq!(device_of(place, &accounts[1].sid).device.operating_system, "Debian GNU/Linux 12");
    });
}

#[test]
fn one_name_in_two_domains_is_two_devices() {
    each(|place| {
        let (here, there) = (object(ObjectKind::Computer, DOMAIN, 1104, "WS01$"), object(ObjectKind::Computer, "fabrikam.example.test", 1104, "WS01$"));
        load(place, &report(vec![here.clone(), there.clone()], NOW));
        load(place, &report(vec![there.clone()], NOW.plus_seconds(1)));
        assert_ne!(device_of(place, &here.sid).resource_id, device_of(place, &there.sid).resource_id);
        assert_eq!(device_of(place, &there.sid).device.domain, "fabrikam.example.test");
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 2);
    });
}

#[test]
fn an_account_that_was_made_anew_is_another_one_and_the_old_stays() {
    each(|place| {
        let old = object(ObjectKind::Computer, DOMAIN, 1104, "WS01$");
        let new = object(ObjectKind::Computer, DOMAIN, 2200, "WS01$");
        load(place, &report(vec![old.clone()], NOW));
        load(place, &report(vec![new.clone()], NOW.plus_seconds(60)));
        assert_ne!(device_of(place, &old.sid).resource_id, device_of(place, &new.sid).resource_id);
        assert_eq!(place.number("SELECT count(*) FROM directory_object", &[]), 2);
    });
}

#[test]
fn what_moved_is_the_same_and_what_is_older_is_dropped() {
    each(|place| {
        let before = object(ObjectKind::User, DOMAIN, 1200, "alice");
        let after = DirectoryObject { distinguished_name: "CN=Alice,OU=Moved,DC=1".into(), mail: "alice@corp.example.test".into(), ..before.clone() };
        load(place, &report(vec![before.clone()], NOW));
        place.clock.set(NOW.plus_seconds(60));
        load(place, &report(vec![after.clone()], NOW.plus_seconds(60)));
        load(place, &report(vec![before], NOW.plus_seconds(30)));
        let known = place.look(|tx| views::called(tx, ObjectKind::User, "CORP.example.test\\Alice")).pop().expect("a user");
        assert_eq!(known.object, after);
        assert_eq!((known.created_at, known.discovered_at), (NOW, NOW.plus_seconds(60)));
    });
}

#[test]
fn a_device_that_a_person_deleted_comes_back_with_the_next_look() {
    each(|place| {
        let computer = object(ObjectKind::Computer, DOMAIN, 1104, "WS01$");
        load(place, &report(vec![computer.clone()], NOW));
        let number = device_of(place, &computer.sid).resource_id;
        assert!(place.act(|tx| devices::delete(tx, number)));
        load(place, &report(vec![computer.clone()], NOW.plus_seconds(60)));
        assert_ne!(device_of(place, &computer.sid).resource_id, number);
    });
}

#[test]
fn a_look_at_a_group_adds_members_and_replaces_nothing_that_is_better_known() {
    each(|place| {
        let alice = DirectoryObject { mail: "alice@corp.example.test".into(), ..object(ObjectKind::User, DOMAIN, 1200, "alice") };
        load(place, &report(vec![alice.clone()], NOW));
        let seen = |rid, name| DirectoryObject { limited: true, ..object(ObjectKind::User, DOMAIN, rid, name) };
        let group = object(ObjectKind::Group, DOMAIN, 1300, "Sales");
        let membership = |members: &[&str], complete| Membership {
            group: group.sid.to_string(),
            name: group.name(),
            security: true,
            beside: Vec::new(),
            members: members.iter().map(|rid| format!("S-1-5-21-1-2-3-{rid}")).collect(),
            complete,
            by_primary: false,
        };
        let found = |objects, membership| DirectoryReport {
            method: Method::Group.id().to_owned(),
            memberships: vec![membership],
            ..report(objects, NOW.plus_seconds(60))
        };
        place.clock.set(NOW.plus_seconds(60));
        load(place, &found(vec![group.clone(), seen(1200, "alice"), seen(1201, "bob")], membership(&["1200", "1201"], true)));
        let known = place.look(|tx| views::called(tx, ObjectKind::User, "alice")).pop().expect("a user");
        assert_eq!((&*known.object.mail, known.object.limited), ("alice@corp.example.test", false));
        assert!(place.look(|tx| views::called(tx, ObjectKind::User, "bob")).pop().expect("a user").object.limited);

        let members = |place: &Place<'_>| place.look(|tx| views::members(tx, &group.sid, 10)).into_iter().map(|m| m.name).collect::<Vec<_>>();
        assert_eq!(members(place), ["corp.example.test\\alice", "corp.example.test\\bob"]);
        load(place, &found(Vec::new(), membership(&["1200"], false)));
        assert_eq!(members(place).len(), 2, "a list that is not complete takes nobody out");
        load(place, &found(Vec::new(), membership(&["1200"], true)));
        assert_eq!(members(place), ["corp.example.test\\alice"]);
    });
}

#[test]
fn who_is_in_a_group_by_their_primary_group_stays_until_found_with_another() {
    each(|place| {
        let of = |group: u32, members: &[u32], by_primary: bool| Membership {
            group: format!("S-1-5-21-1-2-3-{group}"),
            name: format!("corp.example.test\\group {group}"),
            security: true,
            beside: members.to_vec(),
            members: Vec::new(),
            complete: !by_primary,
            by_primary,
        };
        let found = |memberships| load(place, &DirectoryReport { memberships, ..report(Vec::new(), NOW) });
        let members = |group: u32| place.look(|tx| views::member_count(tx, &format!("S-1-5-21-1-2-3-{group}")));
        found(vec![of(513, &[1200, 1201], true), of(513, &[1202], false)]);
        assert_eq!(members(513), 3);
        found(vec![of(513, &[1200], true), of(513, &[], false)]);
        assert_eq!(members(513), 2, "who may not be read any more is in it still");
        found(vec![of(514, &[1201], true)]);
        assert_eq!((members(513), members(514)), (1, 1));
        found(vec![of(513, &[1200], false)]);
        found(vec![of(513, &[], false)]);
        assert_eq!(members(513), 0, "who was in the list last leaves with it");
    });
}

#[test]
fn a_directory_changes_nothing_of_another_domain() {
    each(|place| {
        let computer = object(ObjectKind::Computer, DOMAIN, 1104, "WS01$");
        load(place, &report(vec![computer.clone()], NOW));
        let device = device_of(place, &computer.sid).device;
        place.clock.set(NOW.plus_seconds(60));
        let forged = DirectoryObject { domain: "fabrikam.example.test".into(), dns_name: "ws01.fabrikam.example.test".into(), ..computer.clone() };
        load(place, &report(vec![forged], NOW.plus_seconds(60)));
        let known = place.look(|tx| views::called(tx, ObjectKind::Computer, &computer.sid)).pop().expect("an account of a computer");
        assert_eq!((known.object, device_of(place, &computer.sid).device), (computer.clone(), device));
        // Nor does it add anybody to that domain.
        let added = DirectoryObject { domain: "fabrikam.example.test".into(), ..object(ObjectKind::User, DOMAIN, 900, "mallory") };
        load(place, &report(vec![added], NOW.plus_seconds(60)));
        assert!(place.look(|tx| views::called(tx, ObjectKind::User, "mallory")).is_empty());
        load(place, &report(vec![object(ObjectKind::User, DOMAIN, 901, "bob")], NOW.plus_seconds(60)));
        assert_eq!(place.look(|tx| views::called(tx, ObjectKind::User, "bob")).len(), 1, "its own directory does");
    });
}

#[test]
fn what_a_method_reads_of_an_object_counts_also_after_a_newer_look_at_a_group() {
    each(|place| {
        let alice = DirectoryObject { mail: "alice@corp.example.test".into(), ..object(ObjectKind::User, DOMAIN, 1200, "alice") };
        let seen = DirectoryObject { limited: true, mail: Cow::default(), ..alice.clone() };
        place.clock.set(NOW.plus_seconds(60));
        load(place, &report(vec![seen], NOW.plus_seconds(60)));
        load(place, &report(vec![alice.clone()], NOW));
        let known = place.look(|tx| views::called(tx, ObjectKind::User, "alice")).pop().expect("a user");
        assert_eq!((known.object, known.discovered_at), (alice, NOW.plus_seconds(60)));
    });
}

#[test]
fn what_could_not_be_read_of_a_domain_stays_as_it_was_known() {
    each(|place| {
        let mut manager = place.connect(Principal::AdForestDiscoveryManager);
        let domain = |sid: &str, functional_level| forests::Domain {
            domain: DOMAIN.to_owned(),
            netbios_name: "CORP".to_owned(),
            sid: sid.to_owned(),
            functional_level,
            discovered_at: NOW,
        };
        let forest = Forest {
            forest: DOMAIN.to_owned(),
            hosts: Vec::new(),
            ca_pem: None,
            discovers: true,
            created_by: "ada".to_owned(),
            created_at: NOW,
            discovered_at: None,
        };
        let mut keep = |found: forests::Domain| {
            let network = Network { domains: vec![found], ..Network::default() };
            manager.write(|tx| forests::add(tx, &forest).and_then(|_| forests::keep(tx, DOMAIN, &network, NOW))).expect("kept")
        };
        assert_eq!(keep(domain("S-1-5-21-1-2-3", 7)).added, 1);
        assert_eq!(keep(domain("", 0)), Difference::default());
        assert_eq!(place.look(|tx| forests::network(tx, DOMAIN)).domains, [domain("S-1-5-21-1-2-3", 7)]);
        assert_eq!(keep(domain("", 10)).changed, 1);
        assert_eq!(place.look(|tx| forests::network(tx, DOMAIN)).domains, [domain("S-1-5-21-1-2-3", 10)]);
    });
}

#[test]
fn nested_groups_are_followed_also_in_a_ring_and_distribution_groups_are_no_resources() {
    each(|place| {
        let of = |group: u32, security, members: &[u32]| Membership {
            group: format!("S-1-5-21-1-2-3-{group}"),
            name: format!("corp.example.test\\group {group}"),
            security,
            beside: members.to_vec(),
            members: Vec::new(),
            complete: true,
            by_primary: false,
        };
        let mut report = report(
            vec![
                object(ObjectKind::Group, DOMAIN, 1, "group 1"),
                object(ObjectKind::Group, DOMAIN, 2, "group 2"),
                object(ObjectKind::User, DOMAIN, 1200, "alice"),
            ],
            NOW,
        );
        report.memberships = vec![of(1, true, &[2]), of(2, true, &[1, 1200]), of(3, false, &[1200])];
        load(place, &report);
        let names = |related: Vec<views::Related>| related.into_iter().map(|r| (r.name, r.kind, r.direct)).collect::<Vec<_>>();
        let known = |name: &str, kind: &str, direct| (format!("corp.example.test\\{name}"), kind.to_owned(), direct);
        let groups = names(place.look(|tx| views::groups(tx, "S-1-5-21-1-2-3-1200", 10)));
        assert_eq!(groups, [known("group 1", "group", false), known("group 2", "group", true), known("group 3", "distribution-group", true)]);
        let members = names(place.look(|tx| views::members(tx, "S-1-5-21-1-2-3-1", 10)));
        assert_eq!(members, [known("alice", "user", false), known("group 1", "group", false), known("group 2", "group", true)]);
        assert_eq!(place.look(|tx| views::count(tx, ObjectKind::Group)), 2);
    });
}

#[test]
fn a_report_is_loaded_once_and_counted_in_its_run() {
    each(|place| {
        let mut agent = place.connect(Principal::AdSystemDiscoveryAgent);
        let run_id = agent.write(|tx| runs::request(tx, Method::System, "OU=x,DC=corp,DC=test", RunKind::Full, "somebody", NOW)).expect("a run");
        let report = |n: u32, change: &'static str| DirectoryReport {
            run_id,
            ..report((0..n).map(|rid| DirectoryObject { mail: change.into(), ..object(ObjectKind::User, DOMAIN, rid, &format!("user{rid}")) }).collect(), NOW)
        };
        let body = report(700, "").to_bytes();
        let envelope = place.envelope(Kind::Directory, None);
        for _ in 0..2 {
            place.deposit_as(&envelope, &body);
            pass(&mut place.discovery());
        }
        load(place, &report(800, ""));
        load(place, &report(10, "changed"));
        // Of these the run reported all but one before, as the domain controller gave them that it lost.
        load(place, &DirectoryReport { repeated: 800, ..report(801, "changed") });
        let run = place.look(|tx| runs::find(tx, run_id)).expect("the run");
        assert_eq!((run.counts.loaded, run.counts.added, run.counts.changed), (1511, 801, 800));
        assert_eq!(run.counts.reports_loaded, 4);
        assert_eq!(place.number("SELECT count(*) FROM directory_object", &[]), 801);
        let page = place.look(|tx| views::list(tx, ObjectKind::User, &[], None, 3));
        let last = page.last().expect("a page").object.clone();
        let behind = views::Behind { account_name: &last.account_name, domain: &last.domain, sid: &last.sid };
        let next = place.look(|tx| views::list(tx, ObjectKind::User, &[], Some(behind), 1));
        assert!(next[0].object.account_name > last.account_name);
        let listed = place.look(|tx| read::devices::count(tx, &[]));
        assert_eq!(listed, 0, "users are no devices");
    });
}

#[test]
fn a_report_of_no_method_or_no_sids_is_put_aside() {
    each(|place| {
        place.deposit(Kind::Directory, None, &DirectoryReport { method: "ad-forest".to_owned(), ..report(Vec::new(), NOW) }.to_bytes());
        place.deposit(Kind::Directory, None, br#"{"method":"ad-user","run_id":1,"at":"2026-11-25T00:00:00Z","objects":[{"kind":"user","sid":"alice"}]}"#);
        pass(&mut place.discovery());
        assert_eq!(place.reasons(Kind::Directory).len(), 2);
    });
}
