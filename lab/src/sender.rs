//! A simulated client that sends every kind of message there is: like the agent, it sends a message again until it is
//! acknowledged, then the next. It knows what the site must have of it.

use crate::client::{Client, Session, send};
use crate::inventory::{full, wrong_rows};
use crate::site::Site;
use provost_domain::inventory::{Extent, Report, delta};
use provost_domain::status::Severity;
use provost_domain::{Digest, MessageId, SiteCode};
use provost_runtime::{Clock, random};
use provost_wire::client::heartbeat::Heartbeat;
use provost_wire::client::inventory::encode;
use provost_wire::client::state::{State, StateReport};
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::Kind;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The component that status messages name.
const COMPONENT: &str = "sender";
/// Packages of an inventory: enough that it is a transaction of some length.
const PACKAGES: usize = 40;
/// Topics of state messages; a device's page shows 500.
const TOPICS: i64 = 97;
/// What is sent, in turn.
const TURNS: [Turn; 8] = [Turn::Status, Turn::State, Turn::FullInventory, Turn::State, Turn::Status, Turn::Heartbeat, Turn::State, Turn::DeltaInventory];

#[derive(Clone, Copy)]
enum Turn {
    Status,
    State,
    Heartbeat,
    FullInventory,
    DeltaInventory,
}

/// A message, and what the site has of the client once it was taken.
struct Message {
    id: MessageId,
    kind: Kind,
    body: Vec<u8>,
    says: Says,
}

enum Says {
    /// A status message with this mark.
    Mark(String),
    /// That a topic is in a state, under a serial number.
    State { topic: String, serial: i64, state: i64 },
    /// The operating system's name.
    OperatingSystem(String),
    /// The whole inventory once the report is applied.
    Inventory(Report<'static>),
}

/// A simulated client.
pub struct Sender {
    client: Client,
    number: u64,
    /// The message that was sent last and not acknowledged yet.
    pending: Option<Message>,
    /// Between two messages.
    pub pause: Duration,
    made: u64,
    serial: i64,
    /// Acknowledged messages that are sent once more on purpose, as after a lost answer.
    repeat: bool,
    /// How many messages were acknowledged.
    pub acknowledged: u64,
    /// How often the site had no room for a message.
    pub no_room: u64,
    /// Marks of acknowledged status messages.
    marks: Vec<String>,
    states: BTreeMap<String, (i64, i64)>,
    operating_system: Option<String>,
    inventory: Option<Report<'static>>,
}

impl Sender {
    /// Registers one with a site; the first, number 0, repeats itself.
    ///
    /// # Errors
    /// When the site refuses or does not answer.
    pub fn register(site: &Site, code: SiteCode, number: u64) -> io::Result<Self> {
        let token = site.approval_token()?;
        let authority = site.data().join("keys/site-ca.pem");
        let client = Client::register(site.ready.management_point, &authority, code, &format!("sender-{number}"), Some(&token))?;
        Ok(Self {
            client,
            number,
            pending: None,
            pause: Duration::ZERO,
            made: 0,
            serial: 0,
            repeat: number == 0,
            acknowledged: 0,
            no_room: 0,
            marks: Vec::new(),
            states: BTreeMap::new(),
            operating_system: None,
            inventory: None,
        })
    }

    /// Sends until told to stop or the connection breaks.
    ///
    /// # Panics
    /// When the site refuses a message for good.
    pub fn load(&mut self, address: SocketAddr, stop: &AtomicBool) {
        let Ok(mut session) = self.client.connect(address) else { return };
        while !stop.load(Ordering::Relaxed) {
            let message = self.pending.take().unwrap_or_else(|| self.make());
            match self.deliver(&mut session, message) {
                Ok(true) => std::thread::sleep(self.pause),
                Ok(false) => std::thread::sleep(Duration::from_millis(20)),
                Err(_) => return,
            }
        }
    }

