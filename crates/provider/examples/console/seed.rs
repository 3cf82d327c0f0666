//! A site that is made up, always the same but for the time it stands at.

#[path = "seed/accounts.rs"]
mod accounts;
#[path = "seed/directories.rs"]
mod directories;
#[path = "seed/machines.rs"]
mod machines;

use machines::Machine;
use provost_catalog::components::COMPONENTS;
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_domain::discovery::{Agent, Device};
use provost_domain::inventory::{ClassReport, Extent, Report};
use provost_domain::state::StateMessage;
use provost_domain::status::{Severity, StatusMessage};
use provost_domain::{Approval, Digest, MessageId, ResourceId, SiteCode, SmsId, Timestamp};
use provost_provider::{Ending, RoleState, RoleStatus, SiteFacts, SiteStatus, Start};
use provost_runtime::{Bells, Clock};
use provost_store::clients::{Certificate, Client};
use provost_store::inbox::Inboxes;
use provost_store::inventory::{Load, Prepared, Products};
use provost_store::keys::{KeyFolder, Secret};
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::people::{self, PasswordHash, PersonName, SessionLimits};
use provost_store::vault::Vault;
use provost_store::{Database, Location, clients, devices, inventory, presence, state, status};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

type Failure = Box<dyn std::error::Error>;

/// The password of the person `ada`.
pub const PASSWORD: &str = "plum kettle orbit 4";

/// A made-up site, in a folder that goes with it.
pub struct Made {
    /// Its folder.
    pub folder: TempDir,
    /// Its database.
    pub database: Database,
    /// Its vault.
    pub vault: Vault,
    /// Its ledger.
    pub ledger: Ledger,
    /// Its inboxes.
    pub inboxes: Inboxes,
    /// What the process knows of it.
    pub status: SiteStatus,
    /// Its clock.
    pub clock: Clock,
    /// Certificate of the console, in PEM, and its key.
    pub certificate: (String, String),
    /// Status messages that its provider raised: number and insertion strings.
    pub raised: Raised,
    /// That it was uninstalled, as its provider told whoever runs it.
    #[allow(dead_code, reason = "the console's example never ends")]
    pub ended: Arc<Mutex<Vec<Ending>>>,
}

/// Status messages.
pub type Raised = Arc<Mutex<Vec<(u16, Vec<String>)>>>;

/// Makes the site, as it is at `now`.
pub fn make(console_url: &str, now: Timestamp) -> Result<Made, Failure> {
    let folder = tempfile::tempdir()?;
    let keys = KeyFolder::open(&folder.path().join("keys"))?;
    std::fs::create_dir_all(folder.path().join("run"))?;
    let site: SiteCode = "LAB".parse()?;
    let database = Database::open(&Location::Sqlite(folder.path().join("site.db")), &keys, site, "Lab site", now)?;
    let inboxes = Inboxes::open(&folder.path().join("inboxes"))?;
    let ledger = Ledger::open(&keys)?;
    let machines = machines::all();
    let numbers = add_devices(&database, &machines, site, now)?;
    add_clients(&database, &machines, &numbers, now)?;
    add_inventories(&database, &machines, &numbers, now)?;
    add_states(&database, &machines, now)?;
    add_messages(&database, &machines, now)?;
    add_components(&database, now)?;
    add_files(&inboxes)?;
    add_people(&database, &ledger, &machines, now)?;
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    let certificate = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let role = |name: &str, title: &str, address: &str| RoleStatus {
        name: name.to_owned(),
        title: title.to_owned(),
        state: RoleState::Running,
        since: now.plus_seconds(-93_600),
        address: address.to_owned(),
        reason: String::new(),
    };
    let status = SiteStatus::new(SiteFacts {
        code: site,
        name: "Lab site".to_owned(),
        domain: "corp.example.test".to_owned(),
        version: "0.1.0".to_owned(),
        database: "SQLite 3.50.2, schema 2".to_owned(),
        started_at: now.plus_seconds(-93_600),
        console_url: console_url.to_owned(),
        console_fingerprint: Digest::of(certified.cert.der()).to_string(),
        management_point_url: "https://localhost:41873".to_owned(),
        roles: vec![
            role("site-server", "Site server", ""),
            role("provider", "Provider", console_url),
            role("management-point", "Management point", "https://localhost:41873"),
        ],
    });
    let vault = Vault::open(&keys, None, site, &[])?;
    Ok(Made { folder, vault, database, ledger, inboxes, status, clock: Clock::standing_at(now), certificate, raised: Raised::default(), ended: Arc::default() })
}

