//! Discovery of the lab's real domains, each method as the account that is bound for it.

use crate::engines;
use crate::place::NOW;
use crate::site_server::SiteServer;
use provost_domain::discovery::{Location, Method, ObjectKind, RunKind, Settings};
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab, Settings as LabSettings};
use provost_lab::population::{ONE_GROUP, Population, fleet};
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_store::discovery::{locations, methods};
use provost_store::forests::{self, Forest};
use provost_store::views::directory_objects as views;
use provost_store::{boundaries, devices};
use serde_json::json;

fn provost(domain: &Domain) -> String {
    format!("OU=Provost,{}", domain.base)
}

#[test]
fn users_are_found_as_the_bound_account_and_what_it_may_not_read_is_told() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let path = site.look_at(Method::User, &provost(&CORP), true);
    site.bind(Method::User, &path, &CORP, "svc-ad-users");
    let run = site.run(Method::User, &path, RunKind::Full);
    assert_eq!(run.outcome, "blocked", "{run:?}");
    assert!(run.account.contains("svc-ad-users") && run.domain_controller.ends_with(CORP.dns), "{run:?}");
    let blocked: Vec<(String, &str)> = run.blocked.iter().map(|one| (one.path.to_lowercase(), one.missing.as_str())).collect();
    assert_eq!(blocked, [(format!("ou=sealed,{}", provost(&CORP)).to_lowercase(), "Read")]);

    let ada = site.found(ObjectKind::User, "corp.example.test\\ada").pop().expect("ada");
    assert!(ada.object.sid.starts_with(CORP.sid) && ada.object.display_name == "Ada Lovelace" && !ada.object.guid.is_empty(), "{ada:?}");
    assert!(site.found(ObjectKind::User, "hidden").is_empty(), "nobody may read it");
    assert!(site.found(ObjectKind::User, "carla").is_empty() && run.counts.left_out > 0, "disabled accounts are left out until asked for");
    assert_eq!(run.counts.read, run.counts.left_out + run.counts.deposited);
    assert_eq!(site.place.number("SELECT count(*) FROM device", &[]), 0);

    let settings = Settings { disabled: true, attributes: vec!["useraccountcontrol".to_owned()], ..Settings::before_anybody_set(Method::User) };
    site.place.act(|tx| methods::set(tx, &settings));
    site.run(Method::User, &path, RunKind::Full);
    let carla = site.found(ObjectKind::User, "carla").pop().expect("carla");
    assert!(carla.object.disabled && carla.object.attributes.contains_key("useraccountcontrol"), "{carla:?}");
}

#[test]
fn the_databases_log_has_its_room_once_a_directory_is_to_be_discovered() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let off = Settings { enabled: false, ..Settings::before_anybody_set(Method::User) };
    site.place.act(|tx| methods::set(tx, &off));
    let before = site.rest(Method::User);
    assert!(before < 64 << 20, "{before}");
    site.look_at(Method::User, &provost(&CORP), true);
    assert_eq!(site.rest(Method::User), 64 << 20);
}

#[test]
fn computers_are_found_as_the_site_servers_own_account_when_no_other_is_bound() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let path = site.look_at(Method::System, &provost(&CORP), false);
    let run = site.run(Method::System, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.account.as_str()), ("blocked", "the site server's computer account"), "{run:?}");
    let computer = site.found(ObjectKind::Computer, "SITE1$").pop().expect("the site server");
    let device = site.place.look(|tx| devices::find(tx, computer.resource_id.expect("a device"))).expect("the device").device;
    assert_eq!((device.name.as_str(), device.dns_name.as_str()), ("SITE1", "site1.corp.example.test"));

    site.bind(Method::System, &path, &CORP, "svc-ad-systems");
    let again = site.run(Method::System, &path, RunKind::Full);
    assert!(again.account.contains("svc-ad-systems"), "{again:?}");
    assert_eq!((again.counts.added, again.counts.changed), (0, 0), "nothing is new to it");
}