    /// Sends what is not acknowledged yet, to a site that goes on running.
    ///
    /// # Errors
    /// When the connection breaks.
    ///
    /// # Panics
    /// When the site refuses a message for good.
    pub fn finish(&mut self, address: SocketAddr) -> io::Result<()> {
        let mut session = self.client.connect(address)?;
        while let Some(message) = self.pending.take() {
            if !self.deliver(&mut session, message)? {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    /// Sends one message; false when the site takes none at the moment. Without an acknowledgement it is pending.
    fn deliver(&mut self, session: &mut Session, message: Message) -> io::Result<bool> {
        match send(session, message.id, message.kind, &message.body).map(|answer| (answer.status, answer.text())) {
            Ok((202, _)) => {
                let again = self.repeat && self.acknowledged.is_multiple_of(5);
                let answer = if again { send(session, message.id, message.kind, &message.body).map(drop) } else { Ok(()) };
                self.acknowledge(message.says);
                answer.map(|()| true)
            }
            Ok((status @ (429 | 503 | 507), _)) => {
                self.no_room += u64::from(status == 507);
                self.pending = Some(message);
                Ok(false)
            }
            Ok((status, text)) => panic!("a message of kind {} was refused with {status}: {text}", message.kind.word()),
            Err(error) => {
                self.pending = Some(message);
                Err(error)
            }
        }
    }

    fn acknowledge(&mut self, says: Says) {
        self.acknowledged += 1;
        match says {
            Says::Mark(mark) => self.marks.push(mark),
            Says::State { topic, serial, state } => drop(self.states.insert(topic, (serial, state))),
            Says::OperatingSystem(name) => self.operating_system = Some(name),
            Says::Inventory(report) => self.inventory = Some(report),
        }
    }

    fn make(&mut self) -> Message {
        let at = Clock::system().now();
        let turn = TURNS[(self.made % TURNS.len() as u64) as usize];
        self.made += 1;
        let (kind, body, says) = match turn {
            Turn::Status => {
                let mark = format!("{}#{}", self.client.name, self.made);
                let status = Status { number: 500, severity: Severity::Information, component: COMPONENT.to_owned(), at, insertions: vec![mark.clone()] };
                (Kind::Status, serde_json::to_vec(&StatusReport { messages: vec![status] }), Says::Mark(mark))
            }
            Turn::State => {
                self.serial += 1;
                let (serial, topic) = (self.serial, format!("topic {}", self.serial % TOPICS));
                let state = State { serial, topic_type: 800, topic_id: topic.clone(), state_id: self.made as i32, at, parameters: Vec::new() };
                let says = Says::State { topic, serial, state: state.state_id.into() };
                (Kind::State, serde_json::to_vec(&StateReport { resync: false, messages: vec![state] }), says)
            }
            Turn::Heartbeat => {
                let heartbeat = self.heartbeat();
                (Kind::Heartbeat, serde_json::to_vec(&heartbeat), Says::OperatingSystem(heartbeat.operating_system))
            }
            Turn::FullInventory => {
                let report = full(self.number, self.made, PACKAGES);
                (Kind::HardwareInventory, Ok(encode(&report)), Says::Inventory(report))
            }
            Turn::DeltaInventory => {
                let report = full(self.number, self.made, PACKAGES);
                let old = self.inventory.as_ref().expect("a full inventory comes first in a round");
                let changes = Report { extent: Extent::Delta { base: old.digest }, classes: delta(&old.classes, &report.classes), ..report };
                let body = encode(&changes);
                (Kind::HardwareInventory, Ok(body), Says::Inventory(full(self.number, self.made, PACKAGES)))
            }
        };
        Message { id: random::message_id(at), kind, body: body.expect("JSON"), says }
    }

    fn heartbeat(&self) -> Heartbeat {
        let name = &self.client.name;
        Heartbeat {
            netbios_name: name.to_uppercase(),
            dns_name: name.clone(),
            domain: String::new(),
            operating_system: format!("Sender OS {}", self.made),
            client_version: env!("CARGO_PKG_VERSION").to_owned(),
            hardware_id: Digest::of(name.as_bytes()).to_string(),
            ip_addresses: vec![format!("192.0.2.{}", self.made % 250)],
            ip_subnets: vec!["192.0.2.0/24".to_owned()],
            mac_addresses: vec![format!("02:00:00:00:00:{:02X}", self.number)],
            at: Clock::system().now(),
        }
    }

    /// What the site does not have as it was acknowledged, beside status messages; empty when it has all.
    fn missing(&self, site: &Site) -> io::Result<Vec<String>> {
        let name = &self.client.name;
        let ask = |path: String| -> io::Result<Value> { Ok(serde_json::from_slice(&site.api("GET", &path, &Value::Null)?.body)?) };
        let device = ask(format!("/api/v1/devices/{name}"))?;
        let mut missing = Vec::new();
        let states: BTreeMap<String, (i64, i64)> = device["states"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|state| Some((state["topic_id"].as_str()?.to_owned(), (state["serial"].as_i64()?, state["state_id"].as_i64()?))))
            .collect();
        if states != self.states {
            missing.push(format!("{name}: states {:?} instead of {:?}", states, self.states));
        }
        // A serial number that never came would be a gap, which the site asks to close.
        let client = ask(format!("/api/v1/clients/{name}"))?;
        for waits in ["state_resync", "full_inventory"] {
            if client[waits] != false {
                missing.push(format!("{name}: {waits} is {}", client[waits]));
            }
        }
        if self.operating_system.as_deref().unwrap_or_default() != device["operating_system"] {
            missing.push(format!("{name}: {} instead of {:?}", device["operating_system"], self.operating_system));
        }
        let devices = ask(format!("/api/v1/devices?filter={name}"))?;
        if devices["items"].as_array().map(Vec::len) != Some(1) {
            missing.push(format!("{name}: not one device: {devices}"));
        }
        if let Some(report) = &self.inventory {
            let wrong = wrong_rows(site, name, report)?;
            if wrong > 0 || client["inventory_digest"] != report.digest.to_string() {
                missing.push(format!("{name}: {wrong} rows of inventory wrong, {} instead of {}", client["inventory_digest"], report.digest));
            }
        }
        Ok(missing)
    }
}

/// Waits until the site has everything that senders had acknowledged, exactly once.
///
/// # Errors
/// What is missing or there more than once after `patience`, or that the site does not answer.
pub fn all_there(site: &Site, senders: &[Sender], patience: Duration) -> io::Result<()> {
    let sent: BTreeSet<&str> = senders.iter().flat_map(|sender| sender.marks.iter().map(String::as_str)).collect();
    let until = Instant::now() + patience;
    loop {
        let found = marks(site)?;
        let lost = sent.iter().filter(|mark| !found.contains_key(**mark)).map(|mark| format!("{mark} is missing"));
        let twice = found.iter().filter(|(_, times)| **times > 1).map(|(mark, times)| format!("{mark} is there {times} times"));
        let mut wrong: Vec<String> = lost.chain(twice).collect();
        for sender in senders {
            wrong.extend(sender.missing(site)?);
        }
        if wrong.is_empty() {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(io::Error::other(format!("not as it was acknowledged:\n{}", wrong.join("\n"))));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Every mark in the database and how often it is there.
fn marks(site: &Site) -> io::Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    let mut after = String::new();
    loop {
        let answer = site.api("GET", &format!("/api/v1/messages?component={COMPONENT}&limit=500{after}"), &Value::Null)?;
        let body: Value = serde_json::from_slice(&answer.body)?;
        let items = body["items"].as_array().ok_or_else(|| io::Error::other(format!("no items: {}", answer.text())))?;
        for mark in items.iter().filter_map(|item| item["insertions"][0].as_str()) {
            *found.entry(mark.to_owned()).or_insert(0) += 1;
        }
        match &body["next"] {
            Value::Null => return Ok(found),
            Value::String(next) => after = format!("&after={next}"),
            next => after = format!("&after={next}"),
        }
    }
}
