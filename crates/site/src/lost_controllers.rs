//! Domain controllers that a run lost while it read them. It goes on at the next: each is asked once in a run, the nearest first.

use crate::run_outcome::Outcome;
use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_broker::directory::Session;
use provost_broker::{DirectoryEndpoint, Refused};
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::status::Severity;
use provost_domain::{Failure, outcome};

/// Those of one run.
#[derive(Default)]
pub(crate) struct LostControllers {
    /// What became of each, in words.
    each: Vec<String>,
    /// How the last failed.
    last: Option<outcome::Outcome>,
    /// The one at which everything was read.
    took_over: Option<String>,
}

impl LostControllers {
    /// Whether a failure to read loses the domain controller: it is gone, or does not keep to its protocol. Whatever is about
    /// the account, or against our own rules, another would say as well.
    pub(crate) const fn is_lost(failure: &Failure) -> bool {
        matches!(failure.outcome, outcome::Outcome::Unreachable | outcome::Outcome::Broken)
    }

    /// A domain controller is lost after it gave so many objects: `endpoint` passes over it from now on, and over those that
    /// could not be used before it.
    pub(crate) fn add(&mut self, endpoint: &mut DirectoryEndpoint, session: &Session, objects: i64, failure: &Failure) {
        for (controller, failure) in session.not_usable() {
            endpoint.pass_over(controller);
            self.each.push(format!("{controller} could not be used: {failure}"));
        }
        endpoint.pass_over(session.controller());
        let objects = if objects == 1 { "1 object".to_owned() } else { format!("{objects} objects") };
        self.each.push(format!("{} was lost after {objects}: {failure}", session.controller()));
        self.last = Some(failure.outcome);
        tracing::warn!(controller = session.controller(), %failure, "a domain controller was lost while it was read");
    }

    /// What to say of a run that goes on at `controller`; nothing when none was lost.
    pub(crate) fn words(&self, controller: &str) -> String {
        if self.each.is_empty() { String::new() } else { format!("{}; the run went on at {controller}", self.each.join("; ")) }
    }

    /// The end of a run that came to an end at `controller`, with what it lost before.
    pub(crate) fn then(&mut self, controller: &str, outcome: Outcome) -> Outcome {
        self.took_over = outcome.is_read().then(|| controller.to_owned());
        let detail = [self.words(controller), outcome.detail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        Outcome { detail, ..outcome }
    }

    /// Tells people of a run at `target` that lost some and read everything all the same: it needs no look itself, whatever was
    /// lost does. What became of a run that failed is told with its own failure.
    pub(crate) fn tell(&self, surroundings: &Surroundings, component: ComponentName, target: &str) {
        if let Some(words) = self.made_up_for() {
            let look = "look whether what was lost runs, and whether this site reaches it".to_owned();
            surroundings.status.raise(component, vec![Raised::new(code::DISCOVERY_MOVED, Severity::Warning, [target.to_owned(), words, look])]);
        }
    }

    /// What was lost and who took over, when everything was read all the same.
    fn made_up_for(&self) -> Option<String> {
        self.took_over.as_deref().map(|controller| self.words(controller)).filter(|words| !words.is_empty())
    }

    /// The end of a run that nobody could be signed in for. What is said about the account is said for all of them; else it is
    /// the last domain controller's failure that ended it.
    pub(crate) fn refused(&self, refused: &Refused) -> Outcome {
        let id = match self.last {
            Some(last) if !refused.outcome().is_about_the_account() => last.id(),
            _ => refused.outcome().id(),
        };
        let each: Vec<String> = self.each.iter().cloned().chain([refused.to_string()]).collect();
        Outcome::failed(id, each.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_that_lost_a_controller_and_read_everything_at_another_is_told_of() {
        let lost = |each: &[&str]| LostControllers { each: each.iter().map(ToString::to_string).collect(), ..LostControllers::default() };
        let told = |mut lost: LostControllers, outcome| {
            lost.then("dc2", outcome);
            lost.made_up_for()
        };
        let read = || Outcome::of_read(Vec::new());
        assert_eq!(told(lost(&["dc1 was lost"]), read()).as_deref(), Some("dc1 was lost; the run went on at dc2"));
        assert_eq!(told(lost(&[]), read()), None);
        for failed in ["location-gone", "interrupted", "not-deposited", "refused-by-rule"] {
            assert_eq!(told(lost(&["dc1 was lost"]), Outcome::failed(failed, String::new())), None, "{failed}");
        }
    }
}
