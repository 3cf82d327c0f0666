//! Read models on both engines: filters, pages by key, numbers.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_catalog::inventory::{CLASSES, SOFTWARE, class};
use provost_domain::discovery::{Agent, Device};
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value as Fact};
use provost_domain::status::{Severity, StatusMessage};
use provost_domain::{Approval, Digest, MessageId, ResourceId, SmsId, Timestamp};
use provost_store::clients::{self, Client};
use provost_store::inventory::{Load, Prepared, Products};
use provost_store::people;
use provost_store::views::{self, Fields, Page};
use provost_store::{Database, Value, devices, inventory, presence, status};
use std::collections::BTreeSet;

fn smsid(n: u8) -> SmsId {
    SmsId::from_random([n; 16])
}

fn client(n: u8, approval: Approval, resource_id: Option<ResourceId>, row_version: i64) -> Client {
    Client {
        smsid: smsid(n),
        resource_id,
        public_key: format!("key {n}"),
        certificate: None,
        approval,
        approved_by: None,
        approved_at: None,
        registered_at: START.plus_seconds(i64::from(n / 2)),
        registered_from: format!("10.0.0.{n}"),
        netbios_name: format!("PC{n}"),
        dns_name: format!("pc{n}.example.net"),
        client_version: "0.1.0".to_owned(),
        hardware_id: String::new(),
        inventory_digest: None,
        state_resync: false,
        full_inventory: false,
        policy_id: clients::SITE_POLICY.to_owned(),
        row_version,
    }
}

/// Twelve devices; the last two without a client, several alike in what they may be sorted by.
fn twelve(database: &Database) -> Vec<ResourceId> {
    let numbers = database
        .connect(Principal::DiscoveryDataManager)
        .expect("a connection")
        .write(|tx| {
            let mut numbers = Vec::new();
            for n in 0..12u8 {
                let has_client = n < 10;
                let device = Device {
                    smsid: has_client.then(|| smsid(n)),
                    name: if n % 3 == 0 { "TWIN".to_owned() } else { format!("PC{n}") },
                    netbios_name: format!("PC{n}"),
                    dns_name: format!("pc{n}.example.net"),
                    domain: if n % 2 == 0 { "corp.example.net" } else { "50%_off" }.to_owned(),
                    operating_system: ["Debian GNU/Linux 12", "Ubuntu 24.04", ""][usize::from(n) % 3].to_owned(),
                    client_version: if has_client { "0.1.0" } else { "" }.to_owned(),
                    client_installed: has_client,
                    obsolete: n == 11,
                    mac_addresses: BTreeSet::from([format!("52:54:00:00:00:{n:02X}")]),
                    ip_addresses: BTreeSet::from([format!("10.0.0.{n}"), format!("fd00::{n:x}")]),
                    agents: [((Agent::Heartbeat, database.site()), START)].into(),
                    created_at: START,
                    discovered_at: START,
                    heartbeat_at: has_client.then(|| START.plus_seconds(i64::from(n / 4) * 100)),
                    ..Device::default()
                };
                let number = devices::add(tx, &device)?;
                if has_client {
                    let approval = [Approval::Approved, Approval::Registered, Approval::Blocked][usize::from(n) % 3];
                    let version = clients::next_version(tx)?;
                    clients::put(tx, &client(n, approval, Some(number), version))?;
                }
                numbers.push(number);
            }
            Ok(numbers)
        })
        .expect("devices");
    let mut manager = database.connect(Principal::NotificationManager).expect("a connection");
    manager.write(|tx| presence::record(tx, &[(smsid(0), START.plus_seconds(5000)), (smsid(3), START.plus_seconds(10))])).expect("presence");
    numbers
}

/// The first page of a list, narrowed by what people type.
fn typed(fields: &Fields, filter: &str, sort: Option<&str>, limit: usize) -> Page {
    let terms = provost_domain::filter::read(filter, &fields.names(), START.plus_seconds(3600)).unwrap_or_else(|wrong| panic!("{filter}: {}", wrong.cause));
    let sorting = sort.map(|sort| fields.sorting(sort).unwrap_or_else(|wrong| panic!("{sort}: {}", wrong.cause)));
    Page { terms, sorting, ..Page::first(limit) }
}

