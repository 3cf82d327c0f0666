//! Making what is published in one forest equal to the truth, or taking it away.

use super::HierarchyManager;
use crate::status_writer::Raised;
use provost_broker::directory::{NotPublished, Session, container};
use provost_broker::{Asker, Refused};
use provost_catalog::accounts::Use;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_domain::publishing::schedule::wait;
use provost_domain::publishing::{self as rules, Change, Truth, changes, desired};
use provost_domain::status::Severity;
use provost_store::StoreError;
use provost_store::forests::Forest;
use provost_store::publishing::{self, ForestPublishing, Published};
use serde_json::json;

/// Rights that one message names.
const RIGHTS_TOLD: usize = 5;

/// What was done in a directory.
#[derive(Default)]
struct Done {
    added: i64,
    changed: i64,
    removed: i64,
    /// Objects of the site that are there now.
    objects: i64,
    /// What could not be done.
    missing: Vec<NotPublished>,
}

impl Done {
    const fn changes(&self) -> i64 {
        self.added + self.changed + self.removed
    }
}

impl HierarchyManager {
    /// Publishes to one forest, or withdraws what is published there; keeps and tells what became of it.
    pub(super) fn publish(&mut self, forest: &Forest, before: &ForestPublishing, wanted: bool, truth: &Truth, digest: &str) -> Result<(), StoreError> {
        let component = ComponentName::HierarchyManager;
        let id = component.definition().id;
        let broker = self.broker.clone();
        let mut result = Published { tried_at: Some(self.now()), account: String::new(), domain_controller: String::new(), ..before.result.clone() };
        let mut standing = before.standing;
        let endpoint = broker.directory(&forest.forest, &forest.forest, &forest.hosts, forest.ca_pem.as_deref());
        let mut done = Done { objects: before.result.objects, ..Done::default() };
        let connected = broker.wait(broker.connect(Use::PublishToForest, &endpoint, id, Asker::Component));
        let failure = match connected {
            Err(Refused::Store(error)) => return Err(error),
            Err(refused) => Some((refused.outcome().id(), refused.to_string())),
            Ok(mut session) => {
                session.account().clone_into(&mut result.account);
                let root = session.connection().root().clone();
                result.domain_controller = root.host;
                result.container = container(&root.domain_dn);
                if wanted && !standing {
                    self.connection.write(|tx| publishing::begin(tx, &forest.forest))?;
                    standing = true;
                }
                let objects = if wanted { desired(truth) } else { Vec::new() };
                let ended = broker.wait(equal(session.connection(), &result.container, truth, &objects, &mut done));
                match ended {
                    Ok(()) if done.missing.is_empty() => None,
                    Ok(()) => Some(("lacks-right", told(&done.missing.iter().map(ToString::to_string).collect::<Vec<_>>()))),
                    Err(failure) => Some((outcome(&failure), failure.to_string())),
                }
            }
        };
        let now = self.now();
        result.objects = done.objects;
        if let Some((outcome, detail)) = failure {
            result.failures = before.result.failures.saturating_add(1);
            result.retry_at = Some(now.plus_seconds(wait(u32::try_from(result.failures).unwrap_or(u32::MAX))));
            outcome.clone_into(&mut result.outcome);
            result.detail = detail;
        } else {
            standing = wanted;
            let outcome = if wanted { publishing::PUBLISHED } else { publishing::WITHDRAWN };
            let (digest, outcome) = (digest.to_owned(), outcome.to_owned());
            result = Published { succeeded_at: Some(now), retry_at: None, failures: 0, digest, outcome, detail: String::new(), ..result };
        }
        if done.changes() > 0 {
            let detail = json!({
                "as": result.account, "domain_controller": result.domain_controller, "container": result.container, "outcome": result.outcome,
                "added": done.added, "changed": done.changed, "removed": done.removed,
            });
            self.enter(if wanted { "forest.published" } else { "forest.withdrawn" }, &forest.forest, &detail)?;
        }
        let kept = self.connection.write(|tx| publishing::tell(tx, &forest.forest, before.changed_at, standing, &result))?;
        tracing::info!(component = id, forest = forest.forest, outcome = result.outcome, changes = done.changes(), kept, "published");
        self.tell(forest, before, &result, &done);
        Ok(())
    }

    /// Tells of what somebody should know, once.
    fn tell(&self, forest: &Forest, before: &ForestPublishing, result: &Published, done: &Done) {
        let (number, severity, words) = match result.outcome.as_str() {
            publishing::PUBLISHED | publishing::WITHDRAWN if done.changes() == 0 => return,
            publishing::PUBLISHED | publishing::WITHDRAWN => {
                let words =
                    format!("{}: {} objects added, {} changed, {} removed as {}", result.outcome, done.added, done.changed, done.removed, result.account);
                (code::PUBLISHED, Severity::Information, words)
            }
            _ if before.result.outcome == result.outcome && before.result.detail == result.detail => return,
            "lacks-right" => (code::PUBLISHING_LACKS_RIGHT, Severity::Error, result.detail.clone()),
            _ => (code::PUBLISHING_FAILED, Severity::Error, result.detail.clone()),
        };
        let raised = Raised::new(number, severity, [forest.forest.clone(), words]);
        self.surroundings.status.raise(ComponentName::HierarchyManager, vec![raised]);
    }
}

/// Makes what is below the container equal to what ought to be. Where a right is missing it goes on with the rest.
async fn equal(session: &mut Session, container: &str, truth: &Truth, objects: &[rules::Published], done: &mut Done) -> Result<(), NotPublished> {
    let seen = session.published(container).await?;
    done.objects = i64::try_from(seen.iter().filter(|object| rules::is_of(truth.site, object)).count()).unwrap_or(i64::MAX);
    for change in changes(truth.site, objects, &seen) {
        match session.publish(container, &change).await {
            Ok(()) => match change {
                Change::Add(_) => (done.added, done.objects) = (done.added + 1, done.objects + 1),
                Change::Set { .. } => done.changed += 1,
                Change::Remove { .. } => (done.removed, done.objects) = (done.removed + 1, done.objects - 1),
            },
            Err(missing @ NotPublished::LacksRight { .. }) => {
                if !done.missing.contains(&missing) {
                    done.missing.push(missing);
                }
            }
            Err(other) => return Err(other),
        }
    }
    // What was taken away is only gone when the server that was written to says so.
    if objects.is_empty() && done.missing.is_empty() {
        let left = session.published(container).await?;
        done.objects = i64::try_from(left.iter().filter(|object| rules::is_of(truth.site, object)).count()).unwrap_or(i64::MAX);
        // Without a right to see what is there, an empty answer says nothing.
        session.removals(container, &[]).await?;
        if done.objects > 0 {
            let words = format!("{} objects of the site are still in {container} after they were removed", done.objects);
            return Err(Failure::new(Outcome::Broken, "publish", words).into());
        }
    }
    Ok(())
}

/// What is missing, in one line.
pub(super) fn told(missing: &[String]) -> String {
    let mut words: Vec<String> = missing.iter().take(RIGHTS_TOLD).cloned().collect();
    if missing.len() > RIGHTS_TOLD {
        words.push(format!("and {} more", missing.len() - RIGHTS_TOLD));
    }
    words.join("; ")
}

pub(super) fn outcome(failure: &NotPublished) -> &'static str {
    match failure {
        NotPublished::NoContainer { .. } => "no-container",
        NotPublished::NoSchema => "no-schema",
        NotPublished::LacksRight { .. } => "lacks-right",
        NotPublished::Failed(failure) => failure.outcome.id(),
    }
}