#[test]
fn groups_are_found_with_their_members_and_nested_ones_are_followed() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let path = site.look_at(Method::Group, &format!("OU=Groups,{}", provost(&CORP)), true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!(run.outcome, "succeeded", "{run:?}");
    let ada = site.found(ObjectKind::User, "ada").pop().expect("ada");
    assert!(ada.object.limited, "no more than a member is known of her");
    let groups = site.place.look(|tx| views::groups(tx, &ada.object.sid, 100));
    let of = |name: &str| groups.iter().find(|group| group.name == format!("corp.example.test\\{name}")).map(|group| group.direct);
    assert_eq!((of("Site Operators"), of("Provost Administrators")), (Some(true), Some(false)), "{groups:?}");
}

#[test]
fn members_that_were_found_right_before_are_in_their_groups_and_are_not_read_again_for_a_while() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let path = site.look_at(Method::Group, &format!("OU=Groups,{}", provost(&CORP)), true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let users = site.look_at(Method::User, &provost(&CORP), true);
    site.bind(Method::User, &users, &CORP, "svc-ad-users");
    let all = "SELECT count(*) FROM membership";
    let alone = site.run(Method::Group, &path, RunKind::Full);
    let memberships = site.place.number(all, &[]);

    site.run(Method::User, &users, RunKind::Full);
    let after = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((after.outcome.as_str(), after.counts.added, after.counts.changed), ("succeeded", 0, 0), "{after:?}");
    assert!(after.counts.read < alone.counts.read && after.counts.deposited < alone.counts.deposited, "{alone:?} {after:?}");
    assert_eq!(site.place.number(all, &[]), memberships, "nobody is out of a group for it");
    let ada = site.found(ObjectKind::User, "ada").pop().expect("ada");
    let groups = site.place.look(|tx| views::groups(tx, &ada.object.sid, 100));
    assert!(!ada.object.limited && groups.iter().any(|group| group.direct && group.name == "corp.example.test\\Site Operators"), "{groups:?}");

    site.place.clock.set(site.place.clock.now().plus_seconds(300));
    let later = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((later.counts.read, later.counts.changed), (alone.counts.read, 0), "who has a name may be another one by now: {later:?}");
    assert_eq!(site.place.number(all, &[]), memberships);
}

