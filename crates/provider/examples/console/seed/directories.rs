//! What discovery found at the made-up site: two forests without trust, users and groups, and runs that tell of it.

use super::{Failure, Made};
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_domain::boundary::{Boundary, BoundaryKind};
use provost_domain::discovery::{DirectoryObject, GroupScope, Location, Method, ObjectDigest, ObjectKind, RunKind};
use provost_store::discovery::memberships::{self, Members};
use provost_store::discovery::objects::{self, Found};
use provost_store::discovery::runs::{self, Blocked, Counts};
use provost_store::discovery::{SidKeys, locations, methods};
use provost_store::forests::{self, AdSite, AdSubnet, Domain, Forest, Network};
use provost_store::{StoreError, Tx, boundaries};

const SID: &str = "S-1-5-21-1004336348-1177238915-682003330";

/// Adds them to a made-up site.
pub fn add(made: &Made) -> Result<(), Failure> {
    let now = made.clock.now();
    made.database.connect(Principal::Provider)?.write(|tx| add_settings(tx, now))?;
    made.database.connect(Principal::AdForestDiscoveryManager)?.write(|tx| add_networks(tx, now))?;
    made.database.connect(Principal::DiscoveryDataManager)?.write(|tx| add_objects(tx, now))?;
    let run_id = made.database.connect(Principal::AdGroupDiscoveryAgent)?.write(|tx| add_runs(tx, now))?;
    made.database.connect(Principal::DiscoveryDataManager)?.write(|tx| runs::loaded(tx, run_id, 4_310, 7, 19))?;
    Ok(())
}

fn add_settings(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    for method in [Method::System, Method::Group] {
        let settings = methods::find(tx, method)?;
        methods::set(tx, &provost_domain::discovery::Settings { enabled: true, ..settings })?;
    }
    for (method, path) in [(Method::System, "OU=Computers,DC=corp,DC=example,DC=test"), (Method::Group, "DC=corp,DC=example,DC=test")] {
        locations::add(tx, &Location::new(method, path).expect("a location"), "ada", now.plus_seconds(-20 * 86_400))?;
    }
    for (name, discovered_at) in [("corp.example.test", Some(now.plus_seconds(-7_000))), ("fabrikam.example.test", Some(now.plus_seconds(-80_000)))] {
        let hosts = if discovered_at.is_some() { vec![format!("dc1.{name}")] } else { Vec::new() };
        let forest = Forest {
            forest: name.to_owned(),
            hosts,
            ca_pem: None,
            discovers: true,
            created_by: "ada".to_owned(),
            created_at: now.plus_seconds(-20 * 86_400),
            discovered_at,
        };
        forests::add(tx, &forest)?;
    }
    for (kind, value) in
        [(BoundaryKind::IpSubnet, "10.4.12.0/24"), (BoundaryKind::ActiveDirectorySite, "Headquarters"), (BoundaryKind::Ipv6Prefix, "2001:db8:4::/48")]
    {
        let boundary = Boundary::new(kind, value).expect("a boundary");
        boundaries::add(tx, &boundary, "corp.example.test, Headquarters", "ad-forest-discovery-manager", now.plus_seconds(-7_000))?;
    }
    Ok(())
}

fn add_networks(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let domain = |name: &str, short: &str| Domain {
        domain: name.to_owned(),
        netbios_name: short.to_owned(),
        sid: format!("{SID}{}", short.len()),
        functional_level: 7,
        discovered_at: now,
    };
    let site = |name: &str| AdSite { ad_site: name.to_owned(), description: String::new(), discovered_at: now };
    let subnet = |subnet: &str, site: &str| AdSubnet { subnet: subnet.to_owned(), ad_site: site.to_owned(), description: String::new(), discovered_at: now };
    let corp = Network {
        domains: vec![
            domain("corp.example.test", "CORP"),
            domain("emea.corp.example.test", "EMEA"),
            domain("lab.emea.corp.example.test", "LAB"),
            domain("apac.corp.example.test", "APAC"),
        ],
        sites: ["Headquarters", "Branch7", "Branch8", "Datacentre-North"].into_iter().map(site).collect(),
        subnets: vec![
            subnet("10.4.12.0/24", "Headquarters"),
            subnet("10.4.13.0/24", "Headquarters"),
            subnet("2001:db8:4::/48", "Headquarters"),
            subnet("10.4.14.0/24", "Headquarters"),
            subnet("10.7.0.0/16", "Branch7"),
            subnet("10.9.0.0/16", "Datacentre-North"),
        ],
    };
    let fabrikam = Network { domains: vec![domain("fabrikam.example.test", "FABRIKAM")], sites: vec![site("Default-First-Site-Name")], subnets: Vec::new() };
    forests::keep(tx, "corp.example.test", &corp, now.plus_seconds(-7_000))?;
    forests::keep(tx, "fabrikam.example.test", &fabrikam, now.plus_seconds(-80_000))?;
    Ok(())
}

