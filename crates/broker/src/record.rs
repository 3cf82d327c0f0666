//! What is entered of an attempt: in the ledger, and in the table that people look through.

use provost_catalog::accounts::Use;
use provost_domain::Timestamp;
use provost_domain::accounts::resolution::Identity;
use provost_domain::outcome::Outcome;
use provost_store::StoreError;
use provost_store::accounts::uses::{self, AccountUse};
use provost_store::accounts::{Binding, refusals};
use provost_store::ledger::{Clerk, NewEntry, Rows};
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
    /// Has it entered, durably, with the rows that belong to it, and told to `done`. What is not entered is not used.
    pub(crate) fn enter(&self, clerk: &Clerk, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) {
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
        let password = self.binding.map(|binding| binding.name.key()).zip(self.secret_version);
        let (outcome, reused, at) = (self.outcome, self.reused, self.at);
        let rows: Rows = Box::new(move |tx| {
            uses::insert(tx, &used)?;
            let Some((name, version)) = &password else { return Ok(()) };
            if outcome.counts_towards_lock_out() {
                refusals::count(tx, name, *version, outcome, at)?;
            } else if outcome == Outcome::Succeeded && !reused {
                refusals::forget(tx, name)?;
            }
            Ok(())
        });
        let new = NewEntry { at, actor: self.actor, origin: "site", act: "account.connect", object: self.address, detail: &detail };
        clerk.enter(&new, Some(rows), move |entry| done(entry.map(drop)));
    }
}
