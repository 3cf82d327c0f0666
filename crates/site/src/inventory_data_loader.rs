//! Inventory data loader: hardware inventory into rows, many reports in one transaction.
//!
//! A delta is applied only to the inventory that it was made from. When the site has another one, or none, the delta is
//! left out and the site wishes for a full inventory; so it does when a report cannot be read.

use crate::intake::{Bounds, Intake, Loader, Message, Rejected, sender};
use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_catalog::rules::code;
use provost_domain::inventory::Extent;
use provost_domain::status::Severity;
use provost_domain::{Digest, MessageId, ResourceId, SmsId, Timestamp};
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_store::inventory::{self, Load, Prepared, Products, State};
use provost_store::{Connection, StoreError, Tx, clients, intake};
use provost_wire::client::inventory::parse;
use provost_wire::envelope::Envelope;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// Large transactions write the index of software products from one end to the other; beyond this many the gain is
/// small, and the memory for parsed reports is not.
const BOUNDS: Bounds = Bounds { files: 256, messages: 200, bytes: 40 << 20 };

/// The component.
pub struct InventoryDataLoader {
    intake: Intake,
    connection: Connection,
    products: Products,
    status: crate::StatusWriter,
    clock: Clock,
    bells: Bells,
}

impl InventoryDataLoader {
    /// With its own connection.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection) -> Self {
        Self {
            intake: surroundings.intake(&inboxes::HARDWARE_INVENTORY, BOUNDS),
            connection,
            products: Products::default(),
            status: surroundings.status.clone(),
            clock: surroundings.clock.clone(),
            bells: surroundings.bells.clone(),
        }
    }
}

impl Component for InventoryDataLoader {
    fn name(&self) -> ComponentName {
        ComponentName::InventoryDataLoader
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let Self { intake, connection, products, status, clock, bells } = self;
        products.forget_pending();
        let pass = intake.pass(&mut Reports { connection, products, status, bells, now: clock.now() })?;
        if pass == Pass::More {
            return Ok(Pass::More);
        }
        self.intake.forget_old(&mut self.connection)?;
        self.intake.rest(&mut self.connection)
    }
}

struct Reports<'c> {
    connection: &'c mut Connection,
    products: &'c mut Products,
    status: &'c crate::StatusWriter,
    bells: &'c Bells,
    now: Timestamp,
}

/// What a client sent, or why it cannot be read.
struct Sent {
    client: SmsId,
    report: Result<Prepared, String>,
}

impl Loader for Reports<'_> {
    type Content = Sent;

    fn parse(&mut self, envelope: &Envelope, body: &[u8]) -> Result<Sent, String> {
        let client = sender(envelope)?;
        let report = parse(body).map(|report| Prepared::new(report, self.products)).map_err(|e| format!("PV{}: {e}", code::INVENTORY_MALFORMED));
        Ok(Sent { client, report })
    }

    fn load(&mut self, messages: &[Message<Sent>]) -> Result<Vec<Rejected>, StoreError> {
        let Self { connection, products, status, bells, now } = self;
        let outcome = connection.write(|tx| {
            products.begin();
            load(tx, products, messages, *now)
        })?;
        products.keep();
        status.raise(ComponentName::InventoryDataLoader, outcome.raised);
        if outcome.wishes {
            bells.ring(ComponentName::PolicyProvider);
        }
        bells.ring(ComponentName::ManagementPoint);
        let unreadable = messages.iter().enumerate().filter_map(|(index, message)| {
            let reason = message.content.report.as_ref().err()?.clone();
            Some(Rejected { index, reason })
        });
        Ok(unreadable.collect())
    }
}

fn load(tx: &mut Tx<'_>, products: &mut Products, messages: &[Message<Sent>], now: Timestamp) -> Result<Outcome, StoreError> {
    let ids: Vec<MessageId> = messages.iter().map(|message| message.envelope.id).collect();
    let mut loaded = intake::loaded(tx, &ids)?;
    let mut transaction = Transaction::begin(tx, messages, now)?;
    let mut fresh: Vec<MessageId> = Vec::with_capacity(messages.len());
    for Message { envelope, content: Sent { client, report } } in messages {
        if !loaded.insert(envelope.id) {
            continue;
        }
        match report {
            Ok(report) => {
                fresh.push(envelope.id);
                transaction.take(tx, products, *client, report)?;
            }
            // It is not recorded as loaded: should the site stop before it is in the bad folder, it is found again.
            Err(_) => transaction.want_full(*client),
        }
    }
    intake::record(tx, &inboxes::HARDWARE_INVENTORY, &fresh, now)?;
    transaction.end(tx, products)
}

