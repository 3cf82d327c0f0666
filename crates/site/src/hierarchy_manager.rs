//! Hierarchy manager: keeps what the site publishes in directories equal to the truth (configmgr.md §5), and extends the schema
//! of forests when somebody asks for it.
//!
//! It looks when a bell rings that says that the truth or a switch changed, and once an hour. What is switched off is taken away
//! under the same account; until that is done, nothing is forgotten. A failure is told with the right that is missing, and tried
//! again less and less often; a password that was refused is not tried again (the broker's lock-out budget). Before the site is
//! uninstalled it looks whether what it published can go.

mod look;
mod publish;
mod schema;

use crate::surroundings::Surroundings;
use provost_broker::Broker;
use provost_catalog::components::ComponentName;
use provost_domain::publishing::Truth;
use provost_domain::publishing::schedule::digest;
use provost_domain::{Digest, SiteCode, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_store::forests::{self, Forest};
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::publishing::{self, ForestPublishing};
use provost_store::withdrawal::{self, Look};
use provost_store::{Connection, StoreError, boundaries, servers};
use std::time::Duration;

/// What of the truth the database does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfThisServer {
    /// The site.
    pub site: SiteCode,
    /// The site server's DNS domain; empty without one.
    pub domain: String,
    /// Version of what runs.
    pub version: String,
    /// The management points by their full names; the first is the default one.
    pub management_points: Vec<String>,
}

/// The component.
pub struct HierarchyManager {
    surroundings: Surroundings,
    connection: Connection,
    broker: Broker,
    ledger: Ledger,
    own: OfThisServer,
}

/// What there is to look at.
struct Known {
    allowed: bool,
    truth: Truth,
    digest: Digest,
    forests: Vec<(Forest, ForestPublishing)>,
    /// Looks that were asked for and not done.
    looks: Vec<Look>,
}

impl HierarchyManager {
    /// With its own connection, the broker to reach directories, and the ledger.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, broker: Broker, ledger: Ledger, own: OfThisServer) -> Self {
        Self { surroundings: surroundings.clone(), connection, broker, ledger, own }
    }

    fn known(&mut self) -> Result<Known, StoreError> {
        let own = &self.own;
        self.connection.read(|tx| {
            let domain = own.domain.to_lowercase();
            let trusts = servers::trusts(tx)?;
            let forest = trusts.into_iter().find(|known| known.domain == domain).map_or(domain, |known| known.forest);
            let truth = Truth {
                site: own.site,
                forest,
                version: own.version.clone(),
                management_points: own.management_points.clone(),
                boundaries: boundaries::list(tx)?.into_iter().map(|stored| stored.boundary).collect(),
            };
            let mut known = Vec::new();
            for publishing in publishing::list(tx)? {
                known.extend(forests::find(tx, &publishing.forest)?.map(|forest| (forest, publishing)));
            }
            let mut looks = withdrawal::list(tx)?;
            looks.retain(|look| look.seen.is_none());
            Ok(Known { allowed: publishing::is_allowed(tx)?, digest: digest(&truth), truth, forests: known, looks })
        })
    }

    fn now(&self) -> Timestamp {
        self.surroundings.clock.now()
    }

    /// Enters what was done in a directory.
    fn enter(&mut self, act: &str, object: &str, detail: &serde_json::Value) -> Result<(), StoreError> {
        let (at, actor) = (self.now(), ComponentName::HierarchyManager.definition().id);
        let Self { connection, ledger, .. } = self;
        let entry = connection.write(|tx| ledger.append(tx, &NewEntry { at, actor, origin: "site", act, object, detail }))?;
        if let Err(error) = self.ledger.committed(&entry) {
            tracing::error!(component = actor, %error, "how far the ledger goes could not be recorded");
        }
        Ok(())
    }
}

impl Component for HierarchyManager {
    fn name(&self) -> ComponentName {
        ComponentName::HierarchyManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let failed = |error: StoreError| Failure::new("publishing", error);
        let known = self.known().map_err(failed)?;
        let changed = known.digest.to_string();
        for (forest, publishing) in &known.forests {
            if publishing.is_schema_asked() {
                self.extend_schema(forest).map_err(failed)?;
                return Ok(Pass::More);
            }
        }
        for look in &known.looks {
            let found = known.forests.iter().find(|(forest, _)| forest.forest == look.forest);
            self.look(look, found, &known.truth).map_err(failed)?;
        }
        if !known.looks.is_empty() {
            return Ok(Pass::More);
        }
        for (forest, publishing) in &known.forests {
            let progress = publishing.progress(known.allowed);
            if progress.is_due(publishing.result.digest != changed, self.now()) {
                self.publish(forest, publishing, progress.wanted, &known.truth, &changed).map_err(failed)?;
            }
        }
        Ok(Pass::Idle)
    }
}
