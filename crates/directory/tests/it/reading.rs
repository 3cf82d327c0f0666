//! Searches, members and changes.

use crate::controller::{BASE, Controller, WAYS, Way, contact};
use provost_directory::{Ended, Members, Scope, Session, escape};
use provost_domain::outcome::Outcome;
use provost_lab::change::Change;
use provost_lab::topology::CORP;
use serde_json::json;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

const MANY: usize = 5000;
const IN_GROUP: usize = 2000;

#[tokio::test]
async fn five_thousand_objects_come_page_by_page_and_a_large_group_range_by_range() {
    let Some(dc) = Controller::of_this_run() else { return };
    let people = dc.unit("Many", |unit| {
        let name = |n: usize| format!("CN=P{n:05},{unit}");
        let mut changes: Vec<Change> = (0..MANY).map(|n| contact(name(n))).collect();
        let members: Vec<String> = (0..IN_GROUP).map(name).collect();
        changes.push(Change::add(format!("CN=Everything,{unit}"), json!({ "objectClass": "group", "groupType": "8", "member": members })));
        changes.push(Change::add(format!("CN=None,{unit}"), json!({ "objectClass": "group", "groupType": "8" })));
        changes
    });
    for way in WAYS {
        let mut session = dc.session(way, "ben").await;
        let mut names = BTreeSet::new();
        let found = session
            .search(&people, Scope::Subtree, "(objectClass=contact)", &["cn", "objectGUID", "distinguishedName"], |entry| {
                assert_eq!(entry.bytes("objectguid").map(<[u8]>::len), Some(16));
                assert_eq!(entry.text("distinguishedName"), Some(entry.dn.as_str()));
                names.insert(entry.text("cn").expect("a name").to_owned());
                ControlFlow::Continue(())
            })
            .await
            .unwrap_or_else(|failure| panic!("{way:?}: {failure}"));
        assert_eq!((found.entries, found.ended), (MANY as u64, Ended::Complete));
        assert!(found.pages >= 5);
        assert_eq!((names.len(), names.first().map(String::as_str)), (MANY, Some("P00000")));

        stopping(&mut session, &people).await;
        members(&mut session, &people).await;
    }
}

#[tokio::test]
async fn members_come_with_their_sids_also_when_the_group_is_named_by_its_own() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut session = dc.ordinary().await;
    let mut members = BTreeSet::new();
    // `Users`, in which are groups of the domain and of the system.
    let read = session
        .members_with_sids("<SID=S-1-5-32-545>", |name, sid| {
            members.insert((name.to_owned(), sid.map(|sid| sid.to_string())));
        })
        .await;
    assert_eq!(read, Ok(Members::All(members.len() as u64)));
    let interactive = (format!("CN=S-1-5-4,CN=ForeignSecurityPrincipals,{BASE}"), Some("S-1-5-4".to_owned()));
    assert!(members.contains(&interactive), "{members:?}");
    let domain_users = members.iter().find(|(name, _)| name.starts_with("CN=Domain Users,")).expect("one of the domain");
    assert!(domain_users.1.as_ref().is_some_and(|sid| sid.ends_with("-513")), "{domain_users:?}");
}

/// Whoever takes entries may stop, and the session goes on.
async fn stopping(session: &mut Session, people: &str) {
    let mut taken = 0;
    let stop = |_| {
        taken += 1;
        if taken == 1500 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let found = session.search(people, Scope::Subtree, "(objectClass=contact)", &["cn"], stop).await.expect("a search");
    assert_eq!((found.entries, found.ended, found.pages), (1500, Ended::Stopped, 2));
    assert!(session.is_alive().await);
}

async fn members(session: &mut Session, people: &str) {
    let mut members = BTreeSet::new();
    let group = format!("CN=Everything,{people}");
    let read = session
        .members(&group, |dn| {
            assert!(members.insert(dn.to_owned()), "{dn} comes twice");
            ControlFlow::Continue(())
        })
        .await;
    assert_eq!(read, Ok(Members::All(IN_GROUP as u64)));
    assert_eq!(members.len(), IN_GROUP);
    assert_eq!(session.members(&format!("CN=None,{people}"), |_| ControlFlow::Continue(())).await, Ok(Members::All(0)));
    let mut taken = 0;
    let stop = |_: &str| {
        taken += 1;
        if taken == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    assert_eq!(session.members(&group, stop).await, Ok(Members::Stopped(2)));
}

#[tokio::test]
async fn a_base_that_is_not_there_is_not_an_empty_one() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut session = dc.ordinary().await;
    let gone = format!("OU=Gone,{BASE}");
    let found = session.search(&gone, Scope::Subtree, "(objectClass=*)", &["cn"], |_| ControlFlow::Continue(())).await.expect("an answer");
    assert_eq!((found.entries, found.ended), (0, Ended::NoSuchBase));
    assert_eq!(session.members(&gone, |_| ControlFlow::Continue(())).await, Ok(Members::NoSuchGroup));
    assert_eq!(session.read(&gone, &["cn"]).await, Ok(None));
    let wrong = session.search(BASE, Scope::Base, "(cn=", &["cn"], |_| ControlFlow::Continue(())).await.expect_err("no filter");
    assert_eq!(wrong.outcome, Outcome::RefusedByRule);
    assert!(session.is_alive().await, "nothing was sent");
}

#[tokio::test]
async fn what_other_servers_hold_is_told_and_not_followed() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut session = dc.ordinary().await;
    let found = session.search(BASE, Scope::Subtree, "(sAMAccountName=ben)", &["cn"], |_| ControlFlow::Continue(())).await.expect("a search");
    assert_eq!(found.entries, 1);
    assert!(found.references.iter().any(|other| other.dn.starts_with("DC=DomainDnsZones")), "{:?}", found.references);
    assert!(found.references.iter().all(|other| other.is_in([CORP.dns].into_iter())), "{:?}", found.references);
    let elsewhere = session.search("DC=fabrikam,DC=example,DC=test", Scope::Subtree, "(cn=*)", &["cn"], |_| ControlFlow::Continue(())).await;
    assert_eq!(elsewhere.expect("an answer").ended, Ended::NoSuchBase, "Samba knows of no other domain");
}

