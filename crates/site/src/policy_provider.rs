//! Policy provider: writes and signs what each client is to do.
//!
//! Every client gets the site's policy until the site wishes for something of that client; then it gets one of its own.
//! Versions count up over all policies, and a client refuses a policy that is older than the one it has. So a client
//! whose wishes are fulfilled keeps a policy of its own, with nothing to wish for, until the site's policy is written
//! anew and thereby newer.

mod schedule;

use crate::authority::{Authority, AuthorityError};
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_domain::{Digest, SiteCode, SmsId, Timestamp};
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_store::clients::{self, SITE_POLICY};
use provost_store::policies::{self, StoredPolicy, Wanted};
use provost_store::{Connection, StoreError, Tx};
use provost_wire::client::policy::{Policy, Schedule, Wishes};
use provost_wire::signature::PublicKey;
use std::sync::Arc;
use std::time::Duration;

pub use schedule::{SETTINGS, ScheduleSetting};

/// Most client rows that are looked at in one pass.
const ROWS_MAX: i64 = 1000;
/// How often policies of clients that are no more are removed, in seconds.
const FORGET_SECONDS: i64 = 24 * 3600;

/// The component.
pub struct PolicyProvider {
    connection: Connection,
    authority: Arc<Authority>,
    of: Site,
    clock: Clock,
    bells: Bells,
    /// Client rows up to this version were looked at; 0 at every start.
    looked_at: i64,
    forgotten_at: Option<Timestamp>,
}

impl PolicyProvider {
    /// With its own connection and the authority that has the key.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, authority: Arc<Authority>) -> Self {
        Self {
            connection,
            of: Site { code: authority.site(), key: authority.policy_key().public_key().clone() },
            authority,
            clock: surroundings.clock.clone(),
            bells: surroundings.bells.clone(),
            looked_at: 0,
            forgotten_at: None,
        }
    }
}

impl Component for PolicyProvider {
    fn name(&self) -> ComponentName {
        ComponentName::PolicyProvider
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let looked_at = self.looked_at;
        let of = &self.of;
        let plan = self.connection.read(|tx| Plan::make(tx, of, looked_at)).map_err(|e| Failure::new("finding out which policies to write", e))?;
        if !plan.is_empty() {
            let (authority, now) = (&self.authority, self.clock.now());
            self.connection.write(|tx| plan.carry_out(tx, authority, now).map_err(refused)).map_err(|e| Failure::new("writing policies", e))?;
            self.bells.ring(ComponentName::ManagementPoint);
        }
        self.looked_at = plan.looked_at;
        if plan.more {
            return Ok(Pass::More);
        }
        let now = self.clock.now();
        if self.forgotten_at.is_none_or(|at| now.seconds_since(at) >= FORGET_SECONDS) {
            self.connection.write(policies::delete_orphans).map_err(|e| Failure::new("removing policies of deleted clients", e))?;
            self.forgotten_at = Some(now);
        }
        Ok(Pass::Idle)
    }
}

enum Refused {
    Store(StoreError),
    Authority(AuthorityError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn refused(refused: Refused) -> StoreError {
    match refused {
        Refused::Store(error) => error,
        Refused::Authority(error) => crate::unavailable("signing a policy", &error),
    }
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Site {
    code: SiteCode,
    key: PublicKey,
}

/// What a policy says, without version and time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    of: Site,
    client: Option<SmsId>,
    schedule: Schedule,
    wishes: Wishes,
}

impl Content {
    fn policy(&self, version: i64, issued_at: Timestamp) -> Policy {
        let Self { of, client, schedule, wishes } = self.clone();
        Policy { site: of.code, client, version, issued_at, schedule, wishes }
    }

    /// Another key makes another content: what the old one signed, no client accepts any more.
    fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(&(self.policy(0, Timestamp::default()), &self.of.key)).unwrap_or_default())
    }
}

/// What is to be written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// Policies to write, the site's first.
    write: Vec<Content>,
    /// Policies of clients that the site's new one replaces.
    delete: Vec<SmsId>,
    /// Clients to point at another policy: at their own, or at the site's.
    point: Vec<(SmsId, bool)>,
    looked_at: i64,
    more: bool,
}

impl Plan {
    fn make(tx: &mut Tx<'_>, of: &Site, looked_at: i64) -> Result<Self, StoreError> {
        let schedule = schedule::read(tx)?;
        let of_site = Content { of: of.clone(), client: None, schedule: schedule.clone(), wishes: Wishes::default() };
        let mut plan = Self::default();
        let anew = policies::find(tx, SITE_POLICY)?.is_none_or(|policy| policy.content_digest != of_site.digest());
        if anew {
            plan.write.push(of_site);
            for wanted in policies::wanted_of_owners(tx)? {
                plan.consider(&wanted, of, &schedule, true);
            }
        }
        let (wanted, last, more) = policies::wanted_after(tx, looked_at, ROWS_MAX)?;
        for wanted in &wanted {
            if !anew || wanted.own_digest.is_none() {
                plan.consider(wanted, of, &schedule, anew);
            }
        }
        plan.looked_at = last;
        plan.more = more;
        Ok(plan)
    }

    /// Plans what follows for one client; `anew` says that the site's policy is written with this plan.
    fn consider(&mut self, wanted: &Wanted, of: &Site, schedule: &Schedule, anew: bool) {
        let Wanted { smsid, state_resync, full_inventory, policy_id, own_digest, row_version: _ } = wanted;
        let wishes = Wishes { state_resync: *state_resync, full_hardware_inventory: *full_inventory };
        let nothing = wishes == Wishes::default();
        if nothing && (own_digest.is_none() || anew) {
            if own_digest.is_some() {
                self.delete.push(*smsid);
            }
            if policy_id != SITE_POLICY {
                self.point.push((*smsid, false));
            }
            return;
        }
        let content = Content { of: of.clone(), client: Some(*smsid), schedule: schedule.clone(), wishes };
        if *own_digest != Some(content.digest()) {
            self.write.push(content);
        }
        if *policy_id != smsid.to_string() {
            self.point.push((*smsid, true));
        }
    }

    const fn is_empty(&self) -> bool {
        self.write.is_empty() && self.delete.is_empty() && self.point.is_empty()
    }

    fn carry_out(&self, tx: &mut Tx<'_>, authority: &Authority, now: Timestamp) -> Result<(), Refused> {
        for content in &self.write {
            let version = policies::next_version(tx)?;
            let payload = serde_json::to_string(&content.policy(version, now)).unwrap_or_default();
            let signed = authority.policy_key().sign(payload).map_err(Refused::Authority)?;
            let policy_id = content.client.map_or_else(|| SITE_POLICY.to_owned(), |client| client.to_string());
            let policy =
                StoredPolicy { policy_id, version, content_digest: content.digest(), payload: signed.payload, signature: signed.signature, issued_at: now };
            policies::put(tx, &policy)?;
        }
        if !self.point.is_empty() {
            let row_version = clients::next_version(tx)?;
            for (smsid, own) in &self.point {
                let policy_id = if *own { smsid.to_string() } else { SITE_POLICY.to_owned() };
                policies::point(tx, *smsid, &policy_id, row_version)?;
            }
        }
        for smsid in &self.delete {
            policies::delete(tx, *smsid)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
