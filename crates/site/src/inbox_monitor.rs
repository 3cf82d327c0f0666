//! Inbox monitor: notices files that drop into inboxes and wakes the owner.
//!
//! Whoever deposits within this process rings the bell itself; this is for files that come from elsewhere. It asks the
//! system to be told and sleeps. Where the system cannot tell, owners look by themselves at their interval.

use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_runtime::{Bells, Component, Failure, Pass};
use provost_store::inbox::{Inboxes, Watch};
use std::time::Duration;

/// How often a watch that could not be set up is tried again.
const INTERVAL: Duration = Duration::from_secs(600);

/// The component.
pub struct InboxMonitor {
    inboxes: Inboxes,
    bells: Bells,
    watch: Option<Watch>,
}

impl InboxMonitor {
    /// Watches nothing yet.
    #[must_use]
    pub fn new(surroundings: &Surroundings) -> Self {
        Self { inboxes: surroundings.inboxes.clone(), bells: surroundings.bells.clone(), watch: None }
    }
}

impl Component for InboxMonitor {
    fn name(&self) -> ComponentName {
        ComponentName::InboxMonitor
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        if self.watch.is_none() {
            let bells = self.bells.clone();
            let watch = self.inboxes.watch(move |inbox| bells.ring(inbox.owner));
            self.watch = Some(watch.map_err(|e| Failure::new("watching the inbox folders", e))?);
        }
        Ok(Pass::Idle)
    }
}