#[tokio::test]
async fn names_with_every_special_character_are_found_by_filter_and_by_name() {
    let Some(dc) = Controller::of_this_run() else { return };
    let names = [
        "Smith, Ada",
        "a+b",
        "q\"uote",
        "back\\slash",
        "less<more>",
        "semi;colon",
        "#first",
        "(paren*theses)",
        "equals=sign",
        "ümläut 日本",
        "sl/ash",
        "a,b\\,c=\"d\"",
        " before",
        "behind ",
        " around ",
        "  two of each  ",
        " #not first ",
        "#around ",
        "behind a backslash\\ ",
    ];
    let unit = dc.unit("Names", |unit| names.iter().map(|name| contact(format!("CN={},{unit}", escape::name_value(name)))).collect());
    let mut session = dc.ordinary().await;
    let mut read = BTreeSet::new();
    let take = |entry: provost_directory::Entry| {
        assert_eq!(escape::parts(&entry.dn).expect("a name")[0].value, entry.text("cn").expect("a name"), "{}", entry.dn);
        read.insert(entry.text("cn").expect("a name").to_owned());
        ControlFlow::Continue(())
    };
    session.search(&unit, Scope::OneLevel, "(objectClass=contact)", &["cn"], take).await.expect("a search");
    assert_eq!(read, names.iter().map(|name| (*name).to_owned()).collect());
    for name in names {
        let made = format!("CN={},{unit}", escape::name_value(name));
        session.read(&made, &["cn"]).await.expect("an answer").unwrap_or_else(|| panic!("{made}"));
        let filter = format!("(&(objectClass=contact)(cn={}))", escape::filter_text(name));
        let found = session.search(&unit, Scope::Subtree, &filter, &["cn"], |_| ControlFlow::Continue(())).await.expect("a search");
        assert_eq!(found.entries, 1, "{filter}");
    }
}

#[tokio::test]
async fn changes_come_once_and_deleted_objects_are_among_them() {
    let Some(dc) = Controller::of_this_run() else { return };
    let unit = dc.unit("Changes", |unit| vec![contact(format!("CN=Stays,{unit}")), contact(format!("CN=Goes,{unit}"))]);
    for way in WAYS {
        let mut session = dc.session(way, "Administrator").await;
        let (mut cookie, mut all) = (Vec::new(), BTreeSet::new());
        loop {
            let changes = session
                .dir_sync(BASE, "(objectClass=*)", &["objectClass", "description", "isDeleted"], &cookie)
                .await
                .unwrap_or_else(|e| panic!("{way:?}: {e}"));
            all.extend(changes.entries.into_iter().map(|entry| entry.dn));
            cookie = changes.cookie;
            if !changes.more {
                break;
            }
        }
        assert!(all.len() > 200 && all.contains(&format!("CN=Stays,{unit}")), "{} objects", all.len());

        let usn = session.refresh_root().await.expect("an answer").highest_usn;
        let mut changes = vec![Change::replace(format!("CN=Stays,{unit}"), json!({ "description": format!("{way:?}") }))];
        if way == Way::Tls {
            changes.push(Change::Delete { dn: format!("CN=Goes,{unit}") });
        }
        dc.lab.change(&CORP, &changes).expect("the controller takes them");

        let own = |dn: &str| dn.starts_with("CN=Stays,") || dn.starts_with("CN=Goes\\0ADEL:");
        let seen = session.dir_sync(BASE, "(objectClass=*)", &["objectClass", "description", "isDeleted"], &cookie).await.expect("changes").entries;
        let seen: Vec<_> = seen.iter().filter(|entry| own(&entry.dn)).collect();
        assert_eq!(seen.len(), changes.len(), "{seen:?}");
        assert_eq!(seen.iter().filter(|entry| entry.is_deleted()).count(), changes.len() - 1);
        let changed = seen.iter().find(|entry| !entry.is_deleted()).expect("the changed one");
        assert_eq!(changed.text("description"), Some(format!("{way:?}").as_str()));

        let mut since = 0;
        let count = |entry: provost_directory::Entry| {
            since += usize::from(own(&entry.dn));
            ControlFlow::Continue(())
        };
        session.changed_since(BASE, "(objectClass=contact)", &["description"], usn, count).await.expect("a search");
        assert_eq!(since, changes.len());
    }
}
