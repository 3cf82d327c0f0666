//! Looking at what is published in a forest before it is taken away for good: under the account that would take it away, at the
//! server that would be written to, and with nothing changed.

use super::HierarchyManager;
use super::publish::{outcome, told};
use provost_broker::directory::{NotPublished, Removal, Session, container};
use provost_broker::{Asker, Refused};
use provost_catalog::accounts::Use;
use provost_catalog::components::ComponentName;
use provost_domain::publishing::{Truth, desired, is_of};
use provost_store::StoreError;
use provost_store::forests::Forest;
use provost_store::publishing::ForestPublishing;
use provost_store::withdrawal::{self, Look, Object, REMOVABLE, Seen};

/// What stands in the way of nothing.
const NOT_SEEN: &str = "it was not seen";

impl HierarchyManager {
    /// Looks, and keeps what was seen.
    pub(super) fn look(&mut self, look: &Look, found: Option<&(Forest, ForestPublishing)>, truth: &Truth) -> Result<(), StoreError> {
        let mut seen = match found {
            Some((forest, publishing)) => self.seen(forest, publishing, truth)?,
            None => Seen { outcome: REMOVABLE.to_owned(), ..Seen::default() },
        };
        seen.done_at = self.now();
        self.connection.write(|tx| withdrawal::tell(tx, look, &seen))?;
        tracing::info!(
            component = ComponentName::HierarchyManager.definition().id,
            forest = look.forest,
            outcome = seen.outcome,
            objects = seen.objects.len(),
            "looked whether what is published can go"
        );
        Ok(())
    }

    fn seen(&self, forest: &Forest, publishing: &ForestPublishing, truth: &Truth) -> Result<Seen, StoreError> {
        if !publishing.standing {
            return Ok(Seen { outcome: REMOVABLE.to_owned(), ..Seen::default() });
        }
        let mut seen = Seen::default();
        let endpoint = self.broker.directory(&forest.forest, &forest.forest, &forest.hosts, forest.ca_pem.as_deref());
        let id = ComponentName::HierarchyManager.definition().id;
        let connected = self.broker.wait(self.broker.connect(Use::PublishToForest, &endpoint, id, Asker::Person));
        let looked = match connected {
            Err(Refused::Store(error)) => return Err(error),
            Err(refused) => Err((refused.outcome().id(), refused.to_string())),
            Ok(mut session) => {
                session.account().clone_into(&mut seen.account);
                let root = session.connection().root().clone();
                seen.domain_controller = root.host;
                seen.container = container(&root.domain_dn);
                self.broker.wait(removals(session.connection(), &seen.container, truth)).map_err(|failure| (outcome(&failure), failure.to_string()))
            }
        };
        match looked {
            Ok(removals) => {
                let missing: Vec<String> = removals.iter().filter_map(|removal| removal.missing.clone()).collect();
                (seen.outcome, seen.detail) =
                    if missing.is_empty() { (REMOVABLE.to_owned(), String::new()) } else { ("lacks-right".to_owned(), told(&missing)) };
                seen.objects = removals.into_iter().map(|removal| Object { dn: removal.dn, missing: removal.missing.unwrap_or_default() }).collect();
            }
            Err((outcome, detail)) => {
                outcome.clone_into(&mut seen.outcome);
                seen.detail = detail;
                // What is there was not read. What was written there last is known all the same.
                if seen.container.is_empty() {
                    seen.container.clone_from(&publishing.result.container);
                }
                if !seen.container.is_empty() && publishing.result.objects > 0 {
                    let names = desired(truth).into_iter().map(|object| Removal::named(&seen.container, &object.name));
                    seen.objects = names.map(|dn| Object { dn, missing: NOT_SEEN.to_owned() }).collect();
                }
            }
        }
        Ok(seen)
    }
}

/// The site's objects, and what is missing to remove each.
async fn removals(session: &mut Session, container: &str, truth: &Truth) -> Result<Vec<Removal>, NotPublished> {
    let mut own = session.published(container).await?;
    own.retain(|object| is_of(truth.site, object));
    session.removals(container, &own).await
}
