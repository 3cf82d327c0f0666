//! What every component of the site is given.

use crate::directory_discovery::Lately;
use crate::intake::{Bounds, Intake};
use crate::status_writer::StatusWriter;
use provost_catalog::inboxes::Inbox;
use provost_runtime::{Bells, Clock};
use provost_store::inbox::Inboxes;

/// Clock, bells, inboxes and a way to raise status messages.
#[derive(Clone)]
pub struct Surroundings {
    /// The inbox folders.
    pub inboxes: Inboxes,
    /// Raises status messages.
    pub status: StatusWriter,
    /// The clock.
    pub clock: Clock,
    /// Everybody's bells.
    pub bells: Bells,
    /// Whom discovery found lately in directories.
    pub(crate) lately: Lately,
}

impl Surroundings {
    /// On the machine called `system`.
    #[must_use]
    pub fn new(inboxes: Inboxes, system: &str, clock: Clock, bells: Bells) -> Self {
        let status = StatusWriter::new(inboxes.clone(), system, clock.clone(), bells.clone());
        Self { inboxes, status, clock, bells, lately: Lately::default() }
    }

    /// An intake from `inbox`.
    #[must_use]
    pub fn intake(&self, inbox: &'static Inbox, bounds: Bounds) -> Intake {
        Intake::new(inbox, self.inboxes.clone(), bounds, self.status.clone(), self.clock.clone())
    }
}