#[test]
fn a_group_whose_members_may_not_be_read_is_no_empty_group() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let unit = format!("OU=Hiding {},{}", std::process::id(), CORP.base);
    let hiding = format!("CN=Hiding,{unit}");
    let ben = format!("CN=Ben Ordinary,OU=People,{}", provost(&CORP));
    let group = json!({ "objectClass": "group", "sAMAccountName": format!("hiding-{}", std::process::id()), "groupType": "-2147483646", "member": ben });
    lab.change(&CORP, &[Change::unit(&unit), Change::add(&hiding, group)]).expect("changed");
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    assert_eq!(site.run(Method::Group, &path, RunKind::Full).outcome, "succeeded");
    let members = |site: &SiteServer<'_>| site.place.number("SELECT count(*) FROM membership", &[]);
    assert_eq!(members(&site), 1);

    // An entry that refuses counts only before those that allow.
    let rights = "O:DAG:DAD:PAI(OD;;RP;bf9679c0-0de6-11d0-a285-00aa003049e2;;{svc-ad-groups})(A;;GA;;;DA)(A;;GA;;;SY)(A;;GR;;;AU)";
    lab.change(&CORP, &[Change::replace(&hiding, json!({ "nTSecurityDescriptor": rights }))]).expect("changed");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.blocked.len(), members(&site)), ("blocked", 1, 1), "{run:?}");
    assert_eq!(run.blocked[0].missing, "Read Members");
    lab.change(&CORP, &[Change::Delete { dn: hiding }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn a_contact_in_a_group_is_nobody_and_no_right_is_missing_for_it() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let unit = format!("OU=Contacts {},{}", std::process::id(), CORP.base);
    let (contact, group) = (format!("CN=Somebody Else,{unit}"), format!("CN=Writing To,{unit}"));
    let ben = format!("CN=Ben Ordinary,OU=People,{}", provost(&CORP));
    let attributes =
        json!({ "objectClass": "group", "sAMAccountName": format!("writing-{}", std::process::id()), "groupType": "-2147483646", "member": [ben, contact] });
    lab.change(&CORP, &[Change::unit(&unit), Change::add(&contact, json!({ "objectClass": "contact" })), Change::add(&group, attributes)]).expect("changed");
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.blocked.len()), ("succeeded", 0), "{run:?}");
    assert!(run.detail.contains("one member of groups is a contact"), "{}", run.detail);
    let members = |site: &SiteServer<'_>| site.place.number("SELECT count(*) FROM membership", &[]);
    assert_eq!(members(&site), 1);
    // The list is complete without the contact, so that who left it is known.
    lab.change(&CORP, &[Change::replace(&group, json!({ "member": contact }))]).expect("changed");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), members(&site)), ("succeeded", 0), "{run:?}");
    lab.change(&CORP, &[Change::Delete { dn: group }, Change::Delete { dn: contact }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn a_member_in_another_domain_of_the_forest_is_in_its_group_by_its_sid() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let (process, sid) = (std::process::id(), "S-1-5-21-7-8-9-1104");
    let unit = format!("OU=Strangers {process},{}", CORP.base);
    let group = format!("CN=Universal,{unit}");
    let account_name = format!("universal-{process}");
    let universal = json!({ "objectClass": "group", "sAMAccountName": account_name, "groupType": "-2147483640" });
    let stranger = Change::Stranger { dn: group.clone(), member: format!("CN=Kim,OU=People,DC=child,{}", CORP.base), sid: sid.to_owned() };
    lab.change(&CORP, &[Change::unit(&unit), Change::add(&group, universal), stranger]).expect("changed");
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.blocked.len()), ("succeeded", 0), "{run:?}");
    let found = site.found(ObjectKind::Group, &account_name).pop().expect("the group");
    let members = site.place.look(|tx| views::members(tx, &found.object.sid, 9));
    assert_eq!(members.iter().map(|one| (one.sid.as_str(), one.name.as_str(), one.direct)).collect::<Vec<_>>(), [(sid, "", true)]);

    // Looking inside groups, users are wanted, and of this one nothing could be read.
    let users = Location { look_inside_groups: true, ..Location::new(Method::User, &unit).expect("a location") };
    let users = Location { ca_pem: Some(site.authority()), ..users };
    site.place.act(|tx| locations::add(tx, &users, "ada", NOW)).expect("a new location");
    site.bind(Method::User, &users.path.to_string(), &CORP, "svc-ad-users");
    let run = site.run(Method::User, &users.path.to_string(), RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.blocked.len()), ("blocked", 1), "{run:?}");
    lab.change(&CORP, &[Change::Delete { dn: group }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn an_account_whose_state_may_not_be_read_is_not_taken_for_one_that_is_enabled() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let unit = format!("OU=States {},{}", std::process::id(), CORP.base);
    let (name, user) = (format!("state-{}", std::process::id()), format!("CN=State,{unit}"));
    lab.change(&CORP, &[Change::unit(&unit), Change::add(&user, json!({ "objectClass": "user", "sAMAccountName": name, "userAccountControl": "544" }))])
        .expect("changed");
    let path = site.look_at(Method::User, &unit, true);
    site.bind(Method::User, &path, &CORP, "svc-ad-users");
    assert_eq!(site.run(Method::User, &path, RunKind::Full).outcome, "succeeded");
    assert!(site.found(ObjectKind::User, &name).pop().is_some_and(|found| !found.object.limited && !found.object.disabled));

    // Disabled, and nobody but administrators may read that. An entry that refuses counts only before those that allow.
    let control = "bf967a68-0de6-11d0-a285-00aa003049e2";
    let rights = format!("O:DAG:DAD:PAI(OD;;RP;{control};;{{svc-ad-users}})(A;;GA;;;DA)(A;;GA;;;SY)(A;;GR;;;AU)");
    lab.change(&CORP, &[Change::replace(&user, json!({ "userAccountControl": "546", "nTSecurityDescriptor": rights }))]).expect("changed");
    for disabled in [false, true] {
        site.place.act(|tx| methods::set(tx, &Settings { disabled, ..Settings::before_anybody_set(Method::User) }));
        let run = site.run(Method::User, &path, RunKind::Full);
        let blocked: Vec<(String, &str)> = run.blocked.iter().map(|one| (one.path.to_lowercase(), one.missing.as_str())).collect();
        assert_eq!((run.outcome.as_str(), blocked), ("blocked", vec![(user.to_lowercase(), "Read userAccountControl")]), "{run:?}");
        assert_eq!(run.counts.left_out, i64::from(!disabled), "a filter that needs it does not take it: {run:?}");
        assert_eq!((run.counts.added, run.counts.changed), (0, 0), "what was known stays: {run:?}");
        assert_eq!(site.found(ObjectKind::User, &name).len(), 1);
    }
    lab.change(&CORP, &[Change::Delete { dn: user }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn distribution_groups_give_their_members_and_never_become_groups() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let unit = format!("OU=Distribution {},{}", std::process::id(), CORP.base);
    let ben = format!("CN=Ben Ordinary,OU=People,{}", provost(&CORP));
    let distribution = json!({ "objectClass": "group", "sAMAccountName": format!("news-{}", std::process::id()), "groupType": "2", "member": ben });
    lab.change(&CORP, &[Change::unit(&unit), Change::add(format!("CN=News,{unit}"), distribution)]).expect("changed");
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    site.run(Method::Group, &path, RunKind::Full);
    assert!(site.found(ObjectKind::User, "ben").is_empty(), "not before it is asked for");

    site.place.act(|tx| methods::set(tx, &Settings { distribution_groups: true, ..Settings::before_anybody_set(Method::Group) }));
    site.run(Method::Group, &path, RunKind::Full);
    let ben = site.found(ObjectKind::User, "ben").pop().expect("ben");
    let groups = site.place.look(|tx| views::groups(tx, &ben.object.sid, 100));
    assert_eq!(groups.iter().map(|group| group.kind.as_str()).collect::<Vec<_>>(), ["distribution-group"]);
    assert_eq!(site.place.look(|tx| views::count(tx, ObjectKind::Group)), 0);
    lab.change(&CORP, &[Change::Delete { dn: format!("CN=News,{unit}") }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn a_run_that_says_only_who_is_in_groups_is_done_when_that_is_loaded() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let unit = format!("OU=Letters {},{}", std::process::id(), CORP.base);
    let people = format!("OU=People,{}", provost(&CORP));
    let ben = format!("CN=Ben Ordinary,{people}");
    let distribution = json!({ "objectClass": "group", "sAMAccountName": format!("letters-{}", std::process::id()), "groupType": "2", "member": ben });
    lab.change(&CORP, &[Change::unit(&unit), Change::add(format!("CN=Letters,{unit}"), distribution)]).expect("changed");
    let users = site.look_at(Method::User, &people, true);
    site.bind(Method::User, &users, &CORP, "svc-ad-users");
    site.run(Method::User, &users, RunKind::Full);
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    site.place.act(|tx| methods::set(tx, &Settings { distribution_groups: true, ..Settings::before_anybody_set(Method::Group) }));
    // Who is in it was just read, and the group itself is none that is kept.
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.counts.deposited, run.counts.reports), ("succeeded", 0, 1), "{run:?}");
    assert_eq!(site.place.number("SELECT count(*) FROM membership", &[]), 1);
    lab.change(&CORP, &[Change::Delete { dn: format!("CN=Letters,{unit}") }, Change::Delete { dn: unit }]).expect("changed");
}

#[test]
fn a_forest_that_is_not_trusted_is_asked_with_an_account_of_its_own_only() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let path = site.look_at(Method::User, &provost(&FABRIKAM), true);
    let refused = site.run(Method::User, &path, RunKind::Full);
    assert_eq!((refused.outcome.as_str(), refused.domain_controller.as_str()), ("refused-by-rule", ""), "{refused:?}");
    assert!(refused.detail.contains("must be bound; nothing was tried"), "{}", refused.detail);
    assert!(refused.detail.ends_with(&format!("provost account add NAME --for ad-user-discovery --on {path}")), "{}", refused.detail);

    site.bind(Method::User, &path, &FABRIKAM, "svc-ad-users");
    assert_eq!(site.run(Method::User, &path, RunKind::Full).outcome, "blocked");
    let here = site.look_at(Method::User, &provost(&CORP), true);
    site.bind(Method::User, &here, &CORP, "svc-ad-users");
    site.run(Method::User, &here, RunKind::Full);
    let both: Vec<String> = site.found(ObjectKind::User, "ada").into_iter().map(|ada| ada.object.name()).collect();
    assert_eq!(both, ["corp.example.test\\ada", "fabrikam.example.test\\ada"], "one name in two domains is two users");
}

#[test]
fn a_delta_finds_what_changed_and_nothing_is_lost_with_its_place() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let process = std::process::id();
    let (unit, moved) = (format!("OU=Delta {process},{}", CORP.base), format!("OU=Moved {process},{}", CORP.base));
    let inner = format!("OU=Inner,{unit}");
    let user = |n: u32, unit: &str| {
        let name = format!("delta{n}-{process}");
        Change::add(format!("CN={name},{unit}"), json!({ "objectClass": "user", "sAMAccountName": name, "userAccountControl": "544" }))
    };
    lab.change(&CORP, &[Change::unit(&unit), Change::unit(&inner), user(1, &unit), user(2, &inner), user(3, &inner)]).expect("changed");
    let path = site.look_at(Method::User, &unit, true);
    site.bind(Method::User, &path, &CORP, "svc-ad-users");
    let full = site.run(Method::User, &path, RunKind::Full);
    assert_eq!((full.outcome.as_str(), full.counts.deposited, full.counts.added), ("succeeded", 3, 3), "{full:?}");

    let nothing = site.run(Method::User, &path, RunKind::Delta);
    assert_eq!((nothing.outcome.as_str(), nothing.counts.read), ("succeeded", 0), "{nothing:?}");
    lab.change(&CORP, &[Change::replace(format!("CN=delta1-{process},{unit}"), json!({ "displayName": "Changed" }))]).expect("changed");
    let one = site.run(Method::User, &path, RunKind::Delta);
    assert_eq!((one.counts.read, one.counts.added, one.counts.changed), (1, 0, 1), "{one:?}");

    // The unit moves away: its users are known by their SID, wherever they are.
    lab.change(&CORP, &[Change::Move { dn: inner, to: moved.clone() }]).expect("changed");
    site.run(Method::User, &path, RunKind::Delta);
    site.run(Method::User, &path, RunKind::Full);
    assert_eq!(site.place.number("SELECT count(*) FROM directory_object", &[]), 3, "nothing is lost");

    // The location itself goes: nothing may be concluded from that.
    let gone = [format!("CN=delta1-{process},{unit}"), unit, format!("CN=delta2-{process},{moved}"), format!("CN=delta3-{process},{moved}"), moved];
    lab.change(&CORP, &gone.map(|dn| Change::Delete { dn })).expect("changed");
    for kind in [RunKind::Delta, RunKind::Full] {
        assert_eq!(site.run(Method::User, &path, kind).outcome, "location-gone");
    }
    assert_eq!(site.place.number("SELECT count(*) FROM directory_object", &[]), 3, "nothing is lost");
}

#[test]
fn a_forest_is_read_into_domains_sites_subnets_and_boundaries() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let settings = Settings { subnet_boundaries: true, site_boundaries: true, ..Settings::before_anybody_set(Method::Forest) };
    let forest = |domain: &Domain| Forest {
        forest: domain.dns.to_owned(),
        hosts: Vec::new(),
        ca_pem: Some(site.authority()),
        discovers: true,
        created_by: "ada".to_owned(),
        created_at: NOW,
        discovered_at: None,
    };
    site.place.act(|tx| {
        methods::set(tx, &settings)?;
        forests::add(tx, &forest(&CORP))?;
        forests::add(tx, &forest(&FABRIKAM))
    });
    site.bind(Method::Forest, CORP.dns, &CORP, "svc-ad-forest");
    let run = site.run(Method::Forest, CORP.dns, RunKind::Full);
    assert_eq!(run.outcome, "succeeded", "{run:?}");
    let network = site.place.look(|tx| forests::network(tx, CORP.dns));
    let domain = network.domains.first().expect("a domain");
    assert_eq!((domain.domain.as_str(), domain.netbios_name.as_str(), domain.sid.as_str()), (CORP.dns, CORP.netbios, CORP.sid));
    assert!(network.sites.iter().any(|known| known.ad_site == "Default-First-Site-Name"), "{network:?}");
    let made: Vec<String> = site.place.look(boundaries::list).into_iter().map(|known| known.boundary.name()).collect();
    assert_eq!(made.len(), network.sites.len() + network.subnets.len(), "{made:?}");
    assert!(made.contains(&"Active Directory site Default-First-Site-Name".to_owned()), "{made:?}");
    let again = site.run(Method::Forest, CORP.dns, RunKind::Full);
    assert_eq!((again.counts.added, again.counts.changed), (0, 0), "{again:?}");

    let refused = site.run(Method::Forest, FABRIKAM.dns, RunKind::Full);
    assert_eq!(refused.outcome, "refused-by-rule", "{refused:?}");
    site.bind(Method::Forest, FABRIKAM.dns, &FABRIKAM, "svc-ad-forest");
    assert_eq!(site.run(Method::Forest, FABRIKAM.dns, RunKind::Full).outcome, "succeeded");
}