impl Made {
    /// Binds accounts, with a week of uses, and sets alert rules.
    pub fn bind_accounts(&self) -> Result<(), Failure> {
        accounts::add(self)
    }

    /// Discovers two forests, with users and groups.
    pub fn discover(&self) -> Result<(), Failure> {
        directories::add(self)
    }

    /// What a provider over this site is started with.
    pub fn start(&self, listener: TcpListener, runtime: tokio::runtime::Handle) -> Result<Start, Failure> {
        let (raised, ended) = (self.raised.clone(), self.ended.clone());
        Ok(Start {
            tickets: None,
            raise: Arc::new(move |number, _, insertions| raised.lock().unwrap_or_else(PoisonError::into_inner).push((number, insertions))),
            end: Arc::new(move |ending| {
                ended.lock().unwrap_or_else(PoisonError::into_inner).push(ending.clone());
                Ok(())
            }),
            pool: self.database.pool(Principal::Provider, 4)?,
            bells: Bells::default(),
            clock: self.clock.clone(),
            ledger: self.ledger.clone(),
            inboxes: self.inboxes.clone(),
            sealer: self.vault.sealer(),
            status: self.status.clone(),
            socket: self.folder.path().join("run/provost.sock"),
            listener,
            tls: provost_provider::server_configuration(self.certificate.0.as_bytes(), self.certificate.1.as_bytes())?,
            runtime,
        })
    }

    /// A link that signs `ada` in once.
    pub fn welcome_link(&self) -> Result<String, Failure> {
        let now = self.clock.now();
        let token = self.database.connect(Principal::Provider)?.write(|tx| people::create_sign_in_link(tx, &ada(), now, now.plus_seconds(600)))?;
        Ok(format!("{}/welcome/{}", self.status.facts().console_url, token.expose()))
    }

    /// The token of a session of `ada`.
    pub fn session(&self) -> Result<String, Failure> {
        let now = self.clock.now();
        let (token, _) =
            self.database.connect(Principal::Provider)?.write(|tx| people::create_session(tx, &ada(), "127.0.0.1", now, SessionLimits::DEFAULT))?;
        Ok(token.expose().to_owned())
    }
}

/// The person who looks at the console.
pub fn ada() -> PersonName {
    "ada".parse().expect("a name")
}

fn add_devices(database: &Database, machines: &[Machine], site: SiteCode, now: Timestamp) -> Result<Vec<ResourceId>, Failure> {
    let mut connection = database.connect(Principal::DiscoveryDataManager)?;
    let numbers = connection.write(|tx| {
        machines
            .iter()
            .map(|machine| {
                let seen = now.plus_seconds(-machine.heartbeat_seconds);
                let mut agents = BTreeMap::from([((Agent::Heartbeat, site), seen)]);
                agents.insert((Agent::ClientRegistration, site), now.plus_seconds(-machine.registered_seconds));
                devices::add(
                    tx,
                    &Device {
                        smsid: machine.smsid,
                        name: machine.name.clone(),
                        netbios_name: machine.name.clone(),
                        dns_name: machine.dns_name(),
                        domain: "corp.example.net".to_owned(),
                        operating_system: machine.system.name.to_owned(),
                        client_version: if machine.smsid.is_some() { machine.client_version.to_owned() } else { String::new() },
                        hardware_id: machine.hardware_id.clone(),
                        client_installed: machine.smsid.is_some(),
                        obsolete: machine.obsolete,
                        mac_addresses: BTreeSet::from([machine.mac_address.clone()]),
                        ip_addresses: machine.ip_addresses.iter().cloned().collect(),
                        ip_subnets: BTreeSet::from(["10.4.12.0".to_owned()]),
                        resource_names: BTreeSet::from([machine.dns_name()]),
                        agents,
                        created_at: now.plus_seconds(-machine.registered_seconds),
                        discovered_at: seen,
                        heartbeat_at: machine.smsid.map(|_| seen),
                    },
                )
            })
            .collect::<Result<Vec<_>, _>>()
    })?;
    Ok(numbers)
}

