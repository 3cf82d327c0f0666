//! A database of an older schema, brought to this one.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::accounts::verification::{Finding, Remedy, Tools, Verdict};
use provost_domain::discovery::{Agent, Array, Ddr, GroupScope, Merged, Method, ObjectDigest, ObjectKind, RunKind, Scalar, merge};
use provost_domain::{ResourceId, Timestamp};
use provost_store::accounts::checks;
use provost_store::discovery::{Counts, Known, SidKeys, objects, runs};
use provost_store::views::directory_objects::{called, groups, member_count, members, of_device};
use provost_store::{Database, Location, StoreError, devices};

#[test]
fn a_run_of_schema_5_is_kept_and_its_reports_count_from_now_on() {
    engines::each_opened(|opened| {
        let agent = |opened: &engines::Opened| opened.database.connect(Principal::AdUserDiscoveryAgent).expect("a connection");
        let mut before = agent(opened);
        let run_id = before.write(|tx| {
            let run_id = runs::request(tx, Method::User, "DC=corp", RunKind::Full, "ada", START)?;
            runs::end(tx, run_id, START, "succeeded", "", &[])?;
            Ok(run_id)
        });
        let run_id = run_id.expect("a run");
        drop(before);
        opened.as_owner(
            "ALTER TABLE discovery_run DROP COLUMN reports; ALTER TABLE discovery_run DROP COLUMN reports_loaded;
             UPDATE schema_version SET version = 5",
        );
        opened.as_owner(&older_objects(opened));
        opened.as_owner(OLDER_INDEXES);
        for reports in 1..3 {
            let database = opened.reopen().expect("the same database");
            let mut agent = database.connect(Principal::AdUserDiscoveryAgent).expect("a connection");
            let mut manager = database.connect(Principal::DiscoveryDataManager).expect("a connection");
            let is_done = |agent: &mut provost_store::Connection| agent.read(|tx| runs::find(tx, run_id)).expect("a read").expect("the run").is_done();
            assert!(is_done(&mut agent), "all that is known of it is loaded");
            agent.write(|tx| runs::tell(tx, run_id, "", "", &Counts { reports, ..Counts::default() })).expect("told");
            assert!(!is_done(&mut agent), "a report of it waits");
            manager.write(|tx| runs::loaded(tx, run_id, 0, 0, 0)).expect("loaded");
            assert!(is_done(&mut agent));
        }
    });
}

/// What devices are looked up by, as schemas before 9 kept it.
pub(crate) const OLDER_INDEXES: &str = "DROP INDEX device_value_by_value; CREATE INDEX device_by_hardware_id ON device (hardware_id);
     CREATE INDEX device_value_by_property_and_value ON device_value (property, value)";

/// What checks found, as schemas before 11 kept it.
const OLDER_CHECKS: &str = "ALTER TABLE account_check DROP COLUMN mending";

/// That of objects of which more is known than that they are members.
const GUID: &str = "6f9619ff-8b86-d011-b42d-00c04fc964ff";

