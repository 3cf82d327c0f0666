//! What is known of objects of directories.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::discovery::{DirectoryObject, Method, ObjectDigest, ObjectKind};
use provost_store::StoreError;
use provost_store::discovery::{Domains, Found, SidKeys, objects};
use provost_store::views::directory_objects::{Behind, Listed, list};
use std::collections::BTreeSet;

#[test]
fn those_are_known_that_were_asked_for_whether_their_numbers_lie_close_together_or_far_apart() {
    engines::each(|database| {
        let mut connection = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        for apart in [1, 2, 7, 1000] {
            let rids: Vec<u32> = (0..60).map(|number| 500_000 * apart + number * apart).collect();
            let objects: Vec<DirectoryObject<'_>> = (rids.iter())
                .map(|rid| {
                    let sid = format!("S-1-5-21-1-2-3-{rid}");
                    DirectoryObject::new(ObjectKind::User, sid, "corp.example.test", format!("u{rid}"), format!("CN=u{rid},DC=corp"))
                })
                .collect();
            let (found, wanted) = connection
                .write(|tx| {
                    let keys = SidKeys::kept(tx, objects.iter().map(|object| &*object.sid))?;
                    let key = |object: &DirectoryObject<'_>| keys.of(&object.sid).expect("a key");
                    let digest = |object: &DirectoryObject<'_>| ObjectDigest::of(object.sid.as_bytes());
                    let of =
                        |object| Found { key: key(object), object, digest: digest(object), resource_id: None, method: Method::User, at: START, number: None };
                    objects::put(tx, &objects.iter().map(of).collect::<Vec<_>>())?;
                    // Every second one, backwards, and one that nobody found.
                    let mut asked: Vec<_> = objects.iter().rev().step_by(2).map(key).collect();
                    let wanted: BTreeSet<_> = asked.iter().copied().collect();
                    asked.push(key(&objects[0]).beside(7));
                    let known = objects::known(tx, &asked)?;
                    assert!(objects.iter().all(|object| known.get(&key(object)).is_none_or(|known| known.digest == digest(object))));
                    Ok::<_, StoreError>((known.into_keys().collect::<BTreeSet<_>>(), wanted))
                })
                .expect("they are written and read");
            assert_eq!(found, wanted, "{apart}");
        }
    });
}

#[test]
fn users_of_two_domains_are_listed_by_name_and_domain_each_once() {
    const DOMAINS: [(&str, &str); 2] = [("fabrikam.example.test", "S-1-5-21-7-8-9"), ("corp.example.test", "S-1-5-21-1-2-3")];
    engines::each(|database| {
        let mut manager = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        for (domain, sid) in DOMAINS {
            let objects: Vec<DirectoryObject<'_>> = (["carol", "alice", "bob"].into_iter().zip(1104..))
                .map(|(name, rid)| DirectoryObject::new(ObjectKind::User, format!("{sid}-{rid}"), domain, name, format!("CN={name}")))
                .collect();
            let put = manager.write(|tx| {
                let keys = SidKeys::kept(tx, objects.iter().map(|object| &*object.sid))?;
                let key = |object: &DirectoryObject<'_>| keys.of(&object.sid).expect("a key");
                let digest = ObjectDigest::of(b"");
                let of = |object| Found { key: key(object), object, digest, resource_id: None, method: Method::User, at: START, number: None };
                objects::put(tx, &objects.iter().map(of).collect::<Vec<_>>())?;
                let mut domains = Domains::known(tx, [key(&objects[0])])?;
                let other = DOMAINS.iter().find(|(other, _)| *other != domain).expect("two").0;
                Ok::<_, StoreError>((domains.of(key(&objects[1])) == Some(domain), domains.is_or_becomes(key(&objects[2]), other)))
            });
            assert_eq!(put, Ok((true, false)), "what begins alike is of one domain");
        }
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let (mut names, mut last) = (Vec::new(), None::<Listed>);
        loop {
            let behind = last.as_ref().map(|one| Behind { account_name: &one.object.account_name, domain: &one.object.domain, sid: &one.object.sid });
            let page = provider.read(|tx| list(tx, ObjectKind::User, &[], behind, 2)).expect("a page");
            names.extend(page.iter().map(|one| one.object.name()));
            last = page.last().cloned();
            if last.is_none() || names.len() > 9 {
                break;
            }
        }
        let expected = ["alice", "bob", "carol"].map(|name| [format!("corp.example.test\\{name}"), format!("fabrikam.example.test\\{name}")]);
        assert_eq!(names, expected.concat());
    });
}
