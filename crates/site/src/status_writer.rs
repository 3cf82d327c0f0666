//! How the site's own components raise status messages: as everybody else, through the status inbox.

use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_domain::status::{INSERTIONS_MAX, Severity};
use provost_runtime::{Bells, Clock, random};
use provost_store::inbox::Inboxes;
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::{Envelope, Kind};
use std::sync::Arc;

/// Most status messages that one pass of a component raises; the rest is told in one.
const RAISED_MAX: usize = 50;
/// Longest insertion string, in bytes; a longer one is cut.
const INSERTION_BYTES_MAX: usize = 1024;

/// What a component has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Number of the rule.
    pub number: u16,
    /// How bad.
    pub severity: Severity,
    /// Insertion strings.
    pub insertions: Vec<String>,
}

impl Raised {
    /// With insertion strings.
    #[must_use]
    pub fn new<const N: usize>(number: u16, severity: Severity, insertions: [String; N]) -> Self {
        Self { number, severity, insertions: insertions.into() }
    }
}

/// Raises status messages of the site's components.
#[derive(Clone)]
pub struct StatusWriter {
    inboxes: Inboxes,
    system: Arc<str>,
    clock: Clock,
    bells: Bells,
}

impl StatusWriter {
    /// A writer on the machine called `system`.
    #[must_use]
    pub fn new(inboxes: Inboxes, system: &str, clock: Clock, bells: Bells) -> Self {
        Self { inboxes, system: system.into(), clock, bells }
    }

    /// Name of the machine.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    /// Raises what a component has to say. It is on disk when this returns; when that fails it is logged and lost, since
    /// there is nowhere else to say it.
    pub fn raise(&self, component: ComponentName, mut raised: Vec<Raised>) {
        if raised.is_empty() {
            return;
        }
        if raised.len() > RAISED_MAX {
            let more = raised.len() - RAISED_MAX;
            raised.truncate(RAISED_MAX);
            if let Some(last) = raised.last_mut() {
                last.insertions.push(format!("and {more} more"));
            }
        }
        let at = self.clock.now();
        let messages = raised.into_iter().map(|Raised { number, severity, insertions }| {
            let insertions = insertions.into_iter().take(INSERTIONS_MAX).map(shortened).collect();
            Status { number: i32::from(number), severity, component: component.definition().id.to_owned(), at, insertions }
        });
        let report = StatusReport { messages: messages.collect() };
        let envelope = Envelope { id: random::message_id(at), kind: Kind::Status, client: None, received_at: at, management_point: self.system.to_string() };
        let body = serde_json::to_vec(&report).unwrap_or_default();
        match self.inboxes.deposit_blocking(&inboxes::STATUS, &envelope.to_bytes(), &body) {
            Ok(()) => self.bells.ring(ComponentName::StatusManager),
            Err(error) => tracing::error!(component = component.definition().id, %error, "status messages could not be raised"),
        }
    }
}

/// Cut at a character, without U+0000, which PostgreSQL cannot keep.
fn shortened(text: String) -> String {
    let mut text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    if text.len() > INSERTION_BYTES_MAX {
        let end = (0..=INSERTION_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn texts_are_cut_at_a_character() {
        assert_eq!(shortened("ä".repeat(2000)).len(), 1024);
        assert_eq!(shortened(format!("a{}", "ä".repeat(2000))).len(), 1023);
        assert_eq!(shortened("a\0b".to_owned()), "a\u{fffd}b");
    }
}
