//! Active Directory system, user and group discovery agents: each reads the locations of its method, as the account that is
//! bound there, and deposits what it finds in the discovery inbox.
//!
//! A run that a person asked for goes first, then what is due. How far a domain controller was read is kept only once
//! everything until there is on disk in the inbox, so that a crash repeats what it may have lost. A run that loses its domain
//! controller goes on at the next. One that fails, or finds nothing, takes nothing away from what is known.

mod ahead;
mod deposited;
pub mod entry;
mod group;
mod lately;
mod look;
mod names;
mod primary_groups;
mod reports;

use crate::lost_controllers::LostControllers;
use crate::run_outcome::{Outcome, Outcomes};
use crate::surroundings::Surroundings;
pub(crate) use lately::Lately;
use look::Looked;
pub(crate) use look::block;
use provost_broker::{Asker, Broker, Refused};
use provost_catalog::components::ComponentName;
use provost_domain::Timestamp;
use provost_domain::discovery::{Location, Method, RunKind, Settings};
use provost_runtime::{Component, Failure, Pass};
use provost_store::discovery::{Cursor, Run, StoredLocation, cursors, locations, methods, runs};
use provost_store::{Connection, StoreError, Tx};
use reports::Reports;
use std::time::Duration;

/// How long deltas, and runs that came to nothing, are remembered, in seconds.
pub(crate) const REMEMBERED: i64 = 7 * 24 * 3600;

/// The agent of one method.
pub struct DirectoryDiscoveryAgent {
    method: Method,
    surroundings: Surroundings,
    connection: Connection,
    broker: Broker,
    /// Whether what a run that broke off left behind was seen to.
    began: bool,
    outcomes: Outcomes,
}

/// What is to be done now.
struct Task {
    run: Run,
    settings: Settings,
    location: StoredLocation,
}

impl DirectoryDiscoveryAgent {
    /// The agent of `method`, with its own connection.
    #[must_use]
    pub fn new(method: Method, surroundings: &Surroundings, connection: Connection, broker: Broker) -> Self {
        Self { method, surroundings: surroundings.clone(), connection, broker, began: false, outcomes: Outcomes::default() }
    }

    /// What is to be done first: what somebody asked for, then what is due. It is started.
    fn next(&mut self, now: Timestamp) -> Result<Option<Task>, StoreError> {
        let (method, began) = (self.method, self.began);
        let task = self.connection.write(|tx| {
            if !began {
                runs::end_interrupted(tx, method, now)?;
            }
            let settings = methods::find(tx, method)?;
            let places = locations::of(tx, method)?;
            while let Some(run) = runs::waiting(tx, method)? {
                runs::start(tx, run.run_id, now)?;
                match places.iter().find(|place| place.location.path.to_string() == run.target) {
                    Some(location) => return Ok(Some(Task { run, settings, location: location.clone() })),
                    None => runs::end(tx, run.run_id, now, "location-gone", "the location was removed before the run began", &[])?,
                }
            }
            let mut due: Vec<(Option<Timestamp>, RunKind, &StoredLocation)> = Vec::new();
            for location in &places {
                let progress = runs::progress(tx, method, &location.location.path.to_string())?;
                due.extend(settings.due(progress, now).map(|kind| (progress.last_at, kind, location)));
            }
            // The one that waits longest goes first, so that none that takes long keeps others from their turn.
            if let Some((_, kind, location)) = due.into_iter().min_by_key(|(last_at, ..)| *last_at) {
                runs::forget(tx, method, now.plus_seconds(-REMEMBERED))?;
                let run_id = runs::request(tx, method, &location.location.path.to_string(), kind, runs::SCHEDULE, now)?;
                runs::start(tx, run_id, now)?;
                let run = runs::find(tx, run_id)?.ok_or_else(|| crate::unavailable("starting a run", &"it is gone"))?;
                return Ok(Some(Task { run, settings, location: location.clone() }));
            }
            Ok(None)
        })?;
        self.began = true;
        Ok(task)
    }

    /// Sees to it that what a run finds is written into room that is there, once something is to be found.
    fn prepare(&mut self) -> Result<(), StoreError> {
        let method = self.method;
        if self.connection.read(|tx| locations::of(tx, method))?.is_empty() { Ok(()) } else { self.connection.make_room() }
    }

