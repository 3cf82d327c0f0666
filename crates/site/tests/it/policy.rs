use crate::place::{Identity, Place, each, pass};
use provost_store::clients;
use provost_store::policies::{self, StoredPolicy};
use provost_wire::client::policy::{Policy, Schedule};
use provost_wire::signature::Signed;

fn stored(place: &Place<'_>, policy_id: &str) -> Option<StoredPolicy> {
    place.look(|tx| policies::find(tx, policy_id))
}

/// The policy, its signature checked.
fn opened(place: &Place<'_>, policy_id: &str) -> Policy {
    let stored = stored(place, policy_id).expect("a policy");
    let signed = Signed { payload: stored.payload, signature: stored.signature };
    let policy: Policy = serde_json::from_str(signed.open(place.authority.policy_key().public_key()).expect("the site's signature")).expect("a policy");
    assert_eq!(policy.version, stored.version);
    policy
}

fn client(place: &Place<'_>, identity: &Identity) -> clients::Client {
    place.look(|tx| clients::find(tx, identity.smsid)).expect("a client")
}

fn wish(place: &Place<'_>, identity: &Identity, wanted: bool) {
    place.act(|tx| clients::set_full_inventory(tx, identity.smsid, wanted));
}

#[test]
fn the_site_has_a_signed_policy_that_is_written_once() {
    each(|place| {
        pass(&mut place.policies());
        let first = stored(place, "site").expect("a policy");
        let policy = opened(place, "site");
        assert_eq!((policy.site, policy.client, policy.schedule), (place.site(), None, Schedule::default()));
        let mut provider = place.policies();
        pass(&mut provider);
        pass(&mut provider);
        assert_eq!(stored(place, "site"), Some(first));
    });
}

#[test]
fn a_wish_makes_an_own_policy_and_its_end_a_newer_one() {
    each(|place| {
        let identity = Identity::new("pc1");
        let id = identity.smsid.to_string();
        place.register(&identity);
        let mut provider = place.policies();
        pass(&mut provider);
        assert_eq!((client(place, &identity).policy_id.as_str(), stored(place, &id)), ("site", None));

        wish(place, &identity, true);
        pass(&mut provider);
        let wished = opened(place, &id);
        assert!(wished.wishes.full_hardware_inventory && !wished.wishes.state_resync);
        assert_eq!(wished.client, Some(identity.smsid));
        assert!(wished.version > opened(place, "site").version);
        assert_eq!(client(place, &identity).policy_id, id);
        let row_version = client(place, &identity).row_version;
        pass(&mut provider);
        assert_eq!((opened(place, &id).version, client(place, &identity).row_version), (wished.version, row_version), "nothing changed");

        wish(place, &identity, false);
        pass(&mut provider);
        let fulfilled = opened(place, &id);
        assert!(!fulfilled.wishes.full_hardware_inventory);
        assert!(fulfilled.version > wished.version);
    });
}

#[test]
fn a_changed_setting_makes_a_new_policy_and_takes_clients_back() {
    each(|place| {
        let (idle, busy) = (Identity::new("pc1"), Identity::new("pc2"));
        for identity in [&idle, &busy] {
            place.register(identity);
            wish(place, identity, true);
        }
        let mut provider = place.policies();
        pass(&mut provider);
        wish(place, &idle, false);
        pass(&mut provider);
        let own = opened(place, &idle.smsid.to_string()).version;
        let set = |name: &str, value: &str| {
            place.act(|tx| policies::set_setting(tx, name, value));
            pass(&mut place.policies());
        };
        set("heartbeat-minutes", "60");
        let site = opened(place, "site");
        assert_eq!(site.schedule.heartbeat_minutes, 60);
        assert!(site.version > own, "a client refuses what is older than what it has");
        assert_eq!((client(place, &idle).policy_id.as_str(), stored(place, &idle.smsid.to_string())), ("site", None));
        let busy_policy = opened(place, &busy.smsid.to_string());
        assert!(busy_policy.wishes.full_hardware_inventory && busy_policy.schedule.heartbeat_minutes == 60);
        set("heartbeat-minutes", "never");
        assert_eq!(opened(place, "site").schedule, Schedule::default(), "what makes no sense is not used");
    });
}

#[test]
fn the_policy_of_a_deleted_client_goes() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        wish(place, &identity, true);
        pass(&mut place.policies());
        place.act(|tx| clients::delete(tx, identity.smsid));
        pass(&mut place.policies());
        assert_eq!(stored(place, &identity.smsid.to_string()), None);
        assert!(stored(place, "site").is_some());
    });
}