fn names(database: &Database, filter: &str) -> Vec<i64> {
    let page = typed(&views::devices::FIELDS, filter, None, 100);
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    let found = provider.read(|tx| Ok((views::devices::list(tx, &page)?.items, views::devices::count(tx, &page.terms)?))).expect("a list");
    assert_eq!(found.0.len() as i64, found.1, "the count counts what is listed: {filter:?}");
    let mut numbers: Vec<i64> = found.0.iter().map(|d| d.resource_id.0).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn devices_are_filtered() {
    engines::each(|database| {
        let all: Vec<i64> = twelve(database).iter().map(|n| n.0).collect();
        let pick = |wanted: &[usize]| wanted.iter().map(|n| all[*n]).collect::<Vec<_>>();
        let smsid = smsid(4).to_string();
        for (filter, wanted) in [
            ("", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11][..]),
            ("pc1.EXAMPLE", &[1]),
            ("twin", &[0, 3, 6, 9]),
            ("-twin -corp", &[1, 5, 7, 11]),
            (smsid.as_str(), &[4]),
            ("fd00::a", &[10]),
            ("%", &[1, 3, 5, 7, 9, 11]),
            ("name:%", &[]),
            ("name:pc*", &[1, 2, 4, 5, 7, 8, 10, 11]),
            ("-name:pc*", &[0, 3, 6, 9]),
            ("domain:50%_", &[1, 3, 5, 7, 9, 11]),
            ("os:ubuntu", &[1, 4, 7, 10]),
            ("os:none", &[2, 5, 8, 11]),
            ("address:10.0.0.1", &[1, 10, 11]),
            ("-addresses:10.0.0.1 addresses:*.1*", &[]),
            ("address:52:54:00:00:00:0a", &[10]),
            ("address:none", &[]),
            ("client:none", &[10, 11]),
            ("client:0.1*", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            ("client:approved", &[]),
            ("-approval:none -approval:approved", &[1, 2, 4, 5, 7, 8]),
            ("approval:none", &[10, 11]),
            ("approval:blocked", &[2, 5, 8]),
            ("-approval:blocked -twin", &[1, 4, 7, 10, 11]),
            ("obsolete:yes", &[11]),
            ("inventory:none -software:x software:none twin", &[0, 3, 6, 9]),
            // Seen by presence (0) or by a later heartbeat (8, 9); 3 was seen by presence before its heartbeat.
            ("seen:<3450s", &[0, 8, 9]),
            ("seen:>3450s", &[1, 2, 3, 4, 5, 6, 7, 10, 11]),
            ("-seen:<3450s", &[1, 2, 3, 4, 5, 6, 7, 10, 11]),
            ("seen:none", &[10, 11]),
            ("twin 10.0.0. approval:approved", &[0, 3, 6, 9]),
        ] {
            assert_eq!(names(database, filter), pick(wanted), "{filter}");
        }
    });
}

/// Every page of a list, one after the other.
fn pages<T>(mut page: Page, mut read: impl FnMut(&Page) -> views::Found<T>) -> Vec<T> {
    let mut all = Vec::new();
    loop {
        let found = read(&page);
        assert!(found.items.len() <= page.limit);
        all.extend(found.items);
        match found.next {
            Some(next) => page.after = Some(next),
            None => return all,
        }
    }
}

#[test]
fn pages_of_devices_hold_each_device_once_in_every_order() {
    engines::each(|database| {
        twelve(database);
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        for sort in ["name", "os", "client", "seen", "inventory", "id", "smsid", "domain", "obsolete"] {
            for sort in [sort.to_owned(), format!("-{sort}")] {
                let mut list = |page: &Page| provider.read(|tx| views::devices::list(tx, page)).expect("a page");
                let whole = list(&typed(&views::devices::FIELDS, "", Some(&sort), 100)).items;
                let paged = pages(typed(&views::devices::FIELDS, "", Some(&sort), 5), list);
                assert_eq!(paged, whole, "{sort:?}");
                assert_eq!(paged.len(), 12, "{sort:?}");
            }
        }
        let twin = provider.read(|tx| views::devices::called(tx, "tWiN")).expect("a look");
        assert_eq!(twin.len(), 4);
        let one = provider.read(|tx| views::devices::called(tx, "pc7.example.net")).expect("a look");
        assert_eq!(one.len(), 1);
        let first = provider.read(|tx| views::devices::list(tx, &typed(&views::devices::FIELDS, "", Some("-seen"), 1))).expect("a list").items;
        assert_eq!(first[0].last_seen_at, Some(START.plus_seconds(5000)));
        assert_eq!(first[0].ip_addresses, ["10.0.0.0", "fd00::0"]);
        assert_eq!(first[0].approval, Some(Approval::Approved));
    });
}

#[test]
fn clients_are_listed_with_the_names_of_their_devices() {
    engines::each(|database| {
        let numbers = twelve(database);
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider.write(|tx| devices::delete(tx, numbers[1])).expect("a removal");
        let list = |approval, page: &Page| {
            let mut provider = database.connect(Principal::Provider).expect("a connection");
            provider.read(|tx| views::clients::list(tx, approval, page)).expect("a list")
        };
        let page = |filter: &str, sort: &str, limit| typed(&views::clients::FIELDS, filter, Some(sort), limit);
        let waiting = list(Some(Approval::Registered), &page("", "registered", 10)).items;
        assert_eq!(waiting.iter().map(|c| c.smsid).collect::<Vec<_>>(), [smsid(1), smsid(4), smsid(7)]);
        assert_eq!(waiting[0].name, "PC1", "the name it registered with, for its device is gone");
        assert_eq!((waiting[0].resource_id, waiting[1].resource_id), (None, Some(numbers[4])));
        assert_eq!(waiting[0].key_digest, Digest::of(b"key 1"));
        for sort in ["name", "-registered", "seen", "-approved-by", "certificate-until", "from"] {
            let whole = list(None, &page("", sort, 100)).items;
            let paged = pages(page("", sort, 4), |page| list(None, page));
            assert_eq!(paged, whole, "{sort:?}");
            assert_eq!(whole.len(), 10);
        }
        assert_eq!(list(None, &page("10.0.0.9", "name", 10)).items.len(), 1);
        assert_eq!(list(None, &page("from:10.0.0.9", "name", 10)).items.len(), 1);
        assert_eq!(list(None, &page("-approval:registered approved-by:none certificate-until:none", "name", 10)).items.len(), 7);
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        assert_eq!(provider.read(|tx| views::clients::count(tx, Some(Approval::Registered), &[])).expect("a count"), 3);
        assert_eq!(provider.read(|tx| views::clients::called(tx, "twin")).expect("a look").len(), 4);
        assert_eq!(provider.read(|tx| views::clients::called(tx, "PC1")).expect("a look"), [smsid(1)]);
        let found = provider.read(|tx| views::clients::find(tx, smsid(3))).expect("a look").expect("a client");
        assert_eq!((found.name.as_str(), found.last_seen_at), ("TWIN", Some(START.plus_seconds(10))));
        assert_eq!(provider.read(|tx| views::clients::find(tx, smsid(99))).expect("a look"), None);
    });
}

fn text(value: &str) -> Fact<'static> {
    Fact::Text(value.to_owned().into())
}

