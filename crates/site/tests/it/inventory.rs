use crate::engines;
use crate::place::{Identity, NOW, Place, each, pass};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use provost_catalog::database::Principal;
use provost_catalog::inventory::{CLASSES, SOFTWARE, class};
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value, delta, digest};
use provost_domain::{Digest, ResourceId};
use provost_store::{Row, clients};
use provost_wire::client::inventory::encode;
use provost_wire::envelope::Kind;
use std::borrow::Cow;
use std::collections::BTreeMap;

type Classes = Vec<ClassReport<'static>>;

fn text(value: impl Into<String>) -> Value<'static> {
    Value::Text(Cow::Owned(value.into()))
}

fn instances(name: &str, rows: Vec<Value<'static>>) -> ClassReport<'static> {
    ClassReport { class: class(name).expect("a class"), content: Content::Instances { rows, removed: Vec::new() } }
}

fn unavailable(name: &str, reason: &str) -> ClassReport<'static> {
    ClassReport { class: class(name).expect("a class"), content: Content::Unavailable { reason: Cow::Owned(reason.to_owned()) } }
}

/// Software by name and version, with publisher and size.
fn software(of: &BTreeMap<(String, String), (String, Option<i64>)>) -> ClassReport<'static> {
    let row = |((name, version), (publisher, size)): (&(String, String), &(String, Option<i64>))| {
        [
            text(name),
            text(version),
            text("amd64"),
            text(publisher),
            Value::Null,
            Value::Null,
            text("ä\"\\"),
            Value::Null,
            size.map_or(Value::Null, Value::Integer),
            Value::Integer(1_700_000_000),
        ]
    };
    instances("software", of.iter().flat_map(row).collect())
}

fn full(classes: &Classes) -> Vec<u8> {
    encode(&Report { extent: Extent::Full, digest: digest(classes), collected_at: NOW, classes: classes.clone() })
}

fn change(before: &Classes, after: &Classes) -> Vec<u8> {
    encode(&Report { extent: Extent::Delta { base: digest(before) }, digest: digest(after), collected_at: NOW, classes: delta(before, after) })
}

fn send(place: &Place<'_>, identity: &Identity, body: &[u8]) {
    place.deposit(Kind::HardwareInventory, Some(identity.smsid), body);
}

fn client(place: &Place<'_>, identity: &Identity) -> clients::Client {
    place.look(|tx| clients::find(tx, identity.smsid)).expect("a client")
}

fn device(place: &Place<'_>, identity: &Identity) -> ResourceId {
    client(place, identity).resource_id.expect("a device")
}

/// Everything that the site knows of a device's inventory, without the device's number.
fn known(place: &Place<'_>, device: ResourceId) -> BTreeMap<&'static str, Vec<Row>> {
    let mut known = BTreeMap::new();
    for class in CLASSES {
        let columns: Vec<&str> = class.properties.iter().map(|p| p.name).collect();
        let columns = columns.join(", ");
        let sql = if *class == SOFTWARE {
            format!("SELECT {columns} FROM inventory_software JOIN software USING (software_id) WHERE resource_id = $1 ORDER BY {columns}")
        } else {
            format!("SELECT {columns} FROM {} WHERE resource_id = $1 ORDER BY {columns}", class.table)
        };
        known.insert(class.name, place.rows(&sql, &[device.into()]));
    }
    known.insert("unavailable", place.rows("SELECT class, reason FROM inventory_unavailable WHERE resource_id = $1 ORDER BY class", &[device.into()]));
    known
}

fn small() -> Classes {
    vec![
        instances("memory", vec![Value::Integer(1024), Value::Null, Value::Integer(2048)]),
        unavailable("firmware", "no DMI tables"),
        software(&BTreeMap::from([(("bash".to_owned(), "5".to_owned()), ("p".to_owned(), Some(9)))])),
    ]
}

#[test]
fn a_full_report_becomes_rows() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, &full(&small()));
        pass(&mut place.inventory());
        let known = known(place, device(place, &identity));
        assert_eq!(known["memory"][0].integer(0), Ok(1024));
        assert_eq!(known["memory"][0].optional_integer(1), Ok(None));
        assert_eq!(known["software"][0].text(6), Ok("ä\"\\"));
        assert_eq!(known["unavailable"][0].text(1), Ok("no DMI tables"));
        let client = client(place, &identity);
        assert_eq!((client.inventory_digest, client.full_inventory), (Some(digest(&small())), false));
        let state = place.rows("SELECT digest, full_at, delta_count FROM inventory_state", &[]);
        assert_eq!((state[0].parsed::<Digest>(0), state[0].timestamp(1), state[0].integer(2)), (Ok(digest(&small())), Ok(NOW), Ok(0)));
    });
}