    /// One run at one place, at one domain controller after the other until one was read to its end.
    fn run(&mut self, task: &Task) -> Result<(), StoreError> {
        let Task { run, settings, location } = task;
        let actor = self.method.component().definition().id;
        let broker = self.broker.clone();
        let mut reports = Reports::new(run, &self.surroundings, &mut self.connection);
        let Location { path, hosts, ca_pem, .. } = &location.location;
        let mut endpoint = broker.directory(&run.target, path.domain(), hosts, ca_pem.as_deref());
        let mut lost = LostControllers::default();
        let (outcome, cursor) = loop {
            let mut session = match broker.wait(broker.connect(self.method.operation(), &endpoint, actor, Asker::Component)) {
                Ok(session) => session,
                Err(Refused::Store(error)) => return Err(error),
                Err(refused) => break (reports.finish().err().unwrap_or_else(|| lost.refused(&refused)), None),
            };
            let root = session.connection().root().clone();
            reports.reads_as(session.account(), &root.host, &lost.words(&root.host))?;
            let invocation = root.invocation_id.map(|bytes| provost_sd::Guid::from_bytes(bytes).to_string());
            let since = match (run.kind, &invocation) {
                (RunKind::Delta, Some(invocation)) => reports.connection().read(|tx| cursors::find(tx, location.location_id, invocation))?.map(|c| c.usn),
                _ => None,
            };
            let looked = broker.wait(look::look(session.connection(), &location.location, settings, since, &mut reports));
            let read = reports.counts().read;
            if let Err(failure) = &looked
                && LostControllers::is_lost(failure)
                && reports.lose_controller().is_continue()
            {
                lost.add(&mut endpoint, session.connection(), read, failure);
                continue;
            }
            let usn = i64::try_from(root.highest_usn).unwrap_or(i64::MAX);
            let read_at = self.surroundings.clock.now();
            let cursor = invocation.map(|invocation_id| Cursor { invocation_id, domain_controller: root.host.clone(), usn, read_at });
            let (outcome, cursor) = match (looked, reports.finish()) {
                (_, Err(outcome)) => (outcome, None),
                (Err(failure), Ok(())) => (Outcome::failed(failure.outcome.id(), failure.to_string()), None),
                (Ok(Looked::NotThere), Ok(())) => {
                    (Outcome::failed("location-gone", "the container is not there, or the account may not see it".to_owned()), None)
                }
                (Ok(Looked::Read { blocked, remark }), Ok(())) => (Outcome { detail: remark, ..Outcome::of_read(blocked) }, cursor),
            };
            break (lost.then(&root.host, outcome), cursor);
        };
        let counts = reports.counts();
        let ended = self.surroundings.clock.now();
        let (method, run_id, location_id) = (self.method, run.run_id, location.location_id);
        self.connection.write(|tx| {
            // Who changed meanwhile what is read made the next run read everything: it was not read in this one.
            let as_before =
                |tx: &mut Tx<'_>| Ok::<_, StoreError>(methods::find(tx, method)?.reads_as(settings) && locations::of(tx, method)?.contains(location));
            if let Some(cursor) = &cursor
                && as_before(tx)?
            {
                cursors::put(tx, location_id, cursor)?;
            }
            runs::end(tx, run_id, ended, outcome.id, &outcome.detail, &outcome.blocked)
        })?;
        tracing::info!(component = actor, location = run.target, kind = run.kind.id(), read = counts.read, outcome = outcome.id, "a run ended");
        self.outcomes.tell(&self.surroundings, self.method.component(), &run.target, &outcome);
        lost.tell(&self.surroundings, self.method.component(), &run.target);
        Ok(())
    }
}

impl Component for DirectoryDiscoveryAgent {
    fn name(&self) -> ComponentName {
        self.method.component()
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let failed = |error: StoreError| Failure::new("discovering", error);
        let now = self.surroundings.clock.now();
        match self.next(now).map_err(failed)? {
            None => {
                self.surroundings.lately.forget(now);
                if let Err(error) = self.prepare() {
                    tracing::debug!(%error, "a run will have to make room itself");
                }
                Ok(Pass::Idle)
            }
            Some(task) => {
                // A run that breaks off is ended by the next pass.
                self.began = false;
                self.run(&task).map_err(failed)?;
                self.began = true;
                Ok(Pass::More)
            }
        }
    }
}
