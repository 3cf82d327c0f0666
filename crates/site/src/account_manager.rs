//! Account manager: carries out the checks of accounts and keeps the vault.
//!
//! A binding is checked when it was made or changed, when somebody asks, and once a day. What fails and is not waived
//! blocks it; what cannot be seen does not, and is shown as *not proved*. Versions of passwords that were retired are destroyed
//! here, and the site key is changed here: nobody who answers people can do either.

use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_broker::{Asker, Broker};
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::accounts::verification::{Finding, Standing, Verdict};
use provost_domain::status::Severity;
use provost_runtime::{Clock, Component, Failure, Pass};
use provost_store::accounts::tasks::{self, AccountTask, Task};
use provost_store::accounts::{Binding, bindings, checks};
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::vault::{Keeper, SecretId, VaultError};
use provost_store::{Connection, StoreError};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

/// How long verdicts are good for, in seconds: a day (security.md §3.1).
const GOOD_FOR: i64 = 24 * 3600;
/// How soon a check that could not be decided is tried again, in seconds.
const UNDECIDED_FOR: i64 = 15 * 60;
/// Most bindings that one pass checks, so that what people ask for comes soon.
const CHECKED_MAX: usize = 20;

/// The component.
pub struct AccountManager {
    connection: Connection,
    broker: Broker,
    keeper: Keeper,
    ledger: Ledger,
    clock: Clock,
    surroundings: Surroundings,
    /// The secrets that were bound when logins were last compared with them.
    compared: Option<Vec<SecretId>>,
}

impl AccountManager {
    /// With its own connection, the broker that carries out checks, and the part of the vault that keeps it.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, broker: Broker, keeper: Keeper, ledger: Ledger) -> Self {
        Self { connection, broker, keeper, ledger, clock: surroundings.clock.clone(), surroundings: surroundings.clone(), compared: None }
    }
}

impl Component for AccountManager {
    fn name(&self) -> ComponentName {
        ComponentName::AccountManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let failed = |attempt: &'static str| move |error: StoreError| Failure::new(attempt, error);
        for task in self.connection.read(|tx| tasks::pending(tx, 0)).map_err(failed("reading what is asked for"))? {
            let outcome = self.carry_out(&task);
            let at = self.clock.now();
            self.connection
                .write(|tx| tasks::done(tx, task.task_id, outcome.as_ref().err().map(String::as_str), at))
                .map_err(failed("telling what was done"))?;
        }
        let (all, findings, waivers) = self
            .connection
            .read(|tx| Ok((bindings::list(tx)?, checks::findings(tx, None)?, checks::waivers(tx, None)?)))
            .map_err(failed("reading what is bound"))?;
        let now = self.clock.now();
        let due: Vec<&Binding> = all.iter().filter(|binding| is_due(binding, findings.get(&binding.binding_id), now)).collect();
        for binding in due.iter().take(CHECKED_MAX) {
            self.check(binding, ComponentName::AccountManager.definition().id, Asker::Component).map_err(|e| Failure::new("checking an account", e))?;
        }
        // A waiver that ended makes a failed check count again.
        for binding in all.iter().filter(|binding| !due.iter().any(|due| due.binding_id == binding.binding_id)) {
            let of = |known: &HashMap<i64, Vec<Finding>>| known.get(&binding.binding_id).cloned().unwrap_or_default();
            let standing = Standing::of(&of(&findings), waivers.get(&binding.binding_id).map_or(&[][..], Vec::as_slice), now);
            if standing != binding.standing && findings.contains_key(&binding.binding_id) {
                self.connection.write(|tx| bindings::set_standing(tx, binding.binding_id, standing)).map_err(failed("telling how an account stands"))?;
                self.tell(binding, standing, "a waiver began or ended");
            }
        }
        self.drop_logins(&all)?;
        self.destroy_retired()?;
        Ok(if due.len() > CHECKED_MAX { Pass::More } else { Pass::Idle })
    }
}

/// Whether a binding is to be checked now.
fn is_due(binding: &Binding, findings: Option<&Vec<Finding>>, now: Timestamp) -> bool {
    let Some(oldest) = findings.and_then(|findings| findings.iter().map(|finding| finding.at).min()) else { return true };
    let undecided = findings.is_some_and(|findings| findings.iter().any(|finding| finding.verdict == Verdict::Unknown));
    let good_for = if undecided { UNDECIDED_FOR } else { GOOD_FOR };
    oldest < binding.changed_at || oldest.plus_seconds(good_for) <= now || oldest > now
}

impl AccountManager {
    fn carry_out(&mut self, task: &AccountTask) -> Result<(), String> {
        match task.task {
            Task::Rekey => self.rekey(&task.requested_by),
            Task::Verify => {
                let which = self.connection.read(|tx| match task.binding_id {
                    Some(id) => Ok(bindings::by_id(tx, id)?.into_iter().collect()),
                    None => bindings::list(tx),
                });
                for binding in which.map_err(|e| e.to_string())? {
                    self.check(&binding, &task.requested_by, Asker::Person)?;
                }
                Ok(())
            }
        }
    }

