use crate::place::{Identity, NOW, each, pass};
use provost_domain::Timestamp;
use provost_store::presence::last_seen;
use provost_wire::envelope::{Kind, Presence};

#[test]
fn the_latest_time_stays_whatever_the_order() {
    each(|place| {
        let (first, second) = (Identity::new("pc1").smsid, Identity::new("pc2").smsid);
        let at = |seconds: i64| NOW.plus_seconds(seconds);
        let put = |seen: Vec<(provost_domain::SmsId, Timestamp)>| {
            place.deposit(Kind::Presence, None, &serde_json::to_vec(&Presence { seen }).expect("JSON"));
        };
        let seen = |smsid| place.look(|tx| last_seen(tx, smsid));
        put(vec![(first, at(-5)), (second, at(-9))]);
        put(vec![(first, at(-7))]);
        pass(&mut place.presence());
        assert_eq!((seen(first), seen(second)), (Some(at(-5)), Some(at(-9))));
        put(vec![(first, at(-6)), (second, at(-8))]);
        pass(&mut place.presence());
        assert_eq!((seen(first), seen(second)), (Some(at(-5)), Some(at(-8))));
        put(vec![(first, at(1_000_000))]);
        pass(&mut place.presence());
        assert_eq!(seen(first), Some(NOW), "a clock that is ahead is believed up to now");
        assert!(place.waiting(Kind::Presence).is_empty());
    });
}