fn add_clients(database: &Database, machines: &[Machine], numbers: &[ResourceId], now: Timestamp) -> Result<(), Failure> {
    let seen: Vec<(SmsId, Timestamp)> =
        machines.iter().filter(|m| m.approval == Approval::Approved).filter_map(|m| Some((m.smsid?, now.plus_seconds(-m.seen_seconds)))).collect();
    database.connect(Principal::DiscoveryDataManager)?.write(|tx| {
        for (machine, number) in machines.iter().zip(numbers) {
            let Some(smsid) = machine.smsid else { continue };
            let approved = machine.approval == Approval::Approved;
            let decided = machine.approval != Approval::Registered;
            let row_version = clients::next_version(tx)?;
            clients::put(
                tx,
                &Client {
                    smsid,
                    resource_id: Some(*number),
                    public_key: format!("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{}", Digest::of(machine.name.as_bytes())),
                    certificate: approved.then(|| Certificate {
                        pem: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
                        digest: Digest::of(smsid.as_bytes()),
                        not_after: now.plus_seconds(320 * 86_400),
                    }),
                    approval: machine.approval,
                    approved_by: decided.then(|| if machine.approval == Approval::Blocked { "ada".to_owned() } else { "token of ada".to_owned() }),
                    approved_at: decided.then(|| now.plus_seconds(-machine.registered_seconds + 4)),
                    registered_at: now.plus_seconds(-machine.registered_seconds),
                    registered_from: machine.ip_addresses[0].clone(),
                    netbios_name: machine.name.clone(),
                    dns_name: machine.dns_name(),
                    client_version: machine.client_version.to_owned(),
                    hardware_id: machine.hardware_id.clone(),
                    inventory_digest: None,
                    state_resync: false,
                    full_inventory: false,
                    policy_id: clients::SITE_POLICY.to_owned(),
                    row_version,
                },
            )?;
        }
        Ok(())
    })?;
    database.connect(Principal::NotificationManager)?.write(|tx| presence::record(tx, &seen))?;
    Ok(())
}

fn add_inventories(database: &Database, machines: &[Machine], numbers: &[ResourceId], now: Timestamp) -> Result<(), Failure> {
    let mut connection = database.connect(Principal::InventoryDataLoader)?;
    let mut products = Products::default();
    for (machine, number) in machines.iter().zip(numbers) {
        let (Some(smsid), Approval::Approved) = (machine.smsid, machine.approval) else { continue };
        let classes: Vec<ClassReport<'static>> = machine.inventory(now);
        let digest = provost_domain::inventory::digest(&classes);
        let collected_at = now.plus_seconds(-machine.inventory_seconds);
        let report = Prepared::new(Report { extent: Extent::Full, digest, collected_at, classes }, &mut products);
        let state = inventory::State {
            smsid,
            digest,
            collected_at,
            loaded_at: collected_at.plus_seconds(3),
            full_at: Some(collected_at.plus_seconds(3)),
            delta_count: 0,
        };
        products.begin();
        connection.write(|tx| inventory::load(tx, &[Load { device: *number, report: &report, state: state.clone(), known: false }], &mut products))?;
        products.keep();
    }
    Ok(())
}

