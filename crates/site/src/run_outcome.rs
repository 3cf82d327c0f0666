//! What became of a discovery run, of whichever method, and that people are told of it once.

use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::status::Severity;
use provost_store::discovery::Blocked;
use std::collections::HashMap;

/// What became of a run.
pub(crate) struct Outcome {
    /// Its id.
    pub id: &'static str,
    /// What else is known of it.
    pub detail: String,
    /// What could not be read.
    pub blocked: Vec<Blocked>,
}

impl Outcome {
    pub(crate) fn of_read(blocked: Vec<Blocked>) -> Self {
        Self { id: if blocked.is_empty() { "succeeded" } else { "blocked" }, detail: String::new(), blocked }
    }

    pub(crate) const fn failed(id: &'static str, detail: String) -> Self {
        Self { id, detail, blocked: Vec::new() }
    }

    /// Whether the run read to its end whatever it may read.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.id, "succeeded" | "blocked")
    }

    /// The rule that explains it, where somebody should look.
    pub(crate) fn rule(&self) -> Option<(u16, Severity)> {
        match self.id {
            "succeeded" | "interrupted" => None,
            "blocked" => Some((code::DISCOVERY_BLOCKED, Severity::Warning)),
            "location-gone" => Some((code::DISCOVERY_LOCATION_GONE, Severity::Warning)),
            _ => Some((code::DISCOVERY_FAILED, Severity::Error)),
        }
    }

    /// In one line, for a status message.
    pub(crate) fn words(&self) -> String {
        let paths: Vec<String> = self.blocked.iter().take(5).map(|blocked| format!("{}: {}", blocked.path, blocked.missing)).collect();
        [self.detail.clone(), paths.join("; ")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

/// The last outcome at each place, so that a trouble is told once and not at every run.
#[derive(Default)]
pub(crate) struct Outcomes(HashMap<String, &'static str>);

impl Outcomes {
    /// Keeps how a run at `target` ended, and tells of it when that is another end than before and somebody should look.
    pub(crate) fn tell(&mut self, surroundings: &Surroundings, component: ComponentName, target: &str, outcome: &Outcome) {
        if self.is_news(target, outcome)
            && let Some((number, severity)) = outcome.rule()
        {
            let raised = Raised::new(number, severity, [target.to_owned(), outcome.words()]);
            surroundings.status.raise(component, vec![raised]);
        }
    }

    fn is_news(&mut self, target: &str, outcome: &Outcome) -> bool {
        self.0.insert(target.to_owned(), outcome.id) != Some(outcome.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_places_in_turn_are_each_told_of_once() {
        let mut outcomes = Outcomes::default();
        let failed = Outcome::failed("unreachable", String::new());
        let news: Vec<bool> = ["corp", "fabrikam", "corp", "fabrikam"].map(|place| outcomes.is_news(place, &failed)).to_vec();
        assert_eq!(news, [true, true, false, false]);
        assert!(outcomes.is_news("corp", &Outcome::of_read(Vec::new())) && outcomes.is_news("corp", &failed), "again after it was well");
    }
}
