use crate::place::{Identity, NOW, Place, each, pass};
use provost_store::{clients, devices};
use provost_wire::client::heartbeat::Heartbeat;
use provost_wire::envelope::Kind;

pub fn heartbeat(name: &str) -> Heartbeat {
    Heartbeat {
        netbios_name: name.to_uppercase(),
        dns_name: format!("{name}.corp.example"),
        domain: "CORP".to_owned(),
        operating_system: "Debian GNU/Linux 12".to_owned(),
        client_version: "0.2.0".to_owned(),
        hardware_id: format!("hardware of {name}"),
        ip_addresses: vec!["192.0.2.1".to_owned()],
        ip_subnets: vec!["192.0.2.0/24".to_owned()],
        mac_addresses: vec!["02:00:00:00:00:01".to_owned()],
        at: NOW,
    }
}

pub fn send(place: &Place<'_>, identity: &Identity, heartbeat: &Heartbeat) {
    place.deposit(Kind::Heartbeat, Some(identity.smsid), &serde_json::to_vec(heartbeat).expect("JSON"));
}

fn device(place: &Place<'_>, identity: &Identity) -> devices::Stored {
    place.look(|tx| devices::of_clients(tx, &[identity.smsid])).pop().expect("a device")
}

#[test]
fn a_heartbeat_completes_the_record_that_the_registration_made() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let before = device(place, &identity);
        send(place, &identity, &heartbeat("pc1"));
        pass(&mut place.discovery());
        let after = device(place, &identity);
        assert_eq!(after.resource_id, before.resource_id);
        assert_eq!((after.device.operating_system.as_str(), after.device.heartbeat_at), ("Debian GNU/Linux 12", Some(NOW)));
        assert!(after.device.mac_addresses.contains("02:00:00:00:00:01"));
        assert_eq!(after.device.agents.len(), 2);
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 1);
        let client = place.look(|tx| clients::find(tx, identity.smsid)).expect("a client");
        assert_eq!(client.client_version, "0.2.0");
        assert!(!client.full_inventory);
    });
}

#[test]
fn many_heartbeats_of_many_clients_in_one_batch() {
    each(|place| {
        let identities: Vec<Identity> = (0..20).map(|n| Identity::new(&format!("pc{n:02}"))).collect();
        for identity in &identities {
            place.deposit_registration(identity, None);
        }
        pass(&mut place.discovery());
        for round in 0..3 {
            for identity in &identities {
                send(place, identity, &Heartbeat { ip_addresses: vec![format!("192.0.2.{round}")], ..heartbeat(&identity.name) });
            }
        }
        pass(&mut place.discovery());
        assert_eq!(place.number("SELECT count(*) FROM device WHERE heartbeat_at IS NOT NULL", &[]), 20);
        assert_eq!(place.number("SELECT count(*) FROM device_value WHERE property = 'ip_address'", &[]), 20, "each list replaces the one before");
        assert!(place.waiting(Kind::Heartbeat).is_empty());
    });
}

#[test]
fn two_clients_with_the_same_keys_are_two_devices() {
    each(|place| {
        let (first, second) = (Identity::new("pc1"), Identity::new("pc1"));
        for identity in [&first, &second] {
            place.register(identity);
            send(place, identity, &heartbeat("pc1"));
            pass(&mut place.discovery());
        }
        assert_ne!(device(place, &first).resource_id, device(place, &second).resource_id);
    });
}

#[test]
fn after_its_device_was_deleted_a_client_gets_a_new_record_and_is_asked_for_a_full_inventory() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let first = device(place, &identity).resource_id;
        assert!(place.act(|tx| devices::delete(tx, first)));
        send(place, &identity, &heartbeat("pc1"));
        pass(&mut place.discovery());
        let client = place.look(|tx| clients::find(tx, identity.smsid)).expect("a client");
        assert_ne!(client.resource_id, Some(first));
        assert_eq!(client.resource_id, Some(device(place, &identity).resource_id));
        assert!(client.full_inventory);
    });
}

#[test]
fn a_heartbeat_of_a_forgotten_client_makes_no_record() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let number = device(place, &identity).resource_id;
        place.act(|tx| {
            devices::delete(tx, number)?;
            clients::delete(tx, identity.smsid)
        });
        send(place, &identity, &heartbeat("pc1"));
        pass(&mut place.discovery());
        assert_eq!(place.number("SELECT count(*) FROM device", &[]), 0);
        assert!(place.waiting(Kind::Heartbeat).is_empty() && place.reasons(Kind::Heartbeat).is_empty());
    });
}

#[test]
fn without_a_name_a_heartbeat_goes_to_the_bad_folder_and_a_clock_that_is_ahead_is_not_believed() {
    each(|place| {
        let identity = Identity::new("pc1");
        let nameless = Identity::new("");
        place.register(&identity);
        place.register(&nameless);
        assert_eq!(place.reasons(Kind::Registration).len(), 0, "a name in DNS is a name");
        send(place, &identity, &Heartbeat { at: NOW.plus_seconds(1_000_000), ..heartbeat("pc1") });
        pass(&mut place.discovery());
        assert_eq!(device(place, &identity).device.heartbeat_at, Some(NOW));
        let fields = Heartbeat { netbios_name: String::new(), dns_name: String::new(), ip_addresses: Vec::new(), mac_addresses: Vec::new(), ..heartbeat("") };
        let stranger = Identity::new("stranger");
        place.register(&stranger);
        let number = device(place, &stranger).resource_id;
        place.act(|tx| devices::delete(tx, number));
        send(place, &stranger, &fields);
        pass(&mut place.discovery());
        let reasons = place.reasons(Kind::Heartbeat);
        assert!(reasons.len() == 1 && reasons[0].contains("PV4005"), "{reasons:?}");
        assert_eq!(place.raised(), [4001]);
    });
}