    /// Carries out the checks of one binding and keeps what they came to.
    fn check(&mut self, binding: &Binding, actor: &str, asker: Asker) -> Result<(), String> {
        let findings = match self.broker.wait(self.broker.verify(binding, actor, asker)) {
            Ok(findings) => findings,
            Err(refused) => {
                // The vault refuses, say, because its key is lost: that is known of the account then, and nothing else.
                let at = self.clock.now();
                vec![Finding {
                    check_id: "needs:sign-in".to_owned(),
                    verdict: Verdict::Unknown,
                    evidence: format!("PV{}: {refused}", refused.code()),
                    mending: Vec::new(),
                    at,
                }]
            }
        };
        let at = self.clock.now();
        let Self { connection, ledger, .. } = self;
        let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
        let failed: Vec<&str> = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).map(|finding| finding.check_id.as_str()).collect();
        let mut standing = binding.standing;
        let entry = connection.write(|tx| {
            if bindings::by_id(tx, binding.binding_id)?.is_none() {
                // It was removed meanwhile.
                return Ok(None);
            }
            let waivers = checks::waivers(tx, Some(binding.binding_id))?.remove(&binding.binding_id).unwrap_or_default();
            standing = Standing::of(&findings, &waivers, at);
            checks::replace(tx, binding.binding_id, &findings)?;
            bindings::set_standing(tx, binding.binding_id, standing)?;
            let detail = json!({
                "kind": binding.kind.definition().id, "on": binding.object, "standing": standing.id(), "failed": failed,
                "pass": count(Verdict::Pass), "fail": count(Verdict::Fail), "unknown": count(Verdict::Unknown), "unsupported": count(Verdict::Unsupported),
            });
            let name = binding.name.to_string();
            ledger.append(tx, &NewEntry { at, actor, origin: "site", act: "account.verify", object: &name, detail: &detail }).map(Some)
        });
        match entry {
            Ok(Some(entry)) => {
                if let Err(error) = self.ledger.committed(&entry) {
                    tracing::error!(component = "account-manager", %error, "how far the ledger goes could not be recorded");
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => return Err(error.to_string()),
        }
        if standing != binding.standing {
            self.tell(binding, standing, &failed.join(", "));
        }
        Ok(())
    }

    fn tell(&self, binding: &Binding, standing: Standing, why: &str) {
        let (number, severity) = match standing {
            Standing::Blocked => (code::CHECK_FAILED, Severity::Error),
            Standing::NotProved => (code::CHECK_NOT_PROVED, Severity::Warning),
            Standing::Proved => return,
        };
        let insertions = [binding.name.to_string(), binding.kind.definition().title.to_owned(), why.to_owned()];
        self.surroundings.status.raise(ComponentName::AccountManager, vec![Raised::new(number, severity, insertions)]);
    }

    fn rekey(&mut self, by: &str) -> Result<(), String> {
        let id = self.keeper.rekey(&mut self.connection).map_err(|error| format!("PV{}: {error}", error.code()))?;
        self.enter(by, "vault.rekey", "site key", &json!({ "key": id }))
    }

    /// A login whose account is bound no more must not stay behind.
    fn drop_logins(&mut self, bound: &[Binding]) -> Result<(), Failure> {
        let kept: Vec<SecretId> = bound.iter().filter_map(|binding| binding.secret).collect();
        if self.compared.as_ref() == Some(&kept) {
            return Ok(());
        }
        let dropped = self.broker.drop_logins_but(&kept).map_err(|e| Failure::new("dropping the logins of removed accounts", e))?;
        for login in dropped {
            self.enter("account-manager", "account.drop-login", &login, &json!({})).map_err(|e| Failure::new("entering what was dropped", e))?;
        }
        self.compared = Some(kept);
        Ok(())
    }

    fn destroy_retired(&mut self) -> Result<(), Failure> {
        let at = self.clock.now();
        let keeper = self.keeper.clone();
        let destroyed = self.connection.write(|tx| match keeper.destroy_retired(tx, at) {
            Err(VaultError::Store(error)) => Err(error),
            other => Ok(other),
        });
        let destroyed = destroyed.map_err(|e| Failure::new("destroying retired passwords", e))?.map_err(|e| Failure::new("destroying retired passwords", e))?;
        if destroyed > 0 {
            let detail = json!({ "versions": destroyed });
            self.enter("account-manager", "vault.destroy", "retired passwords", &detail).map_err(|e| Failure::new("entering what was destroyed", e))?;
        }
        Ok(())
    }

    fn enter(&mut self, actor: &str, act: &str, object: &str, detail: &serde_json::Value) -> Result<(), String> {
        let at = self.clock.now();
        let Self { connection, ledger, .. } = self;
        let entry = connection.write(|tx| ledger.append(tx, &NewEntry { at, actor, origin: "site", act, object, detail })).map_err(|e| e.to_string())?;
        ledger.committed(&entry).map_err(|e| e.to_string())
    }
}
