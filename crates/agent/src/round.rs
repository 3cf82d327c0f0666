//! One round of the client's work.
//!
//! 1. What is due is put into the queue, whether the management point answers or not.
//! 2. Policy is asked for when that is due, and what it wishes for is put into the queue.
//! 3. The queue is emptied, in order.
//! 4. When nothing changed since the last inventory, the site is asked whether it still has it.
//!
//! A setback at one step does not keep the others from being tried, unless it would meet them as well.

use crate::folder::Folder;
use crate::identity::Settings;
use crate::inventory::cycle;
use crate::policy::{self, Kept, PolicyError};
use crate::queue::{Queue, Waiting};
use crate::schedule::{Done, Duty};
use crate::setback::{Helps, Setback};
use crate::transport::{Answer, Transport};
use crate::{heartbeat, retry, state, status};
use hyper::Method;
use provost_catalog::rules::code;
use provost_domain::status::Severity;
use provost_runtime::{Clock, random};
use provost_wire::answer::Accepted;
use provost_wire::client::inventory::{Offer, OfferAnswer};
use provost_wire::client::policy::{Policy, Schedule, SignedPolicy};
use provost_wire::client::{header, path};
use provost_wire::envelope::Kind;
use std::path::Path;
use std::time::Duration;

/// Longest sleep, so that a clock that was set is noticed.
const SLEEP_LONGEST: Duration = Duration::from_secs(3600);

/// A client that is registered.
pub struct Client<'a> {
    folder: &'a Folder,
    queue: &'a Queue,
    clock: &'a Clock,
    settings: &'a Settings,
    transport: Transport,
    policy: Option<(Policy, Kept)>,
    done: Done,
    /// Whether the management point took something since the last look.
    pub progress: bool,
}

/// The setback that decides what happens after a round.
#[derive(Default)]
struct Met(Option<Setback>);

impl Met {
    fn note(&mut self, result: Result<(), Setback>) {
        if let Err(setback) = result {
            self.0 = Some(Setback::weightier(self.0.take(), setback));
        }
    }

    /// Whether another request makes sense.
    fn may_go_on(&self) -> bool {
        self.0.as_ref().is_none_or(|setback| !setback.of_all)
    }
}

impl<'a> Client<'a> {
    /// With what the folder keeps of policy and of what was done.
    #[must_use]
    pub fn new(folder: &'a Folder, queue: &'a Queue, clock: &'a Clock, settings: &'a Settings, transport: Transport) -> Self {
        let policy = policy::load(folder, settings.policy_key.as_ref(), settings.site, settings.client);
        Self { folder, queue, clock, settings, transport, policy, done: Done::load(folder), progress: false }
    }

    fn schedule(&self) -> Schedule {
        self.policy.as_ref().map(|(policy, _)| policy.schedule.clone()).unwrap_or_default()
    }

    fn is_due(&self, duty: Duty) -> bool {
        let now = self.clock.now();
        duty.due_at(&self.schedule(), &self.done, now) <= now
    }

    /// How long nothing is due.
    #[must_use]
    pub fn until_due(&self) -> Duration {
        let (schedule, now) = (self.schedule(), self.clock.now());
        let next = Duty::ALL.iter().map(|duty| duty.due_at(&schedule, &self.done, now).as_micros()).min().unwrap_or_default();
        Duration::from_micros(u64::try_from(next.saturating_sub(now.as_micros())).unwrap_or(0)).min(SLEEP_LONGEST)
    }

    /// Gives the connection up until the next round.
    pub fn rest(&mut self) {
        self.transport.close();
    }

    /// Does what is due and sends what waits; the setback that it met, if any.
    pub async fn round(&mut self) -> Option<Setback> {
        let mut met = Met::default();
        for duty in [Duty::Heartbeat, Duty::StateMessages, Duty::HardwareInventory] {
            if self.is_due(duty) {
                met.note(self.queue_up(duty));
            }
        }
        if self.is_due(Duty::PolicyPoll) {
            met.note(self.poll_policy().await);
        }
        met.note(self.fulfil_wishes());
        if met.may_go_on() {
            met.note(self.empty_queue().await);
        }
        if met.may_go_on() {
            met.note(self.offer_inventory().await);
        }
        met.0
    }