#[test]
fn a_product_of_many_devices_is_kept_once() {
    each(|place| {
        let identities: Vec<Identity> = (0..5).map(|n| Identity::new(&format!("pc{n}"))).collect();
        for identity in &identities {
            place.register(identity);
            send(place, identity, &full(&small()));
        }
        pass(&mut place.inventory());
        let mut fresh = place.inventory();
        identities.iter().for_each(|identity| send(place, identity, &full(&small())));
        pass(&mut fresh);
        assert_eq!(place.number("SELECT count(*) FROM software", &[]), 1);
        assert_eq!(place.number("SELECT count(*) FROM inventory_software", &[]), 5);
    });
}

#[test]
fn a_delta_from_another_base_is_left_out_and_a_full_one_is_asked_for() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let mut other = small();
        other[0] = instances("memory", vec![Value::Integer(1), Value::Null, Value::Null]);
        let mut next = other.clone();
        next[0] = instances("memory", vec![Value::Integer(2), Value::Null, Value::Null]);
        send(place, &identity, &full(&small()));
        send(place, &identity, &change(&other, &next));
        send(place, &identity, &change(&other, &next));
        pass(&mut place.inventory());
        assert_eq!(known(place, device(place, &identity))["memory"][0].integer(0), Ok(1024));
        assert!(client(place, &identity).full_inventory);
        assert_eq!(client(place, &identity).inventory_digest, Some(digest(&small())));
        assert_eq!(place.raised(), [4003], "once");
        send(place, &identity, &full(&next));
        pass(&mut place.inventory());
        assert!(!client(place, &identity).full_inventory);
        assert_eq!(known(place, device(place, &identity))["memory"][0].integer(0), Ok(2));
        assert!(place.reasons(Kind::HardwareInventory).is_empty(), "a delta from another base is no bad file");
    });
}

#[test]
fn a_delta_without_any_inventory_is_left_out() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, &change(&Vec::new(), &small()));
        pass(&mut place.inventory());
        assert!(client(place, &identity).full_inventory);
        assert_eq!(client(place, &identity).inventory_digest, None);
        assert_eq!(place.number("SELECT count(*) FROM inventory_state", &[]), 0);
    });
}

#[test]
fn a_chain_in_one_batch_is_applied_in_order() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let with = |size: i64| {
            let mut classes = small();
            classes[0] = instances("memory", vec![Value::Integer(size), Value::Null, Value::Null]);
            classes
        };
        send(place, &identity, &full(&with(1)));
        for size in 1..6 {
            send(place, &identity, &change(&with(size), &with(size + 1)));
        }
        pass(&mut place.inventory());
        assert_eq!(known(place, device(place, &identity))["memory"][0].integer(0), Ok(6));
        assert_eq!(client(place, &identity).inventory_digest, Some(digest(&with(6))));
        assert_eq!(place.number("SELECT delta_count FROM inventory_state", &[]), 5);
        assert!(place.raised().is_empty());
    });
}

#[test]
fn what_cannot_be_read_is_set_aside_and_a_full_one_is_asked_for() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        send(place, &identity, &full(&small()));
        let deep = format!("{{\"classes\":{}", "[".repeat(10_000));
        let mut invalid = full(&small());
        let middle = invalid.len() / 2;
        invalid[middle] = 0xff;
        let nul = String::from_utf8(full(&small())).expect("text").replace("bash", "b\\u0000h");
        for body in [deep.as_bytes(), &invalid, nul.as_bytes(), b"{\"extent\":\"full\"}"] {
            send(place, &identity, body);
        }
        let other = Identity::new("pc2");
        place.register(&other);
        send(place, &other, &full(&small()));
        pass(&mut place.inventory());
        let reasons = place.reasons(Kind::HardwareInventory);
        assert!(reasons.len() == 4 && reasons.iter().all(|r| r.contains("PV4004")), "{reasons:?}");
        assert_eq!(place.raised(), [4001; 4]);
        assert!(client(place, &identity).full_inventory);
        assert_eq!(client(place, &identity).inventory_digest, Some(digest(&small())), "what was read before stays");
        assert_eq!(client(place, &other).inventory_digest, Some(digest(&small())), "the others are loaded");
        assert!(!client(place, &other).full_inventory);
    });
}

#[test]
fn reports_of_a_deleted_device_are_left_out() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        let number = device(place, &identity);
        send(place, &identity, &full(&small()));
        pass(&mut place.inventory());
        place.act(|tx| provost_store::devices::delete(tx, number));
        assert_eq!(place.number("SELECT count(*) FROM inventory_software", &[]), 0);
        send(place, &identity, &full(&small()));
        pass(&mut place.inventory());
        assert_eq!(place.number("SELECT count(*) FROM inventory_state", &[]), 0);
        assert!(place.waiting(Kind::HardwareInventory).is_empty() && place.reasons(Kind::HardwareInventory).is_empty());
    });
}