/// A domain controller gives 1,500 members at a time; everybody is found, and a second run finds nothing new. With their group
/// they fill several reports, and who is in it stands in one more.
/// `./test --members N` runs it with another number: making their domain takes a minute once, and reading them three times another.
#[test]
fn a_group_of_many_ranges_gives_every_member() {
    let Some(run) = Lab::of_this_run() else { return };
    let members: u32 = std::env::var("PROVOST_TEST_MEMBERS").map_or(20_999, |number| number.parse().expect("a number of members"));
    let population = Population { users: 20, computers: 0, members_of_one_group: members };
    let labs = run.folder().parent().expect("a lab lies in the folder of all labs");
    let lab = OwnLab::start(&LabSettings { population, ..LabSettings::new(labs, &["dc1"]) }).expect("the lab starts");
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let location = Location::new(Method::Group, &format!("OU=Groups,{}", fleet(&CORP))).expect("a location");
    let location = Location { ca_pem: Some(site.authority()), groups: vec![ONE_GROUP.to_owned()], ..location };
    site.place.act(|tx| locations::add(tx, &location, "ada", NOW)).expect("a new location");
    let path = location.path.to_string();
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let members = i64::from(members);

    let full = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((full.outcome.as_str(), full.counts.deposited, full.counts.added), ("succeeded", members + 1, members + 1), "{full:?}");
    let number = |sql: &str| site.place.number(sql, &[]);
    assert_eq!((number("SELECT count(*) FROM membership"), number("SELECT count(DISTINCT member_key) FROM membership")), (members, members));
    assert_eq!(site.place.look(|tx| views::count(tx, ObjectKind::User)), members);
    for name in ["m000000", "m001499", "m001500", &format!("m{:06}", members - 1)] {
        let member = site.found(ObjectKind::User, name).pop().unwrap_or_else(|| panic!("{name}"));
        let groups = site.place.look(|tx| views::groups(tx, &member.object.sid, 100));
        assert!(matches!(&groups[..], [only] if only.name.ends_with(ONE_GROUP) && only.direct), "{name}: {groups:?}");
    }
    let again = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((again.outcome.as_str(), again.counts.added, again.counts.changed), ("succeeded", 0, 0), "{again:?}");

    // One leaves the domain: the others stay in the group, and what is known of her stays too.
    let place = format!("OU=Crowd,{}", fleet(&CORP));
    let leaver = format!("CN=Member 000001,{place}");
    lab.change(&CORP, &[Change::Delete { dn: leaver }]).expect("changed");
    let after = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!(after.outcome, "succeeded", "{after:?}");
    assert_eq!(number("SELECT count(*) FROM membership"), members - 1);
    assert_eq!(site.place.look(|tx| views::count(tx, ObjectKind::User)), members, "nothing is lost");

    many_groups(&site, &lab);
}