    /// Says everything anew: the site has no record of this client any more.
    ///
    /// # Errors
    /// When nothing can be written; the caller goes on, and the site asks for what it misses.
    pub fn introduce_again(&mut self) -> Result<(), Setback> {
        state::resync(self.folder, self.queue, self.clock.now()).map_err(Setback::here)?;
        cycle::forget(self.folder).map_err(Setback::here)?;
        self.mark(|done| *done = Done { state_messages: done.state_messages, ..Done::default() })
    }

    fn queue_up(&mut self, duty: Duty) -> Result<(), Setback> {
        let now = self.clock.now();
        match duty {
            Duty::Heartbeat => {
                let body = serde_json::to_vec(&heartbeat::read(Path::new("/"), now)).map_err(|e| Setback::here(e.to_string()))?;
                let queued = self.queue.push(Kind::Heartbeat, random::message_id(now), &body);
                queued.map_err(|e| Setback::here(format!("cannot queue the heartbeat: {e}")))?;
            }
            Duty::StateMessages if self.done.states_lost => {
                state::resync(self.folder, self.queue, now).map_err(Setback::here)?;
                self.done.states_lost = false;
            }
            Duty::StateMessages => state::report(self.folder, self.queue, self.settings, now).map_err(Setback::here)?,
            Duty::HardwareInventory => self.take_inventory(false)?,
            Duty::PolicyPoll => {}
        }
        self.mark(|done| duty.mark(done, now))
    }

    fn mark(&mut self, change: impl FnOnce(&mut Done)) -> Result<(), Setback> {
        change(&mut self.done);
        self.done.keep(self.folder).map_err(Setback::here)
    }