#[test]
fn inventory_is_read_class_by_class() {
    engines::each(|database| {
        let numbers = twelve(database);
        let mut software: Vec<Vec<Fact<'static>>> = (0..7)
            .flat_map(|n| ["amd64", "arm64"].map(|architecture| (n, architecture)))
            .map(|(n, architecture)| {
                let mut row = vec![text(&format!("tool{}", n / 2)), text(&format!("1.{n}")), text(architecture)];
                row.extend(["Example", "a tool", "tool", "utils", ""].map(text));
                row.extend([Fact::Integer(100 + n), Fact::Null]);
                row
            })
            .collect();
        software.sort_by(|a, b| a[..3].cmp(&b[..3]));
        let memory = vec![Fact::Integer(1 << 20), Fact::Integer(0), Fact::Null];
        let classes = vec![
            ClassReport { class: class("memory").expect("a class"), content: Content::Instances { rows: memory, removed: Vec::new() } },
            ClassReport { class: class("firmware").expect("a class"), content: Content::Unavailable { reason: "not readable".into() } },
            ClassReport {
                class: class("software").expect("a class"),
                content: Content::Instances { rows: software.into_iter().flatten().collect(), removed: Vec::new() },
            },
        ];
        let digest = Digest::of(b"inventory");
        let mut products = Products::default();
        let report = Prepared::new(Report { extent: Extent::Full, digest, collected_at: START, classes }, &mut products);
        let state = inventory::State { smsid: smsid(0), digest, collected_at: START, loaded_at: START, full_at: Some(START), delta_count: 0 };
        let mut loader = database.connect(Principal::InventoryDataLoader).expect("a connection");
        products.begin();
        let loading =
            loader.write(|tx| inventory::load(tx, &[Load { device: numbers[0], report: &report, state: state.clone(), known: false }], &mut products));
        loading.expect("a load");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let amounts = provider.read(|tx| views::inventory::amounts(tx, numbers[0])).expect("amounts");
        assert_eq!(amounts.len(), CLASSES.len());
        let amount = |name: &str| amounts.iter().find(|a| a.class.name == name).map(|a| (a.instances, a.unavailable.as_deref()));
        assert_eq!(amount("memory"), Some((1, None)));
        assert_eq!(amount("firmware"), Some((0, Some("not readable"))));
        assert_eq!(amount("software"), Some((14, None)));
        let memory = provider.read(|tx| views::inventory::instances(tx, numbers[0], class("memory").expect("a class"), None, 10)).expect("instances");
        assert_eq!(memory, [vec![Value::Integer(1 << 20), Value::Integer(0), Value::Null]]);
        let mut paged: Vec<Vec<Value>> = Vec::new();
        loop {
            let after = paged.last().map(|row| row[..SOFTWARE.key_properties].to_vec());
            let page = provider.read(|tx| views::inventory::instances(tx, numbers[0], &SOFTWARE, after.as_deref(), 3)).expect("a page");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        let whole = provider.read(|tx| views::inventory::instances(tx, numbers[0], &SOFTWARE, None, 100)).expect("instances");
        assert_eq!(paged, whole);
        assert_eq!((whole.len(), whole[0].len()), (14, SOFTWARE.properties.len()));
        assert!(whole.windows(2).all(|pair| format!("{:?}", &pair[0][..3]) < format!("{:?}", &pair[1][..3])), "in the order of the keys");
        for class in CLASSES {
            let none = provider.read(|tx| views::inventory::instances(tx, numbers[5], class, None, 10)).expect("instances");
            assert!(none.is_empty(), "{}", class.name);
        }
        assert_eq!(names(database, "software:TOOL3"), [numbers[0].0]);
        assert!(!names(database, "-software:TOOL3").contains(&numbers[0].0));
    });
}

fn message(n: u8, severity: Severity, component: &str, client: Option<SmsId>) -> status::Arrived {
    let at = START.plus_seconds(i64::from(n));
    let status = StatusMessage {
        number: 4000 + i32::from(n),
        severity,
        component: component.to_owned(),
        system: if client.is_some() { "PC1" } else { "CM01" }.to_owned(),
        client,
        at,
        insertions: vec![format!("insertion {n}"), String::new()],
    };
    status::Arrived { message_id: MessageId::new(at, [n; 10]), ordinal: 0, received_at: at, status }
}

#[test]
fn messages_are_listed_newest_first() {
    engines::each(|database| {
        use provost_store::views::messages::{FIELDS, Filter, list};
        let severities = [Severity::Information, Severity::Warning, Severity::Error];
        let messages: Vec<_> =
            (0..9u8).map(|n| message(n, severities[usize::from(n) % 3], if n < 4 { "state-system" } else { "client" }, (n >= 4).then(|| smsid(1)))).collect();
        database.connect(Principal::StatusManager).expect("a connection").write(|tx| status::add(tx, &messages)).expect("messages");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mut found =
            |filter: &Filter| -> Vec<i64> { provider.read(|tx| list(tx, filter, &Page::first(100))).expect("a list").items.iter().map(|m| m.number).collect() };
        assert_eq!(found(&Filter::default()), [4008, 4007, 4006, 4005, 4004, 4003, 4002, 4001, 4000]);
        assert_eq!(found(&Filter { severities: vec![Severity::Error], ..Filter::default() }), [4008, 4005, 4002]);
        assert_eq!(found(&Filter { severities: vec![Severity::Error, Severity::Warning], ..Filter::default() }), [4008, 4007, 4005, 4004, 4002, 4001]);
        assert_eq!(found(&Filter { component: Some("state-system".to_owned()), ..Filter::default() }), [4003, 4002, 4001, 4000]);
        assert_eq!(found(&Filter { system: Some("pc1".to_owned()), ..Filter::default() }).len(), 5);
        assert_eq!(found(&Filter { smsid: Some(smsid(1)), number: Some(4006), ..Filter::default() }), [4006]);
        assert_eq!(found(&Filter { since: Some(START.plus_seconds(7)), ..Filter::default() }), [4008, 4007]);
        let first = provider.read(|tx| list(tx, &Filter::default(), &Page::first(4))).expect("a page");
        let rest = provider.read(|tx| list(tx, &Filter::default(), &Page { after: first.next.clone(), ..Page::first(100) })).expect("a page");
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (4, 5, None));
        assert_eq!(rest.items[0].number, 4004);
        assert_eq!(first.items[0].insertions, ["insertion 8", ""]);
        // The oldest of nine is found, two on a page, by what people read of it.
        let title = provost_catalog::rules::rule(4001).expect("a rule").title;
        for (filter, numbers) in [
            ("\"insertion 0\"", &[4000][..]),
            ("number:PV4001", &[4001]),
            ("number:<4002 -number:4000", &[4001]),
            ("-severity:information component:state* -number:4002", &[4001]),
            ("text:\"insertion 1\"", &[4001]),
            (&format!("text:\"{title}\""), &[4001]),
            (&format!("\"{title}: insertion 1\""), &[4001]),
            (&format!("text:\"{title}: insertion 2\""), &[]),
            ("-text:insertion", &[]),
            ("client:none at:<3598s", &[4003, 4002]),
            ("system:pc1 -severity:error -severity:warning", &[4006]),
        ] {
            let found = pages(typed(&FIELDS, filter, None, 2), |page| provider.read(|tx| list(tx, &Filter::default(), page)).expect("a page"));
            assert_eq!(found.iter().map(|message| message.number).collect::<Vec<_>>(), numbers, "{filter}");
        }
        for sort in ["severity", "-component", "at", "-client", "received", "-number"] {
            let mut read = |page: &Page| provider.read(|tx| list(tx, &Filter::default(), page)).expect("a page");
            let whole = read(&typed(&FIELDS, "", Some(sort), 100)).items;
            assert_eq!(pages(typed(&FIELDS, "", Some(sort), 2), read), whole, "{sort}");
            assert_eq!(whole.len(), 9);
        }
    });
}

