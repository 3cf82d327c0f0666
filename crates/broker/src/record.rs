//! What is entered of an attempt: in the ledger, and in the table that people look through.

use provost_catalog::accounts::Use;
use provost_domain::Timestamp;
use provost_domain::accounts::resolution::Identity;
use provost_domain::outcome::Outcome;
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::accounts::{Binding, refusals};
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::{Pool, StoreError};
use serde_json::json;

/// One attempt, with its outcome.
pub(crate) struct Record<'a> {
    pub at: Timestamp,
    /// Who wants it: a component or a person.
    pub actor: &'a str,
    pub operation: Use,
    pub address: &'a str,
    pub identity: Identity,
    pub binding: Option<&'a Binding>,
    pub secret_version: Option<i64>,
    pub account: &'a str,
    pub outcome: Outcome,
    pub detail: &'a str,
    pub because: String,
    pub duration: i64,
    pub reused: bool,
}

impl Record<'_> {
    /// Enters it, durably. What this does not enter is not used.
    pub(crate) fn enter(&self, pool: &Pool, ledger: &Ledger) -> Result<(), StoreError> {
        let detail = json!({
            "use": self.operation.id(),
            "as": self.account,
            "identity": self.identity.id(),
            "because": self.because,
            "outcome": self.outcome.id(),
            "detail": self.detail,
            "microseconds": self.duration,
            "reused": self.reused,
            "secret_version": self.secret_version,
        });
        let used = AccountUse {
            use_id: 0,
            binding_id: self.binding.map(|binding| binding.binding_id),
            identity: self.identity.id().to_owned(),
            account: self.account.to_owned(),
            operation: self.operation.id().to_owned(),
            target: self.address.to_owned(),
            outcome: self.outcome.id().to_owned(),
            detail: self.detail.to_owned(),
            at: self.at,
            duration: self.duration,
        };
        let entry = pool.write(|tx| {
            uses::insert(tx, &used)?;
            if let (Some(binding), Some(version)) = (self.binding, self.secret_version) {
                let key = binding.name.key();
                if self.outcome.counts_towards_lock_out() {
                    refusals::count(tx, &key, version, self.outcome, self.at)?;
                } else if self.outcome == Outcome::Succeeded && !self.reused {
                    refusals::forget(tx, &key)?;
                }
            }
            let new = NewEntry { at: self.at, actor: self.actor, origin: "site", act: "account.connect", object: self.address, detail: &detail };
            ledger.append(tx, &new)
        })?;
        if let Err(error) = ledger.committed(&entry) {
            tracing::error!(component = "broker", %error, seq = entry.seq, "how far the ledger goes could not be recorded");
        }
        Ok(())
    }
}