/// Of more than a thousand groups the domain controller is asked once which are somebody's primary one: that one has its member
/// all the same, and none of the others has.
fn many_groups(site: &SiteServer<'_>, lab: &Lab) {
    const GROUPS: i64 = 1001;
    let unit = format!("OU=Many,{}", fleet(&CORP));
    let group = |number: i64| format!("CN=many{number:04},{unit}");
    let made = (0..GROUPS).map(|number| Change::add(group(number), json!({ "objectClass": "group", "sAMAccountName": format!("many{number:04}") })));
    lab.change(&CORP, &[Change::unit(unit.clone())].into_iter().chain(made).collect::<Vec<_>>()).expect("groups");
    let member = format!("CN=Member 000002,OU=Crowd,{}", fleet(&CORP));
    lab.change(&CORP, &[Change::append(group(700), json!({ "member": member }))]).expect("a member");
    let location = Location { ca_pem: Some(site.authority()), ..Location::new(Method::Group, &unit).expect("a location") };
    site.place.act(|tx| locations::add(tx, &location, "ada", NOW)).expect("a new location");
    let path = location.path.to_string();
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let members = |name: &str| {
        let group = site.found(ObjectKind::Group, name).pop().unwrap_or_else(|| panic!("{name}"));
        site.place.look(|tx| views::members(tx, &group.object.sid, 10)).into_iter().map(|one| one.sid).collect::<Vec<_>>()
    };
    let by_primary = || site.place.number("SELECT count(*) FROM membership WHERE by_primary = 1", &[]);

    let full = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((full.outcome.as_str(), full.counts.deposited), ("succeeded", GROUPS + 1), "{full:?}");
    let listed = members("many0700");
    assert_eq!((listed.len(), by_primary()), (1, 0), "{listed:?}");
    assert!(members("many0699").is_empty() && members("many1000").is_empty());

    // A controller takes the member out of the list and makes her old primary group an ordinary one.
    let primary = site.found(ObjectKind::Group, "many0700").pop().expect("the group").object.sid;
    let primary = primary.rsplit('-').next().expect("a RID").to_owned();
    lab.change(&CORP, &[Change::replace(member, json!({ "primaryGroupID": primary }))]).expect("another primary group");
    assert_eq!(site.run(Method::Group, &path, RunKind::Full).outcome, "succeeded");
    assert_eq!((members("many0700"), by_primary()), (listed.clone(), 1));
    assert!(members("many0699").is_empty() && members("many1000").is_empty());

    // Whose members were found right before is told while the groups are read, but not the one that is a primary group.
    let crowd = Location { ca_pem: Some(site.authority()), ..Location::new(Method::User, &format!("OU=Crowd,{}", fleet(&CORP))).expect("a location") };
    site.place.act(|tx| locations::add(tx, &crowd, "ada", NOW)).expect("a new location");
    site.bind(Method::User, &crowd.path.to_string(), &CORP, "svc-ad-users");
    let found = [3, 4].map(|number| format!("CN=Member {number:06},OU=Crowd,{}", fleet(&CORP)));
    let both = |number| Change::append(group(number), json!({ "member": found }));
    lab.change(&CORP, &[both(700), both(699)]).expect("members");
    assert_eq!(site.run(Method::User, &crowd.path.to_string(), RunKind::Full).outcome, "succeeded");
    let read = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((read.outcome.as_str(), read.counts.added), ("succeeded", 0), "{read:?}");
    assert_eq!((members("many0700").len(), members("many0699").len(), by_primary()), (3, 2, 1));
    assert!(listed.iter().all(|by_primary| members("many0700").contains(by_primary)) && members("many1000").is_empty());
}