#[test]
fn the_overview_counts_each_thing_once() {
    engines::each(|database| {
        twelve(database);
        let messages =
            [message(1, Severity::Warning, "client", None), message(2, Severity::Error, "client", None), message(3, Severity::Error, "client", None)];
        database.connect(Principal::StatusManager).expect("a connection").write(|tx| status::add(tx, &messages)).expect("messages");
        let limits = views::overview::Limits {
            last_seen: vec![START.plus_seconds(4000), START.plus_seconds(5), Timestamp::default()],
            inventory: START,
            messages: START.plus_seconds(2),
        };
        let numbers = database.connect(Principal::Provider).expect("a connection").read(|tx| views::overview::numbers(tx, &limits)).expect("numbers");
        assert_eq!((numbers.devices, numbers.devices_without_client), (11, 1));
        assert_eq!((numbers.clients_approved, numbers.clients_registered, numbers.clients_blocked), (4, 3, 3));
        assert_eq!(numbers.approved_by_last_seen, [1, 1, 0, 2]);
        assert_eq!((numbers.warnings, numbers.errors), (0, 2));
        assert_eq!(numbers.operating_systems, [("Debian GNU/Linux 12".to_owned(), 4), ("Ubuntu 24.04".to_owned(), 4)]);
        assert_eq!((numbers.inventories, numbers.inventories_old, numbers.products), (0, 0, 0));
    });
}

