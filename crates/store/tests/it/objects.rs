//! What is known of objects of directories.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::discovery::{DirectoryObject, Method, ObjectKind};
use provost_store::StoreError;
use provost_store::discovery::{Found, SidKeys, objects};
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
                    let of =
                        |object| Found { key: key(object), object, digest: object.digest(), resource_id: None, method: Method::User, at: START, number: None };
                    objects::put(tx, &objects.iter().map(of).collect::<Vec<_>>())?;
                    // Every second one, backwards, and one that nobody found.
                    let mut asked: Vec<_> = objects.iter().rev().step_by(2).map(key).collect();
                    let wanted: BTreeSet<_> = asked.iter().copied().collect();
                    asked.push(key(&objects[0]).beside(7));
                    let known = objects::known(tx, &asked)?;
                    assert!(objects.iter().all(|object| known.get(&key(object)).is_none_or(|known| known.digest == object.digest())));
                    Ok::<_, StoreError>((known.into_keys().collect::<BTreeSet<_>>(), wanted))
                })
                .expect("they are written and read");
            assert_eq!(found, wanted, "{apart}");
        }
    });
}