fn add_states(database: &Database, machines: &[Machine], now: Timestamp) -> Result<(), Failure> {
    let mut arrived = Vec::new();
    for machine in machines.iter().filter(|m| m.approval == Approval::Approved) {
        let Some(smsid) = machine.smsid else { continue };
        let topics: [(i32, i32, &[&str]); 4] = [(800, 400, &["0.1.0"]), (800, 700, &["LAB"]), (1000, 1, &["https://localhost:41873"]), (1300, 1, &[])];
        for (serial, (topic_type, state_id, parameters)) in (1..).zip(topics) {
            let at = now.plus_seconds(-machine.registered_seconds + 10 * serial);
            let state = StateMessage {
                serial,
                topic_type,
                topic_id: if state_id == 700 { "assignment".to_owned() } else { String::new() },
                state_id,
                at,
                parameters: parameters.iter().map(|p| (*p).to_owned()).collect(),
            };
            arrived.push(state::Arrived { smsid, received_at: at.plus_seconds(1), resync: false, state });
        }
    }
    database.connect(Principal::StateSystem)?.write(|tx| state::put(tx, &arrived))?;
    Ok(())
}

fn add_messages(database: &Database, machines: &[Machine], now: Timestamp) -> Result<(), Failure> {
    let site = |number: u16, severity, component: &str, ago: i64, insertions: &[&str]| {
        (
            ago,
            StatusMessage {
                number: i32::from(number),
                severity,
                component: component.to_owned(),
                system: "CM01".to_owned(),
                client: None,
                at: now.plus_seconds(-ago),
                insertions: insertions.iter().map(|i| (*i).to_owned()).collect(),
            },
        )
    };
    let mut messages: Vec<(i64, StatusMessage)> = vec![
        site(
            code::INBOX_FILE_BAD,
            Severity::Error,
            "inventory-data-loader",
            2_700,
            &["hardware-inventory", "1795445000000000-7.MIF", "byte 4,096: depth 65 is more than 64"],
        ),
        site(code::INVENTORY_MALFORMED, Severity::Warning, "inventory-data-loader", 2_700, &["B7-0126", "software: rows are not in ascending order"]),
        site(code::STATE_GAP, Severity::Warning, "state-system", 11_400, &["WS-0131", "serials 41 to 44 are missing"]),
        site(code::DATABASE_UNAVAILABLE, Severity::Error, "status-manager", 30_100, &["database is locked"]),
        site(code::COMPONENT_FAILING, Severity::Error, "status-manager", 30_101, &["status-manager", "the site database is not available: database is locked"]),
        site(code::COMPONENT_RECOVERED, Severity::Information, "status-manager", 30_070, &["status-manager"]),
        site(code::INVENTORY_DELTA_BASE, Severity::Information, "inventory-data-loader", 52_000, &["WS-0142", "asked for a full inventory"]),
        site(code::REGISTRATION_OTHER_KEY, Severity::Warning, "discovery-data-manager", 70_300, &["B7-0119", "from 10.4.12.119"]),
    ];
    for component in COMPONENTS.iter().filter(|c| c.runs_in_this_version) {
        messages.push(site(code::COMPONENT_STARTED, Severity::Information, component.id, 93_590, &[component.title]));
    }
    for (n, machine) in (0..).zip(machines.iter().filter(|m| m.approval == Approval::Approved && m.smsid.is_some())) {
        let at = now.plus_seconds(-machine.registered_seconds);
        for (seconds, text) in [(5, "client registered and approved"), (20, "first hardware inventory sent")] {
            let message = StatusMessage {
                number: i32::from(code::COMPONENT_STARTED),
                severity: Severity::Information,
                component: "client".to_owned(),
                system: machine.name.clone(),
                client: machine.smsid,
                at: at.plus_seconds(seconds),
                insertions: vec![text.to_owned()],
            };
            messages.push((machine.registered_seconds - seconds + n, message));
        }
    }
    messages.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
    let arrived: Vec<status::Arrived> = (0u8..)
        .zip(messages)
        .map(|(n, (_, status))| status::Arrived { message_id: MessageId::new(status.at, [n; 10]), ordinal: 0, received_at: status.at.plus_seconds(1), status })
        .collect();
    database.connect(Principal::StatusManager)?.write(|tx| status::add(tx, &arrived))?;
    Ok(())
}

