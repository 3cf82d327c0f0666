use crate::place::{Identity, NOW, Place, each, pass};
use provost_store::clients;
use provost_store::state::{Stream, streams};
use provost_wire::client::state::{State, StateReport};
use provost_wire::envelope::Kind;

fn state(serial: i64, topic_id: &str, state_id: i32) -> State {
    State { serial, topic_type: 800, topic_id: topic_id.to_owned(), state_id, at: NOW, parameters: vec!["a \"quoted\" ä".to_owned()] }
}

fn send(place: &Place<'_>, identity: &Identity, resync: bool, messages: Vec<State>) {
    place.deposit(Kind::State, Some(identity.smsid), &serde_json::to_vec(&StateReport { resync, messages }).expect("JSON"));
}

fn stream(place: &Place<'_>, identity: &Identity) -> Stream {
    place.look(|tx| streams(tx, &[identity.smsid]))[&identity.smsid]
}

fn states(place: &Place<'_>) -> Vec<(String, i64, i64)> {
    let rows = place.rows("SELECT topic_id, state_id, serial FROM state_message ORDER BY topic_id", &[]);
    rows.iter().map(|r| (r.text(0).expect("text").to_owned(), r.integer(1).expect("a number"), r.integer(2).expect("a number"))).collect()
}

fn resync_wanted(place: &Place<'_>, identity: &Identity) -> bool {
    place.look(|tx| clients::find(tx, identity.smsid)).expect("a client").state_resync
}

#[test]
fn the_newest_state_of_each_topic_stays() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, false, vec![state(1, "a", 100), state(2, "b", 100)]);
        send(place, &identity, false, vec![state(3, "a", 400)]);
        send(place, &identity, false, vec![state(1, "a", 100)]);
        pass(&mut place.states());
        assert_eq!(states(place), [("a".to_owned(), 400, 3), ("b".to_owned(), 100, 2)]);
        assert_eq!(stream(place, &identity), Stream { last_serial: Some(3), missing: 0, resync_wanted: false });
        send(place, &identity, false, vec![state(2, "a", 200)]);
        pass(&mut place.states());
        assert_eq!(states(place)[0], ("a".to_owned(), 400, 3), "an old number replaces nothing");
        assert!(!resync_wanted(place, &identity) && place.raised().is_empty());
    });
}

#[test]
fn a_gap_makes_the_site_ask_and_a_resync_closes_it() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, false, vec![state(1, "a", 1)]);
        send(place, &identity, false, vec![state(4, "b", 1)]);
        pass(&mut place.states());
        assert_eq!(stream(place, &identity), Stream { last_serial: Some(4), missing: 2, resync_wanted: true });
        assert!(resync_wanted(place, &identity));
        assert_eq!(place.raised(), [4002]);
        send(place, &identity, false, vec![state(9, "b", 2)]);
        pass(&mut place.states());
        assert_eq!(place.raised(), [4002], "it was asked for already");

        // The client lost its numbers and counts from 1 again.
        send(place, &identity, true, vec![state(1, "a", 7), state(2, "c", 7)]);
        send(place, &identity, false, vec![state(3, "c", 8)]);
        pass(&mut place.states());
        assert_eq!(stream(place, &identity), Stream { last_serial: Some(3), missing: 0, resync_wanted: false });
        assert!(!resync_wanted(place, &identity));
        assert_eq!(states(place), [("a".to_owned(), 7, 1), ("b".to_owned(), 2, 9), ("c".to_owned(), 8, 3)]);
    });
}

#[test]
fn gap_and_resync_in_one_batch_leave_no_wish() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, false, vec![state(1, "a", 1)]);
        send(place, &identity, false, vec![state(5, "a", 2)]);
        send(place, &identity, true, vec![state(5, "a", 2)]);
        pass(&mut place.states());
        assert!(!resync_wanted(place, &identity));
        assert_eq!(stream(place, &identity), Stream { last_serial: Some(5), missing: 0, resync_wanted: false });
    });
}
