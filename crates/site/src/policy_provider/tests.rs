use super::*;

fn site() -> Site {
    let mut point = [7; 65];
    point[0] = 4;
    Site { code: "LAB".parse().expect("LAB is a site code"), key: PublicKey::from_point(&point).expect("65 bytes that begin with 4") }
}

fn client() -> SmsId {
    SmsId::from_random([5; 16])
}

fn wanted(full_inventory: bool, own: bool, own_digest: Option<Digest>) -> Wanted {
    let policy_id = if own { client().to_string() } else { SITE_POLICY.to_owned() };
    Wanted { smsid: client(), state_resync: false, full_inventory, policy_id, own_digest, row_version: 1 }
}

fn content(full: bool) -> Content {
    let wishes = Wishes { state_resync: false, full_hardware_inventory: full };
    Content { of: site(), client: Some(client()), schedule: Schedule::default(), wishes }
}

fn considered(wanted: &Wanted, anew: bool) -> Plan {
    let mut plan = Plan::default();
    plan.consider(wanted, &site(), &Schedule::default(), anew);
    plan
}

#[test]
fn a_wish_gives_a_client_a_policy_of_its_own() {
    let plan = considered(&wanted(true, false, None), false);
    assert_eq!(plan, Plan { write: vec![content(true)], point: vec![(client(), true)], ..Plan::default() });
}

#[test]
fn nothing_changed_nothing_written() {
    assert!(considered(&wanted(false, false, None), false).is_empty());
    assert!(considered(&wanted(true, true, Some(content(true).digest())), false).is_empty());
    assert!(considered(&wanted(false, true, Some(content(false).digest())), false).is_empty());
}

#[test]
fn a_fulfilled_wish_leaves_an_own_policy_that_is_newer() {
    let plan = considered(&wanted(false, true, Some(content(true).digest())), false);
    assert_eq!(plan, Plan { write: vec![content(false)], ..Plan::default() });
}

#[test]
fn a_new_policy_of_the_site_takes_clients_without_wishes_back() {
    let plan = considered(&wanted(false, true, Some(content(false).digest())), true);
    assert_eq!(plan, Plan { delete: vec![client()], point: vec![(client(), false)], ..Plan::default() });
    let hourly = Schedule { heartbeat_minutes: 60, ..Schedule::default() };
    let mut plan = Plan::default();
    plan.consider(&wanted(true, true, Some(content(true).digest())), &site(), &hourly, true);
    assert_eq!(plan.write, [Content { schedule: hourly, ..content(true) }], "who has a wish gets the new schedule in its own policy");
}

#[test]
fn version_and_time_are_no_content() {
    let (first, second) = (content(true).policy(1, Timestamp::default()), content(true).policy(2, Timestamp::from_micros(9)));
    assert_ne!(first, second);
    assert_ne!(content(true).digest(), content(false).digest());
}

#[test]
fn another_key_signs_everything_anew() {
    let mut other = content(true);
    let mut point = [8; 65];
    point[0] = 4;
    other.of.key = PublicKey::from_point(&point).expect("65 bytes that begin with 4");
    assert_ne!(other.digest(), content(true).digest());
}
