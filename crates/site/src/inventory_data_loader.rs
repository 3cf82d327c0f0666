//! Inventory data loader: hardware inventory into rows, many reports in one transaction.
//!
//! A delta is applied only to the inventory that it was made from. When the site has another one, or none, the delta is
//! left out and the site wishes for a full inventory; so it does when a report cannot be read.

use crate::intake::{Bounds, Intake, Message, Rejected};
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
        let pass = intake.pass(&mut |messages| {
            let outcome = load(connection, products, messages, clock.now())?;
            status.raise(ComponentName::InventoryDataLoader, outcome.raised);
            if outcome.wishes {
                bells.ring(ComponentName::PolicyProvider);
            }
            bells.ring(ComponentName::ManagementPoint);
            Ok(outcome.rejected)
        })?;
        if pass == Pass::Idle {
            self.intake.forget_old(&mut self.connection)?;
        }
        Ok(pass)
    }
}

#[derive(Default)]
struct Outcome {
    rejected: Vec<Rejected>,
    raised: Vec<Raised>,
    /// Whether the site wishes for something it did not wish for before, or no longer.
    wishes: bool,
}

/// A report that could be read.
struct Parsed<'m> {
    id: MessageId,
    client: SmsId,
    report: Prepared<'m>,
}

fn load(connection: &mut Connection, products: &mut Products, messages: &[Message], now: Timestamp) -> Result<Outcome, StoreError> {
    let mut rejected = Vec::new();
    let mut unreadable: Vec<(MessageId, SmsId)> = Vec::new();
    let mut parsed: Vec<Parsed<'_>> = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        let id = message.envelope.id;
        match message.client() {
            Err(reason) => rejected.push(Rejected { index, reason }),
            Ok(client) => match parse(&message.body) {
                Ok(report) => parsed.push(Parsed { id, client, report: Prepared::new(report, products) }),
                Err(error) => {
                    rejected.push(Rejected { index, reason: format!("PV{}: {error}", code::INVENTORY_MALFORMED) });
                    unreadable.push((id, client));
                }
            },
        }
    }
    let mut outcome = connection.write(|tx| {
        products.begin();
        let ids: Vec<MessageId> = parsed.iter().map(|p| p.id).chain(unreadable.iter().map(|(id, _)| *id)).collect();
        let loaded = intake::loaded(tx, &ids)?;
        let mut transaction = Transaction::begin(tx, &parsed, &unreadable, now)?;
        let mut fresh: Vec<MessageId> = Vec::with_capacity(parsed.len());
        let mut taken: HashSet<MessageId> = loaded;
        for Parsed { id, client, report } in &parsed {
            if taken.insert(*id) {
                fresh.push(*id);
                transaction.take(tx, products, *client, report)?;
            }
        }
        for (id, client) in &unreadable {
            if taken.insert(*id) {
                transaction.want_full(*client);
            }
        }
        intake::record(tx, &inboxes::HARDWARE_INVENTORY, &fresh, now)?;
        transaction.end(tx, products)
    })?;
    products.keep();
    outcome.rejected = rejected;
    Ok(outcome)
}

/// What the site will say of a client when the transaction ends.
struct Standing {
    resource_id: Option<ResourceId>,
    digest: Option<Digest>,
    full_wanted: bool,
    before: (Option<Digest>, bool),
}

struct Transaction<'r, 'm> {
    now: Timestamp,
    clients: BTreeMap<SmsId, Standing>,
    states: HashMap<ResourceId, State>,
    /// Reports that are not written yet, of different devices.
    pending: Vec<Load<'r, 'm>>,
    raised: Vec<Raised>,
}

impl<'r, 'm> Transaction<'r, 'm> {
    fn begin(tx: &mut Tx<'_>, parsed: &[Parsed<'_>], unreadable: &[(MessageId, SmsId)], now: Timestamp) -> Result<Self, StoreError> {
        let senders: HashSet<SmsId> = parsed.iter().map(|p| p.client).chain(unreadable.iter().map(|(_, client)| *client)).collect();
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
    fn take(&mut self, tx: &mut Tx<'_>, products: &mut Products, smsid: SmsId, report: &'r Prepared<'m>) -> Result<(), StoreError> {
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
        Ok(Outcome { rejected: Vec::new(), raised: self.raised, wishes })
    }
}