fn add_objects(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let user = |n: u32, name: &'static str, called: &'static str| DirectoryObject {
        display_name: called.into(),
        principal_name: format!("{name}@corp.example.test").into(),
        mail: format!("{name}@corp.example.test").into(),
        last_logon_at: Some(now.plus_seconds(-86_400 * i64::from(n % 9))),
        password_set_at: Some(now.plus_seconds(-86_400 * 40)),
        disabled: n == 1106,
        ..DirectoryObject::new(ObjectKind::User, format!("{SID}-{n}"), "corp.example.test", name, format!("CN={called},OU=Staff,DC=corp,DC=example,DC=test"))
    };
    let group = |n: u32, name: &'static str, scope| DirectoryObject {
        scope: Some(scope),
        ..DirectoryObject::new(ObjectKind::Group, format!("{SID}-{n}"), "corp.example.test", name, format!("CN={name},OU=Groups,DC=corp,DC=example,DC=test"))
    };
    let all = [
        user(1104, "ada", "Ada Byron"),
        user(1105, "bob.mistry", "Bob Mistry"),
        user(1106, "o'neil", "Shaun O'Neil"),
        user(1107, "svc-push", "Client push"),
        user(1108, "zoë", "Zoë <Quality> & Co"),
        group(2201, "HelpDesk-L2", GroupScope::Global),
        group(2202, "Workstation-Admins", GroupScope::DomainLocal),
        group(2203, "Tier0-Operators", GroupScope::Universal),
    ];
    let keys = SidKeys::kept(tx, all.iter().map(|object| &*object.sid))?;
    let key = |n: u32| keys.of(&format!("{SID}-{n}"));
    let found: Vec<Found<'_>> = all
        .iter()
        .filter_map(|object| {
            let method = if object.kind == ObjectKind::User { Method::User } else { Method::Group };
            let at = now.plus_seconds(-20 * 86_400);
            let digest = ObjectDigest::of(object.sid.as_bytes());
            keys.of(&object.sid).map(|key| Found { key, object, digest, resource_id: None, method, at, number: None })
        })
        .collect();
    objects::put(tx, &found)?;
    objects::seen(tx, &found.iter().map(|found| found.key).collect::<Vec<_>>(), now.plus_seconds(-7_000))?;
    for (group, members) in [(2201, [1104, 1105, 9_999].as_slice()), (2202, &[2201, 1107])] {
        let Some(group) = key(group) else { continue };
        let members = members.iter().copied().filter_map(key).collect();
        memberships::put(tx, &Members { group, members, complete: true, by_primary: false })?;
    }
    Ok(())
}

/// Gives the number of the run whose records are loaded.
fn add_runs(tx: &mut Tx<'_>, now: Timestamp) -> Result<i64, StoreError> {
    let blocked: Vec<Blocked> =
        ["OU=Exec", "OU=HR"].into_iter().map(|ou| Blocked { path: format!("{ou},DC=corp,DC=example,DC=test"), missing: "Read".to_owned() }).collect();
    let done = runs::request(tx, Method::Group, "DC=corp,DC=example,DC=test", RunKind::Full, "schedule", now.plus_seconds(-7_100))?;
    runs::start(tx, done, now.plus_seconds(-7_090))?;
    let counts = Counts { read: 18_204, left_out: 31, deposited: 4_310, ..Counts::default() };
    runs::tell(tx, done, "corp.example.test\\CM01$", "dc1.corp.example.test", &counts)?;
    runs::end(tx, done, now.plus_seconds(-7_060), "blocked", "2 containers need Read", &blocked)?;
    let going = runs::request(tx, Method::System, "OU=Computers,DC=corp,DC=example,DC=test", RunKind::Full, "ada", now.plus_seconds(-12))?;
    runs::start(tx, going, now.plus_seconds(-10))?;
    let counts = Counts { read: 3_120, left_out: 12, deposited: 3_100, ..Counts::default() };
    runs::tell(tx, going, "corp.example.test\\CM01$", "dc1.corp.example.test", &counts)?;
    let refused = runs::request(tx, Method::System, "DC=fabrikam,DC=example,DC=test", RunKind::Full, "ada", now.plus_seconds(-90_000))?;
    runs::start(tx, refused, now.plus_seconds(-89_990))?;
    runs::end(tx, refused, now.plus_seconds(-89_989), "locked", "the directory says that the account is locked", &[])?;
    Ok(done)
}