fn add_components(database: &Database, now: Timestamp) -> Result<(), Failure> {
    let states: Vec<status::ComponentState> = (0..)
        .zip(COMPONENTS.iter().filter(|component| component.runs_in_this_version))
        .map(|(n, component)| {
            let failing = component.id == "policy-provider";
            status::ComponentState {
                component: component.id.to_owned(),
                state: if failing { "failing" } else { "running" },
                since: now.plus_seconds(if failing { -340 } else { -93_590 }),
                reason: if failing { "signing policy: keys/policy.key: permission denied".to_owned() } else { String::new() },
                passes: 1_204 + 331 * n,
            }
        })
        .collect();
    database.connect(Principal::SiteComponentManager)?.write(|tx| status::put_component_states(tx, &states))?;
    Ok(())
}

fn add_files(inboxes: &Inboxes) -> io::Result<()> {
    use provost_catalog::inboxes::{HARDWARE_INVENTORY, STATE};
    std::fs::write(inboxes.folder(&STATE).join("1795445413120000-12.SMX"), b"")?;
    inboxes.reject(&HARDWARE_INVENTORY, "1795445000000000-7.MIF", b"{\"", "byte 4,096: depth 65 is more than 64")?;
    Ok(())
}

fn add_people(database: &Database, ledger: &Ledger, machines: &[Machine], now: Timestamp) -> Result<(), Failure> {
    let mut connection = database.connect(Principal::Provider)?;
    let hash = PasswordHash::of(&Secret::new(PASSWORD.as_bytes().to_vec()));
    let bob: PersonName = "bob.mistry".parse()?;
    let day = |days: i64| now.plus_seconds(-days * 86_400);
    connection.write(|tx| {
        people::create_person(tx, &ada(), "owner", day(31))?;
        people::set_password(tx, &ada(), &hash)?;
        people::create_person(tx, &bob, "ada", day(12))
    })?;
    let mut acts: Vec<(i64, &str, &str, String, serde_json::Value)> = vec![
        (31 * 86_400, "owner", "person.add", "ada".to_owned(), serde_json::json!({})),
        (31 * 86_400 - 20, "owner", "person.welcome", "ada".to_owned(), serde_json::json!({})),
        (31 * 86_400 - 90, "ada", "session.begin", "ada".to_owned(), serde_json::json!({ "by": "welcome link" })),
        (31 * 86_400 - 140, "ada", "person.password", "ada".to_owned(), serde_json::json!({})),
        (12 * 86_400, "ada", "person.add", "bob.mistry".to_owned(), serde_json::json!({})),
        (3_600, "ada", "session.begin", "ada".to_owned(), serde_json::json!({ "by": "password" })),
    ];
    for machine in machines {
        let Some(smsid) = machine.smsid else { continue };
        let detail = |before: &str, after: &str| serde_json::json!({ "name": machine.name, "before": before, "after": after });
        match machine.approval {
            Approval::Approved => {
                acts.push((machine.registered_seconds - 4, "discovery-data-manager", "client.approve", smsid.to_string(), detail("registered", "approved")))
            }
            Approval::Blocked => acts.push((machine.registered_seconds - 600, "ada", "client.block", smsid.to_string(), detail("registered", "blocked"))),
            Approval::Registered => {}
        }
    }
    acts.sort_by_key(|(ago, ..)| std::cmp::Reverse(*ago));
    for (ago, actor, act, object, detail) in &acts {
        let origin = match *actor {
            "owner" => "local socket, uid 1000",
            "ada" => "10.4.12.7",
            _ => "site",
        };
        let entry = connection.write(|tx| ledger.append(tx, &NewEntry { at: now.plus_seconds(-ago), actor, origin, act, object, detail }))?;
        ledger.committed(&entry)?;
    }
    Ok(())
}