#[test]
fn people_are_listed_with_their_sessions() {
    engines::each(|database| {
        let limits = people::SessionLimits::DEFAULT;
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        provider
            .write(|tx| {
                for name in ["ada", "bob", "cyd"] {
                    let name = name.parse().expect("a name");
                    people::create_person(tx, &name, "owner", START)?;
                }
                let bob = "bob".parse().expect("a name");
                people::create_session(tx, &bob, "here", START, limits)?;
                people::create_session(tx, &bob, "there", START.plus_seconds(50), limits)
            })
            .expect("people");
        let list = |after: Option<&str>, limit, seconds| {
            let mut provider = database.connect(Principal::Provider).expect("a connection");
            let found = provider.read(|tx| views::people::list(tx, after, limit, START.plus_seconds(seconds))).expect("a list");
            found.into_iter().map(|p| (p.name, p.sessions, p.last_used_at)).collect::<Vec<_>>()
        };
        let used = Some(START.plus_seconds(50));
        assert_eq!(list(None, 10, 60), [("ada".to_owned(), 0, None), ("bob".to_owned(), 2, used), ("cyd".to_owned(), 0, None)]);
        assert_eq!(list(Some("ada"), 1, 60), [("bob".to_owned(), 2, used)]);
        assert_eq!(list(Some("ada"), 1, limits.absolute_seconds + 10), [("bob".to_owned(), 1, used)]);
    });
}