    async fn exchange(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, Setback> {
        self.transport.exchange(method, path, headers, body).await.map_err(|e| Setback::no_answer(&e))
    }

    async fn poll_policy(&mut self) -> Result<(), Setback> {
        let etag = self.policy.as_ref().map(|(_, kept)| kept.etag.clone());
        let headers: Vec<(&str, &str)> = etag.iter().map(|etag| ("if-none-match", etag.as_str())).collect();
        let answer = self.exchange(Method::GET, path::POLICY, &headers, Vec::new()).await?;
        match answer.status {
            304 => {}
            200 => self.take_policy(&answer)?,
            _ => return Err(Setback::refused(&answer)),
        }
        self.progress = true;
        let now = self.clock.now();
        self.mark(|done| Duty::PolicyPoll.mark(done, now))
    }

    fn take_policy(&mut self, answer: &Answer) -> Result<(), Setback> {
        let Settings { site, client, policy_key, .. } = self.settings;
        let have = self.policy.as_ref().map(|(policy, _)| policy.version);
        let disbelieved = |e: PolicyError| Setback::until(format!("policy not taken: {e}"), retry::LONGEST);
        let signed: SignedPolicy = serde_json::from_slice(&answer.body).map_err(|e| disbelieved(PolicyError::Malformed(e.to_string())))?;
        let key = policy_key.as_ref().ok_or_else(|| disbelieved(PolicyError::Signature))?;
        let policy = policy::check(&signed, key, *site, *client, have).map_err(|e| match e {
            // The site may have a new key, which a registration tells over the connection that proves the site.
            PolicyError::Signature => Setback { helps: Helps::Registration { forgotten: false }, ..disbelieved(e) },
            e => disbelieved(e),
        })?;
        let etag = answer.headers.get("etag").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kept = policy::keep(self.folder, signed, etag).map_err(|e| Setback::here(format!("cannot keep the policy: {e}")))?;
        tracing::info!(version = policy.version, "policy received");
        self.policy = Some((policy, kept));
        Ok(())
    }

    fn fulfil_wishes(&mut self) -> Result<(), Setback> {
        let Some((policy, _)) = &self.policy else { return Ok(()) };
        let (version, wishes) = (policy.version, policy.wishes.clone());
        if self.done.wishes_of_policy == Some(version) {
            return Ok(());
        }
        if wishes.state_resync {
            state::resync(self.folder, self.queue, self.clock.now()).map_err(Setback::here)?;
        }
        if wishes.full_hardware_inventory {
            self.take_inventory(true)?;
        }
        self.mark(|done| done.wishes_of_policy = Some(version))
    }

    fn take_inventory(&mut self, full: bool) -> Result<(), Setback> {
        let taken = cycle::take(self.folder, self.queue, Path::new("/"), full, self.clock.now()).map_err(Setback::here)?;
        let offer = if let cycle::Taken::Unchanged { digest } = taken { Some(digest) } else { None };
        if self.done.inventory_offer == offer { Ok(()) } else { self.mark(|done| done.inventory_offer = offer) }
    }

    /// Asks whether the site still has the inventory that did not change, and sends it in full when it has not.
    async fn offer_inventory(&mut self) -> Result<(), Setback> {
        let Some(digest) = self.done.inventory_offer else { return Ok(()) };
        let body = serde_json::to_vec(&Offer { digest }).map_err(|e| Setback::here(e.to_string()))?;
        let answer = self.exchange(Method::POST, path::INVENTORY_OFFER, &[], body).await?;
        if answer.status != 200 {
            return Err(Setback::refused(&answer));
        }
        let wanted = serde_json::from_slice(&answer.body);
        match wanted.map_err(|e| Setback::here(format!("the answer to an inventory offer is not understood: {e}")))? {
            OfferAnswer::Known => self.mark(|done| done.inventory_offer = None),
            OfferAnswer::SendFull => {
                self.take_inventory(true)?;
                self.empty_queue().await
            }
        }
    }

    /// Sends what waits, in order, until nothing waits; stops at the first message that has to wait.
    async fn empty_queue(&mut self) -> Result<(), Setback> {
        let mut too_old = None;
        while let Some(message) = self.queue.waiting().map_err(|e| Setback::here(format!("cannot read the queue: {e}")))?.into_iter().next() {
            match self.send(&message).await? {
                None => {}
                Some(reason) => too_old = Some(reason),
            }
        }
        too_old.map_or(Ok(()), |reason| Err(Setback::until(reason, retry::LONGEST)))
    }

    /// Sends one message. The reason when the site found it too old, and it has to be made anew.
    async fn send(&mut self, message: &Waiting) -> Result<Option<String>, Setback> {
        let body = match self.queue.body(message) {
            Ok(body) => body,
            // A damaged disk must not keep the others back.
            Err(error) => return self.put_aside(message, code::MESSAGE_MALFORMED, &format!("it cannot be read: {error}")).map(|()| None),
        };
        let id = message.id.to_string();
        let headers = [(header::MESSAGE_ID, id.as_str()), (header::KIND, message.kind.word())];
        let answer = self.exchange(Method::POST, path::MESSAGES, &headers, body).await?;
        match answer.status {
            202 => {
                // Something between here and there may answer for it; only the site's own word lets a message go.
                let accepted = serde_json::from_slice::<Accepted>(&answer.body).is_ok_and(|a| a.accepted == message.id);
                if !accepted {
                    return Err(Setback::here("an acknowledgement is not understood; the message is kept"));
                }
                self.queue.remove(message).map_err(|e| Setback::here(format!("cannot remove an acknowledged message: {e}")))?;
                self.progress = true;
                Ok(None)
            }
            // The message itself is at fault: it would be refused every time.
            400 | 413 | 422 => {
                let Setback { why: reason, rule, .. } = Setback::refused(&answer);
                self.put_aside(message, rule.unwrap_or(code::MESSAGE_MALFORMED), &reason)?;
                let too_old = rule == Some(code::MESSAGE_TOO_OLD);
                if too_old {
                    // What it said is said again once the clock is right.
                    self.mark(|done| done.forget(message.kind))?;
                }
                Ok(too_old.then_some(reason))
            }
            _ => Err(Setback::refused(&answer)),
        }
    }

    fn put_aside(&mut self, message: &Waiting, rule: u16, reason: &str) -> Result<(), Setback> {
        tracing::warn!(kind = message.kind.word(), id = %message.id, %reason, "a message can never be sent");
        self.queue.refuse(message, reason).map_err(|e| Setback::here(format!("cannot put a refused message aside: {e}")))?;
        if message.kind == Kind::HardwareInventory {
            // The site never saw what the next delta would refer to.
            cycle::forget(self.folder).map_err(Setback::here)?;
        }
        // A refused status message does not beget another.
        if message.kind == Kind::Status {
            return Ok(());
        }
        let insertions = vec![message.kind.word().to_owned(), reason.chars().take(500).collect()];
        status::raise(self.queue, rule, Severity::Error, insertions, self.clock.now()).map_err(Setback::here)
    }
}