struct Outcome {
    raised: Vec<Raised>,
    /// Whether the site wishes for something it did not wish for before, or no longer.
    wishes: bool,
}

/// What the site will say of a client when the transaction ends.
struct Standing {
    resource_id: Option<ResourceId>,
    digest: Option<Digest>,
    full_wanted: bool,
    before: (Option<Digest>, bool),
}

struct Transaction<'r> {
    now: Timestamp,
    clients: BTreeMap<SmsId, Standing>,
    states: HashMap<ResourceId, State>,
    /// Reports that are not written yet, of different devices.
    pending: Vec<Load<'r>>,
    raised: Vec<Raised>,
}

impl<'r> Transaction<'r> {
    fn begin(tx: &mut Tx<'_>, messages: &[Message<Sent>], now: Timestamp) -> Result<Self, StoreError> {
        let senders: HashSet<SmsId> = messages.iter().map(|message| message.content.client).collect();
        let senders: Vec<SmsId> = senders.into_iter().collect();
        let standings = clients::inventory_standings(tx, &senders)?;
        let devices: Vec<ResourceId> = standings.values().filter_map(|s| s.resource_id).collect();
        let states = inventory::states(tx, &devices)?;
        let clients = standings.into_iter().map(|(smsid, standing)| {
            let before = (standing.inventory_digest, standing.full_inventory);
            (smsid, Standing { resource_id: standing.resource_id, digest: before.0, full_wanted: before.1, before })
        });
        Ok(Self { now, clients: clients.collect(), states, pending: Vec::new(), raised: Vec::new() })
    }

    /// Takes one report. Reports of a client or device that a person deleted meanwhile are left out: the next heartbeat
    /// makes a new record and asks for a full inventory.
    fn take(&mut self, tx: &mut Tx<'_>, products: &mut Products, smsid: SmsId, report: &'r Prepared) -> Result<(), StoreError> {
        let Some(standing) = self.clients.get_mut(&smsid) else { return Ok(()) };
        let Some(device) = standing.resource_id else { return Ok(()) };
        let known = self.states.get(&device);
        let fits = match report.extent {
            Extent::Full => true,
            Extent::Delta { base } => known.is_some_and(|state| state.smsid == smsid && state.digest == base),
        };
        if !fits {
            if !standing.full_wanted {
                let had = known.map_or_else(|| "none".to_owned(), |state| state.digest.to_string());
                let base = if let Extent::Delta { base } = report.extent { base.to_string() } else { String::new() };
                self.raised.push(Raised::new(code::INVENTORY_DELTA_BASE, Severity::Warning, [smsid.to_string(), base, had]));
            }
            standing.full_wanted = true;
            return Ok(());
        }
        let (full_at, delta_count) = match (report.extent, known) {
            (Extent::Full, _) | (_, None) => (Some(self.now), 0),
            (Extent::Delta { .. }, Some(state)) => (state.full_at, state.delta_count + 1),
        };
        let state = State { smsid, digest: report.digest, collected_at: report.collected_at, loaded_at: self.now, full_at, delta_count };
        let load = Load { device, report, state: state.clone(), known: known.is_some() };
        standing.digest = Some(report.digest);
        standing.full_wanted &= report.extent != Extent::Full;
        // Two reports of one device must be written one after the other.
        if self.pending.iter().any(|p| p.device == device) {
            self.write(tx, products)?;
        }
        self.pending.push(load);
        self.states.insert(device, state);
        Ok(())
    }

    fn want_full(&mut self, smsid: SmsId) {
        if let Some(standing) = self.clients.get_mut(&smsid) {
            standing.full_wanted = true;
        }
    }

    fn write(&mut self, tx: &mut Tx<'_>, products: &mut Products) -> Result<(), StoreError> {
        inventory::load(tx, &self.pending, products)?;
        self.pending.clear();
        Ok(())
    }

    fn end(mut self, tx: &mut Tx<'_>, products: &mut Products) -> Result<Outcome, StoreError> {
        self.write(tx, products)?;
        let changed: Vec<(&SmsId, &Standing)> = self.clients.iter().filter(|(_, s)| (s.digest, s.full_wanted) != s.before).collect();
        let wishes = changed.iter().any(|(_, s)| s.full_wanted != s.before.1);
        if !changed.is_empty() {
            let version = clients::next_version(tx)?;
            for (smsid, standing) in changed {
                clients::set_inventory(tx, *smsid, standing.digest, standing.full_wanted, version)?;
            }
        }
        Ok(Outcome { raised: self.raised, wishes })
    }
}