#[test]
fn components_and_states_are_read_back() {
    engines::each(|database| {
        let states = [status::ComponentState { component: "state-system".to_owned(), state: "failing", since: START, reason: "disk".to_owned(), passes: 7 }];
        let mut manager = database.connect(Principal::SiteComponentManager).expect("a connection");
        manager.write(|tx| status::put_component_states(tx, &states)).expect("states");
        let state = provost_store::state::Arrived {
            smsid: smsid(1),
            received_at: START,
            resync: false,
            state: provost_domain::state::StateMessage {
                serial: 3,
                topic_type: 800,
                topic_id: String::new(),
                state_id: 400,
                at: START,
                parameters: vec!["0.1.0".to_owned()],
            },
        };
        let mut system = database.connect(Principal::StateSystem).expect("a connection");
        system.write(|tx| provost_store::state::put(tx, std::slice::from_ref(&state))).expect("a state");
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let components = provider.read(views::components::list).expect("a list");
        assert_eq!(components.len(), 1);
        assert_eq!((components[0].state.as_str(), components[0].reason.as_str(), components[0].passes), ("failing", "disk", 7));
        let states = provider.read(|tx| views::states::of_client(tx, smsid(1))).expect("states");
        assert_eq!((states.len(), states[0].state_id, states[0].parameters.as_slice()), (1, 400, &["0.1.0".to_owned()][..]));
    });
}
