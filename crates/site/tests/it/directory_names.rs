//! Names of the directory that are hard to write.

use crate::engines;
use crate::site_server::SiteServer;
use provost_domain::discovery::{DistinguishedName, Method, ObjectKind, RunKind};
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::population::escaped;
use provost_lab::topology::CORP;
use serde_json::json;

/// adsystem-01 and its kind: what is in a location is found, whatever it and the location are called (RFC 4514, RFC 4515).
#[test]
fn names_with_every_special_character_become_rows_under_a_location_of_such_a_name() {
    let Some(lab) = Lab::of_this_run() else { return };
    let opened = engines::sqlite();
    let site = SiteServer::new(&opened, &lab);
    let process = std::process::id();
    let unit = format!("OU={},{}", escaped(&format!(" #{process}, (all) * \\ + \"names\" ")), CORP.base);
    let names = [
        " x ",
        "  two of each  ",
        "#hash",
        " #y ",
        "z\\ ",
        "a,b",
        "a+b",
        "q\"uote",
        "back\\slash",
        "less<more>",
        "semi;colon",
        "equals=sign",
        "(paren*theses)",
    ];
    let account = |at: usize| format!("odd{at}-{process}");
    let users: Vec<String> = names.iter().map(|name| format!("CN={},{unit}", escaped(name))).collect();
    let group = format!("CN={},{unit}", escaped(" #group "));
    let mut changes = vec![Change::unit(&unit)];
    for (at, (user, name)) in users.iter().zip(names).enumerate() {
        changes.push(Change::add(user, json!({ "objectClass": "user", "sAMAccountName": account(at), "displayName": name, "userAccountControl": "544" })));
    }
    changes.push(Change::add(&group, json!({ "objectClass": "group", "sAMAccountName": account(99), "groupType": "-2147483646", "member": users })));
    lab.change(&CORP, &changes).expect("the controller takes them");

    let path = site.look_at(Method::User, &unit, true);
    site.bind(Method::User, &path, &CORP, "svc-ad-users");
    let run = site.run(Method::User, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.counts.deposited), ("succeeded", i64::try_from(names.len()).expect("few")), "{run:?}");
    for (at, (user, name)) in users.iter().zip(names).enumerate() {
        let found = site.found(ObjectKind::User, &account(at)).pop().unwrap_or_else(|| panic!("{user}")).object;
        let named = |text: &str| text.parse::<DistinguishedName>().unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!((named(&found.distinguished_name), &*found.display_name), (named(user), name), "the directory calls it so: {found:?}");
    }
    // Its members are found by their names, and are those that are known already.
    let path = site.look_at(Method::Group, &unit, true);
    site.bind(Method::Group, &path, &CORP, "svc-ad-groups");
    let run = site.run(Method::Group, &path, RunKind::Full);
    assert_eq!((run.outcome.as_str(), run.counts.added), ("succeeded", 1), "{run:?}");
    assert_eq!(
        site.place.number("SELECT count(*) FROM membership m JOIN directory_object o ON o.sid_key = m.member_key", &[]),
        i64::try_from(names.len()).expect("few")
    );
    lab.change(&CORP, &[group].into_iter().chain(users).chain([unit]).map(|dn| Change::Delete { dn }).collect::<Vec<_>>()).expect("changed");
}