/// What discovery found, as schemas 3 to 6 kept it.
fn older_objects(opened: &engines::Opened) -> String {
    let digest = |byte: u8| match opened.location {
        Location::Sqlite(_) => format!("x'{}'", format!("{byte:02x}").repeat(32)),
        _ => format!("'\\x{}'", format!("{byte:02x}").repeat(32)),
    };
    let object = |rid: i64, kind: &str, device: &str, name: &str, limited: u8| {
        let (scope, attributes) = if kind == "group" { ("universal", r#"{"a":["b"]}"#) } else { ("", "{}") };
        format!(
            "('S-1-5-21-1-2-3-{rid}', '{kind}', {device}, '{}', 'corp.example.test', '{name}', 'CN={name}', {limited}, 'Display', '', '{name}@corp', '', '',
              '{scope}', 0, NULL, 5, '{attributes}', {}, 'agent', 100, {})",
            if limited == 0 { GUID } else { "none" },
            digest(u8::try_from(rid % 100).unwrap_or(0)),
            200 + rid
        )
    };
    let objects = [
        object(1104, "user", "NULL", "alice", 0),
        object(1105, "computer", "7", "WS01$", 0),
        object(1106, "user", "NULL", "bob", 1),
        object(4_294_967_295, "group", "NULL", "staff", 0),
    ];
    format!(
        "{OLDER_CHECKS}; DROP TABLE directory_object; DROP TABLE directory_state; DROP TABLE sid_beginning; DROP TABLE membership; DROP TABLE group_name;
         CREATE TABLE directory_object (sid TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, resource_id BIGINT, guid TEXT NOT NULL, domain TEXT NOT NULL,
             account_name TEXT NOT NULL, distinguished_name TEXT NOT NULL, limited BIGINT NOT NULL, display_name TEXT NOT NULL, principal_name TEXT NOT NULL,
             mail TEXT NOT NULL, dns_name TEXT NOT NULL, operating_system TEXT NOT NULL, scope TEXT NOT NULL, disabled BIGINT NOT NULL, last_logon_at BIGINT,
             password_set_at BIGINT, attributes TEXT NOT NULL, digest BYTEA NOT NULL, agent TEXT NOT NULL, created_at BIGINT NOT NULL,
             discovered_at BIGINT NOT NULL);
         CREATE INDEX directory_object_by_kind_and_domain_and_account_name ON directory_object (kind, domain, account_name);
         CREATE INDEX directory_object_by_resource_id ON directory_object (resource_id);
         CREATE TABLE membership (group_sid TEXT NOT NULL, member_sid TEXT NOT NULL, security BIGINT NOT NULL, group_name TEXT NOT NULL,
             by_primary BIGINT NOT NULL, PRIMARY KEY (group_sid, member_sid));
         CREATE INDEX membership_by_member_sid ON membership (member_sid);
         INSERT INTO directory_object VALUES {};
         INSERT INTO membership VALUES ('S-1-5-21-1-2-3-4294967295', 'S-1-5-21-1-2-3-1104', 1, 'corp\\staff', 0),
             ('S-1-5-21-1-2-3-4294967295', 'S-1-5-21-9-9-9-500', 1, 'corp\\staff', 0), ('S-1-5-21-1-2-3-77', 'S-1-5-21-1-2-3-4294967295', 0, 'corp\\news', 0),
             ('S-1-5-21-1-2-3-77', 'S-1-5-11', 0, 'corp\\news', 0), ('S-1-5-21-1-2-3-513', 'S-1-5-21-1-2-3-1106', 1, 'corp\\Domain Users', 1)",
        objects.join(", ")
    )
}

#[test]
fn what_schema_6_knew_of_directories_is_all_there_by_the_numbers_of_its_sids() {
    engines::each_opened(|opened| {
        opened.as_owner(&older_objects(opened));
        opened.as_owner(OLDER_INDEXES);
        opened.as_owner("UPDATE schema_version SET version = 6");
        for _ in 0..2 {
            all_is_there(&opened.reopen().expect("the same database"));
        }
    });
}

/// Keeps what is known of objects as schemas 7 to 11 did.
fn objects_of(opened: &engines::Opened, version: i64) {
    let (key, bytes, digest) = match (&opened.location, version) {
        (Location::Sqlite(_), 7) => ("INTEGER", "BLOB", "CAST(digest || digest AS BLOB)"),
        (Location::Sqlite(_), _) => ("INT", "BLOB", "CAST(digest || digest AS BLOB)"),
        _ => ("BIGINT", "BYTEA", "digest || digest"),
    };
    let of_devices = if version == 7 { "" } else { "WHERE resource_id IS NOT NULL" };
    let (by, found, state, sid, method) = if version < 10 {
        let columns = format!("sid_key {key} NOT NULL PRIMARY KEY, sid TEXT NOT NULL");
        (columns, "o.sid_key, b.beginning || (o.sid_key & 4294967295)", "sid_key", "sid_key", "agent")
    } else {
        ("number BIGINT NOT NULL PRIMARY KEY, sid_key BIGINT NOT NULL".to_owned(), "o.number, o.sid_key", "sid_key, number", "sid_key, number", "method")
    };
    let number = if version < 10 { "" } else { "number BIGINT NOT NULL," };
    let method_of = if version < 10 { "'SMS_AD_USER_DISCOVERY_AGENT'" } else { "'ad-user'" };
    let checks = if version < 11 { OLDER_CHECKS } else { "SELECT 1" };
    opened.as_owner(&format!(
        "{checks}; DROP INDEX directory_object_by_kind_and_account_name; DROP INDEX directory_state_by_resource_id;
         ALTER TABLE directory_object RENAME TO newer; ALTER TABLE directory_state RENAME TO newer_state;
         CREATE TABLE directory_object ({by}, kind TEXT NOT NULL, guid TEXT NOT NULL, domain TEXT NOT NULL,
             account_name TEXT NOT NULL, distinguished_name TEXT NOT NULL, display_name TEXT NOT NULL, principal_name TEXT NOT NULL, mail TEXT NOT NULL,
             dns_name TEXT NOT NULL, operating_system TEXT NOT NULL, scope TEXT NOT NULL, disabled BIGINT NOT NULL, last_logon_at BIGINT,
             password_set_at BIGINT, attributes TEXT NOT NULL, {method} TEXT NOT NULL, created_at BIGINT NOT NULL);
         CREATE TABLE directory_state (sid_key {key} NOT NULL PRIMARY KEY, {number} digest {bytes} NOT NULL, resource_id BIGINT, limited BIGINT NOT NULL,
             discovered_at BIGINT NOT NULL);
         INSERT INTO directory_object SELECT {found}, CASE o.kind WHEN 0 THEN 'computer' WHEN 1 THEN 'user' ELSE 'group' END,
             CASE length(o.guid) WHEN 16 THEN '{GUID}' ELSE 'none' END, b.domain, o.account_name, o.distinguished_name, o.display_name, o.principal_name,
             o.mail, o.dns_name, o.operating_system, CASE o.scope WHEN 3 THEN 'universal' ELSE '' END, o.disabled, o.last_logon_at, o.password_set_at,
             CASE o.attributes WHEN '' THEN '{{}}' ELSE o.attributes END, {method_of}, o.created_at
             FROM newer o JOIN sid_beginning b ON b.number = (o.sid_key >> 32);
         INSERT INTO directory_state ({state}, digest, resource_id, limited, discovered_at) SELECT {sid}, {digest}, resource_id, limited, discovered_at FROM newer_state;
         DROP TABLE newer; DROP TABLE newer_state; ALTER TABLE sid_beginning DROP COLUMN domain;
         CREATE INDEX directory_object_by_kind_and_domain_and_account_name ON directory_object (kind, domain, account_name);
         CREATE INDEX directory_state_by_resource_id ON directory_state (resource_id) {of_devices};
         DELETE FROM schema_version WHERE version > (SELECT MIN(version) FROM schema_version); UPDATE schema_version SET version = {version}"
    ));
}

#[test]
fn what_schemas_7_to_11_knew_of_objects_is_all_there_in_fewer_words() {
    for version in [7, 9, 10, 11] {
        engines::each_opened(|opened| {
            opened.as_owner(&older_objects(opened));
            opened.as_owner(OLDER_INDEXES);
            opened.as_owner("UPDATE schema_version SET version = 6");
            drop(opened.reopen().expect("the same database"));
            objects_of(opened, version);
            if version == 7 {
                opened.as_owner(OLDER_INDEXES);
            }
            for _ in 0..2 {
                all_is_there(&opened.reopen().expect("the same database"));
            }
        });
    }
}

#[test]
fn what_schema_8_looked_devices_up_by_is_gone_and_one_is_still_found_by_its_address() {
    engines::each_opened(|opened| {
        let ddr = |netbios_name: &str| {
            let mut ddr = Ddr::new(Agent::Heartbeat, "LAB".parse().expect("a code"), START);
            ddr.netbios_name = Some(Scalar::sure(netbios_name));
            ddr.mac_addresses = Some(Array::all(vec!["02:00:00:00:00:01".to_owned()]));
            ddr
        };
        let Ok(Merged::Device(device)) = merge(None, &ddr("WS01")) else { panic!("no device") };
        let mut manager = opened.database.connect(Principal::DiscoveryDataManager).expect("a connection");
        let number = manager.write(|tx| devices::add(tx, &device)).expect("added");
        drop(manager);
        opened.as_owner(OLDER_INDEXES);
        objects_of(opened, 8);
        for _ in 0..2 {
            let database = opened.reopen().expect("the same database");
            let mut manager = database.connect(Principal::DiscoveryDataManager).expect("a connection");
            let found = manager.read(|tx| devices::candidates(tx, &ddr("OTHER"))).expect("read");
            assert_eq!(found.into_iter().map(|stored| stored.resource_id).collect::<Vec<_>>(), [number]);
        }
        // Which it could not be while one of them is still there.
        opened.as_owner(OLDER_INDEXES);
    });
}

#[test]
fn a_check_of_schema_10_is_kept_and_the_next_says_what_mends_it() {
    engines::each_opened(|opened| {
        let found = |mending: Vec<Remedy>| Finding { check_id: "a".to_owned(), verdict: Verdict::Fail, evidence: "seen".to_owned(), mending, at: START };
        let write = |database: &Database, finding: &Finding| {
            let mut manager = database.connect(Principal::AccountManager).expect("a connection");
            manager.write(|tx| checks::replace(tx, 1, std::slice::from_ref(finding))).expect("written");
        };
        let read = |database: &Database| {
            let mut provider = database.connect(Principal::Provider).expect("a connection");
            provider.read(|tx| checks::findings(tx, Some(1))).expect("read").remove(&1)
        };
        let commands = vec!["samba-tool".to_owned()];
        let remedy = Remedy { does: "do it".to_owned(), tools: Tools::Samba, commands, more: 0, remark: String::new() };
        write(&opened.database, &found(vec![remedy.clone()]));
        objects_of(opened, 10);
        for _ in 0..2 {
            assert_eq!(read(&opened.reopen().expect("the same database")), Some(vec![found(Vec::new())]));
        }
        let database = opened.reopen().expect("the same database");
        write(&database, &found(vec![remedy.clone()]));
        assert_eq!(read(&database), Some(vec![found(vec![remedy])]));
    });
}

/// Everything of [`older_objects`] is known, and only that.
fn all_is_there(database: &Database) {
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    let read = provider.read(|tx| {
        let alice = called(tx, ObjectKind::User, "S-1-5-21-1-2-3-1104")?.pop().expect("alice");
        assert_eq!((&*alice.object.account_name, &*alice.object.mail), ("alice", "alice@corp"));
        assert_eq!((alice.created_at.as_micros(), alice.discovered_at.as_micros()), (100, 1304));
        assert_eq!((&*alice.object.guid, &*alice.object.domain, alice.object.scope, alice.object.attributes.len()), (GUID, "corp.example.test", None, 0));
        let bob = called(tx, ObjectKind::User, "bob")?.pop().expect("bob").object;
        assert!(bob.limited && bob.guid.is_empty(), "what is no GUID is none");
        let staff = called(tx, ObjectKind::Group, "corp.example.test\\staff")?.pop().expect("a group").object;
        assert_eq!((staff.scope, &staff.attributes["a"]), (Some(GroupScope::Universal), &vec!["b".to_owned()]));
        assert_eq!((&*alice.object.sid, alice.agent.as_str()), ("S-1-5-21-1-2-3-1104", "SMS_AD_USER_DISCOVERY_AGENT"));
        assert_eq!(of_device(tx, ResourceId(7))?.pop().expect("a computer").object.account_name, "WS01$");
        let staff: Vec<_> = members(tx, "S-1-5-21-1-2-3-4294967295", 9)?.into_iter().map(|one| (one.sid, one.name)).collect();
        let named = |sid: &str, name: &str| (sid.to_owned(), name.to_owned());
        assert_eq!(staff, [named("S-1-5-21-1-2-3-1104", "corp.example.test\\alice"), named("S-1-5-21-9-9-9-500", "")]);
        assert_eq!(member_count(tx, "S-1-5-21-1-2-3-77")?, 2);
        assert_eq!(members(tx, "S-1-5-21-1-2-3-513", 9)?.len(), 1);
        let of_alice: Vec<_> = groups(tx, "S-1-5-21-1-2-3-1104", 9)?.into_iter().map(|one| (one.name, one.kind, one.direct)).collect();
        let group = |name: &str, kind: &str, direct| (name.to_owned(), kind.to_owned(), direct);
        assert_eq!(of_alice, [group("corp.example.test\\staff", "group", true), group("corp\\news", "distribution-group", false)]);
        let of_bob: Vec<_> = groups(tx, "S-1-5-21-1-2-3-1106", 9)?.into_iter().map(|one| (one.name, one.kind, one.direct)).collect();
        assert_eq!(of_bob, [group("corp\\Domain Users", "group", true)], "a security group is none for mail, also where it is no object");
        assert_eq!(groups(tx, "S-1-5-11", 9)?.pop().expect("a group").sid, "S-1-5-21-1-2-3-77");
        Ok::<_, StoreError>(())
    });
    read.expect("what was known");
    let mut manager = database.connect(Principal::DiscoveryDataManager).expect("a connection");
    let known = manager.write(|tx| {
        let keys = SidKeys::kept(tx, ["S-1-5-21-1-2-3-1105", "S-1-5-21-7-7-7-1"])?;
        let (computer, other) = (keys.of("S-1-5-21-1-2-3-1105").expect("a key"), keys.of("S-1-5-21-7-7-7-1").expect("a key"));
        assert_ne!(computer.0 >> 32, other.0 >> 32, "what is new begins with a number of its own");
        objects::known(tx, &[computer, other])
    });
    let known: Vec<Known> = known.expect("known").into_values().collect();
    let [Known { number: _, digest, resource_id: Some(ResourceId(7)), limited: false, discovered_at }] = known.as_slice() else { panic!("{known:?}") };
    assert_eq!((*digest, *discovered_at), (ObjectDigest::from_bytes([5; 16]), Timestamp::from_micros(1305)));
}
