//! Discovery data manager: turns registrations and discovery records into clients and devices.

mod directory;
mod discovery_records;
mod records;
mod registration;

use crate::authority::Authority;
use crate::intake::{Bounds, Intake};
use crate::surroundings::Surroundings;
use discovery_records::DiscoveryRecords;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_domain::SiteCode;
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_store::Connection;
use provost_store::ledger::Ledger;
use registration::{Registrations, With};
use std::sync::Arc;
use std::time::Duration;

/// A transaction of so many messages holds the database for a few tens of milliseconds.
const BOUNDS: Bounds = Bounds { files: 256, messages: 500, bytes: 2 << 20 };

/// The component.
pub struct DiscoveryDataManager {
    registrations: Intake,
    discovery: Intake,
    /// What directories say, as it lies in the inbox, from when it is read until it is loaded: the room for one batch after another.
    reports: Vec<u8>,
    connection: Connection,
    authority: Arc<Authority>,
    ledger: Ledger,
    site: SiteCode,
    status: crate::StatusWriter,
    clock: Clock,
    bells: Bells,
}

impl DiscoveryDataManager {
    /// With its own connection and the authority that issues certificates.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, authority: Arc<Authority>, ledger: Ledger) -> Self {
        Self {
            registrations: surroundings.intake(&inboxes::REGISTRATION, BOUNDS),
            discovery: surroundings.intake(&inboxes::DISCOVERY, BOUNDS),
            reports: Vec::new(),
            connection,
            site: authority.site(),
            authority,
            ledger,
            status: surroundings.status.clone(),
            clock: surroundings.clock.clone(),
            bells: surroundings.bells.clone(),
        }
    }
}

impl Component for DiscoveryDataManager {
    fn name(&self) -> ComponentName {
        ComponentName::DiscoveryDataManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let Self { registrations, discovery, reports, connection, authority, ledger, site, status, clock, bells } = self;
        let (site, now) = (*site, clock.now());
        let taken = registrations.pass(&mut Registrations { connection, with: With { authority, ledger, site, now }, status, bells })?;
        reports.clear();
        let seen = discovery.pass(&mut DiscoveryRecords { connection, reports, bells, site, now })?;
        // While agents are at work each pass has some, and the room is kept for the next.
        if reports.is_empty() {
            *reports = Vec::new();
        }
        if taken == Pass::More || seen == Pass::More {
            return Ok(Pass::More);
        }
        registrations.forget_old(connection)?;
        discovery.forget_old(connection)?;
        discovery.rest(connection)
    }
}
