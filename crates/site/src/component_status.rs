//! Site component manager: what each component is doing, as rows and as status messages.
//!
//! The supervisor tells of changes from the components' own threads; they are only noted there. This component writes
//! them: the newest state of each component in one transaction, and a status message for each change. While the database
//! cannot be reached, the newest states wait; the status messages are on disk already, and whoever else is told in this
//! process knows the states.

use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::status::Severity;
use provost_runtime::supervisor::{Event, Listener};
use provost_runtime::{Component, Failure, Pass};
use provost_store::status::{ComponentState, put_component_states};
use provost_store::{Connection, StoreError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often the numbers of passes are written when nothing else changes.
const INTERVAL: Duration = Duration::from_secs(300);
/// Longest reason in a row, in characters.
const REASON_CHARACTERS_MAX: usize = 1000;

/// What is known of components but not written yet.
#[derive(Default)]
struct Known {
    states: BTreeMap<ComponentName, Doing>,
    unsaid: Vec<(ComponentName, Raised)>,
}

struct Doing {
    state: &'static str,
    since: Timestamp,
    reason: String,
    passes: Arc<AtomicI64>,
}

impl Doing {
    fn told(&self, name: ComponentName) -> ComponentState {
        ComponentState {
            component: name.definition().id.to_owned(),
            state: self.state,
            since: self.since,
            reason: self.reason.clone(),
            passes: self.passes.load(Ordering::Relaxed),
        }
    }
}

/// Is told the newest state of a component at once, whatever becomes of the database. Must not block.
pub type Told = Arc<dyn Fn(&ComponentState) + Send + Sync>;

/// Notes what the supervisor tells, and hands it to [`SiteComponentManager`].
#[derive(Clone)]
pub struct ComponentStatus {
    known: Arc<Mutex<Known>>,
    surroundings: Surroundings,
    told: Told,
}

impl ComponentStatus {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(surroundings: Surroundings, told: Told) -> Self {
        Self { known: Arc::default(), surroundings, told }
    }

    /// The listener for the supervisor, and for whoever runs a component in another way. It takes a short lock and
    /// rings a bell.
    #[must_use]
    pub fn listener(&self) -> Listener {
        let status = self.clone();
        Arc::new(move |name, event| status.note(name, event))
    }

    /// The component, counting its passes.
    #[must_use]
    pub fn counting(&self, component: Box<dyn Component>) -> Box<dyn Component> {
        let passes = self.doing(component.name(), |doing| doing.passes.clone());
        Box::new(Counting { component, passes })
    }

    /// Notes one event.
    pub fn note(&self, name: ComponentName, event: &Event) {
        let (state, reason, raised) = match event {
            Event::Started => ("running", "", Raised::new(code::COMPONENT_STARTED, Severity::Information, [title(name)])),
            Event::Failing { reason } => ("failing", reason.as_str(), Raised::new(code::COMPONENT_FAILING, Severity::Error, [title(name), reason.clone()])),
            Event::Panicked { message } => {
                let told = Raised::new(code::COMPONENT_FAILING, Severity::Error, [title(name), format!("a bug: {message}")]);
                ("failing", message.as_str(), told)
            }
            Event::Recovered => ("running", "", Raised::new(code::COMPONENT_RECOVERED, Severity::Information, [title(name)])),
            Event::Stopped => ("stopped", "", Raised::new(code::COMPONENT_STOPPED, Severity::Information, [title(name)])),
        };
        let since = self.surroundings.clock.now();
        let reason: String = reason.chars().filter(|c| *c != '\0').take(REASON_CHARACTERS_MAX).collect();
        let newest = self.doing(name, |doing| {
            // Failing for another reason is failing still.
            if doing.state != state {
                doing.since = since;
            }
            doing.state = state;
            doing.reason = reason;
            doing.told(name)
        });
        (self.told)(&newest);
        self.lock().unsaid.push((name, raised));
        self.surroundings.bells.ring(ComponentName::SiteComponentManager);
    }

    fn doing<T>(&self, name: ComponentName, f: impl FnOnce(&mut Doing) -> T) -> T {
        let now = self.surroundings.clock.now();
        let mut known = self.lock();
        f(known.states.entry(name).or_insert_with(|| Doing { state: "stopped", since: now, reason: String::new(), passes: Arc::default() }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Raises the status messages that are due and writes the newest states.
    ///
    /// # Errors
    /// When the database cannot be used; the states wait.
    pub fn write(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let (unsaid, states) = {
            let mut known = self.lock();
            let states: Vec<ComponentState> = known.states.iter().map(|(name, doing)| doing.told(*name)).collect();
            (std::mem::take(&mut known.unsaid), states)
        };
        let mut by_component: BTreeMap<ComponentName, Vec<Raised>> = BTreeMap::new();
        for (name, raised) in unsaid {
            by_component.entry(name).or_default().push(raised);
        }
        for (name, raised) in by_component {
            self.surroundings.status.raise(name, raised);
        }
        if states.is_empty() {
            return Ok(());
        }
        connection.write(|tx| put_component_states(tx, &states))?;
        self.surroundings.bells.ring(ComponentName::AlertNotificationManager);
        Ok(())
    }
}

fn title(name: ComponentName) -> String {
    name.definition().title.to_owned()
}

struct Counting {
    component: Box<dyn Component>,
    passes: Arc<AtomicI64>,
}

impl Component for Counting {
    fn name(&self) -> ComponentName {
        self.component.name()
    }

    fn interval(&self) -> Duration {
        self.component.interval()
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        self.passes.fetch_add(1, Ordering::Relaxed);
        self.component.pass()
    }
}

/// The component that writes what is noted.
pub struct SiteComponentManager {
    status: ComponentStatus,
    connection: Connection,
}

impl SiteComponentManager {
    /// With its own connection.
    #[must_use]
    pub const fn new(status: ComponentStatus, connection: Connection) -> Self {
        Self { status, connection }
    }
}

impl Component for SiteComponentManager {
    fn name(&self) -> ComponentName {
        ComponentName::SiteComponentManager
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        self.status.write(&mut self.connection).map_err(|e| Failure::new("writing what components are doing", e))?;
        Ok(Pass::Idle)
    }
}
