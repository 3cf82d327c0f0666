//! Extending a forest's schema, when a person asked for it: once, and never undone.

use super::HierarchyManager;
use crate::status_writer::Raised;
use provost_broker::directory::Session;
use provost_broker::{Asker, Refused};
use provost_catalog::accounts::Use;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::status::Severity;
use provost_store::StoreError;
use provost_store::forests::Forest;
use provost_store::publishing::{self, EXTENDED};
use serde_json::json;

impl HierarchyManager {
    /// Extends the schema of a forest as the account that publishes there, at the domain controller that may change it. What was
    /// there already refuses it before anything is written.
    pub(super) fn extend_schema(&mut self, forest: &Forest) -> Result<(), StoreError> {
        let (mut account, mut host) = (String::new(), String::new());
        let (outcome, detail) = match self.at_the_master(forest, &mut account, &mut host) {
            Err(Refused::Store(error)) => return Err(error),
            Err(refused) => (refused.outcome().id(), refused.to_string()),
            Ok(mut session) => match self.broker.wait(session.connection().extend_schema()) {
                Ok(()) => (EXTENDED, String::new()),
                Err(failure) => (failure.outcome.id(), failure.to_string()),
            },
        };
        self.enter("forest.schema-extended", &forest.forest, &json!({ "as": account, "domain_controller": host, "outcome": outcome, "detail": detail }))?;
        let now = self.now();
        self.connection.write(|tx| publishing::tell_schema(tx, &forest.forest, now, outcome, &detail))?;
        let component = ComponentName::HierarchyManager;
        tracing::info!(component = component.definition().id, forest = forest.forest, outcome, "a schema was to be extended");
        let (number, severity) =
            if outcome == EXTENDED { (code::SCHEMA_EXTENDED, Severity::Information) } else { (code::SCHEMA_NOT_EXTENDED, Severity::Error) };
        self.surroundings.status.raise(component, vec![Raised::new(number, severity, [forest.forest.clone(), detail])]);
        Ok(())
    }

    /// A session with the domain controller that may change the schema, where it tells which that is.
    fn at_the_master(&self, forest: &Forest, account: &mut String, host: &mut String) -> Result<provost_broker::Session<Session>, Refused> {
        let (broker, id) = (&self.broker, ComponentName::HierarchyManager.definition().id);
        let open = |hosts: &[String]| {
            let endpoint = broker.directory(&forest.forest, &forest.forest, hosts, forest.ca_pem.as_deref());
            broker.wait(broker.connect(Use::PublishToForest, &endpoint, id, Asker::Person))
        };
        let mut session = open(&forest.hosts)?;
        // Who does not tell refuses the first change.
        if let Ok(Some(master)) = broker.wait(session.connection().schema_master())
            && !session.connection().root().host.eq_ignore_ascii_case(&master)
        {
            session = open(&[master])?;
        }
        session.account().clone_into(account);
        session.connection().root().host.clone_into(host);
        Ok(session)
    }
}