#[test]
fn numbers_of_products_that_were_rolled_back_are_not_used() {
    each(|place| {
        use provost_store::inventory::{Load, Prepared, Products, State, load};
        let identity = Identity::new("pc1");
        place.register(&identity);
        let number = device(place, &identity);
        let report = Report { extent: Extent::Full, digest: digest(&small()), collected_at: NOW, classes: small() };
        let state = State { smsid: identity.smsid, digest: digest(&small()), collected_at: NOW, loaded_at: NOW, full_at: Some(NOW), delta_count: 0 };
        let mut products = Products::default();
        let prepared = Prepared::new(report, &mut products);
        let loads = [Load { device: number, report: &prepared, state, known: false }];
        let mut connection = place.connect(Principal::InventoryDataLoader);
        let failed = connection.write(|tx| {
            products.begin();
            load(tx, &loads, &mut products)?;
            Err::<(), _>(crate::intake::conflict())
        });
        assert!(failed.is_err());
        // Somebody else's product takes the number that the first attempt had.
        let mut other = small();
        other[2] = software(&BTreeMap::from([(("zsh".to_owned(), "1".to_owned()), ("q".to_owned(), None))]));
        let other_identity = Identity::new("pc2");
        place.register(&other_identity);
        send(place, &other_identity, &full(&other));
        pass(&mut place.inventory());
        connection
            .write(|tx| {
                products.begin();
                load(tx, &loads, &mut products)
            })
            .expect("loaded");
        products.keep();
        assert_eq!(known(place, number)["software"][0].text(0), Ok("bash"));
    });
}

fn any_text() -> impl Strategy<Value = String> {
    "[a-cä\"]{0,3}"
}

fn any_classes() -> impl Strategy<Value = Classes> {
    let packages = proptest::collection::btree_map(("[a-d]", "[12]"), ("[pq]", proptest::option::of(0..3i64)), 0..8);
    let services = proptest::collection::btree_map("[a-d]{1,2}", any_text(), 0..6);
    let disks = proptest::option::of(proptest::collection::btree_map("[a-c]", proptest::option::of(0..3i64), 0..4));
    let memory = proptest::option::of(0..3i64);
    (packages, services, disks, memory).prop_map(|(packages, services, disks, memory)| {
        let packages = packages.into_iter().map(|(key, (publisher, size))| (key, (publisher.to_owned(), size))).collect();
        let service = |(name, run_as): (&String, &String)| [text(name), Value::Null, text("automatic"), Value::Null, text(run_as)];
        let disk = |(name, size): (&String, &Option<i64>)| {
            [text(name), Value::Null, text("serial"), Value::Null, size.map_or(Value::Null, Value::Integer), Value::Integer(0)]
        };
        vec![
            software(&packages),
            instances("service", services.iter().flat_map(service).collect()),
            disks.map_or_else(|| unavailable("disk", "none to be seen"), |disks| instances("disk", disks.iter().flat_map(disk).collect())),
            memory.map_or_else(|| unavailable("memory", "unknown"), |m| instances("memory", vec![Value::Integer(m), Value::Null, Value::Null])),
        ]
    })
}

/// Full A and then deltas to B and C leave the same rows as full C, and full A and then full C as well.
fn deltas_lead_where_full_reports_lead(place: &Place<'_>, cases: u32) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&(any_classes(), any_classes(), any_classes(), any::<bool>()), |(a, b, c, at_once)| {
        let [by_delta, by_full, afresh] = ["delta", "full", "fresh"].map(Identity::new);
        for identity in [&by_delta, &by_full, &afresh] {
            place.deposit_registration(identity, None);
        }
        pass(&mut place.discovery());
        let mut loader = place.inventory();
        for (identity, body) in
            [(&by_delta, full(&a)), (&by_delta, change(&a, &b)), (&by_delta, change(&b, &c)), (&by_full, full(&a)), (&by_full, full(&c)), (&afresh, full(&c))]
        {
            send(place, identity, &body);
            if !at_once {
                pass(&mut loader);
            }
        }
        pass(&mut loader);
        let wanted = known(place, device(place, &afresh));
        prop_assert_eq!(&known(place, device(place, &by_delta)), &wanted);
        prop_assert_eq!(&known(place, device(place, &by_full)), &wanted);
        for identity in [&by_delta, &by_full, &afresh] {
            prop_assert_eq!(client(place, identity).inventory_digest, Some(digest(&c)));
        }
        let rows: usize = c
            .iter()
            .map(|report| match &report.content {
                Content::Instances { rows, .. } => rows.len() / report.class.properties.len(),
                Content::Unavailable { .. } => 1,
            })
            .sum();
        prop_assert_eq!(wanted.values().map(Vec::len).sum::<usize>(), rows);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn deltas_lead_where_full_reports_lead_in_sqlite() {
    deltas_lead_where_full_reports_lead(&Place::new(&engines::sqlite()), 48);
}

#[test]
fn deltas_lead_where_full_reports_lead_in_postgresql() {
    if let Some(opened) = engines::postgresql() {
        deltas_lead_where_full_reports_lead(&Place::new(&opened), 24);
    }
}
