//! The client's life: be registered, do what is due, empty the queue, sleep until something is due again.

use crate::arguments::Arguments;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::inventory::cycle;
use crate::policy::{self, Kept};
use crate::queue::{Queue, Waiting};
use crate::registration::{RegistrationError, register};
use crate::schedule::{Done, Duty};
use crate::transport::{Answer, Transport, TransportError};
use crate::{heartbeat, state, status, tls};
use hyper::Method;
use provost_domain::status::Severity;
use provost_runtime::{Clock, random};
use provost_wire::answer::Refusal;
use provost_wire::client::policy::{Policy, Schedule, SignedPolicy};
use provost_wire::client::{header, path};
use provost_wire::envelope::Kind;
use std::path::Path;
use std::time::Duration;

const DONE_FILE: &str = "schedule.json";
/// First wait after a failure; doubled each time.
const RETRY_FIRST: Duration = Duration::from_millis(200);
/// Longest wait between tries.
const RETRY_LONGEST: Duration = Duration::from_secs(60);
/// Longest sleep, so that a clock that was set is noticed.
const SLEEP_LONGEST: Duration = Duration::from_secs(3600);

/// How far a round of work came.
#[derive(Debug)]
enum Round {
    /// All that was due is done and the queue is empty.
    Done,
    /// Try again after a while: the reason, and how long the other end asked to wait.
    Later(String, Option<Duration>),
    /// The site does not know this client or its certificate any more: register again.
    RegisterAgain(String),
}

/// When things were last done, as kept on disk; a damaged file counts as never.
pub fn load_done(folder: &Folder) -> Done {
    folder.read(DONE_FILE).ok().flatten().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Runs until it fails for good; stopping is dropping.
pub async fn run(folder: &Folder, arguments: &Arguments, clock: &Clock) -> Result<(), String> {
    let mut identity = Identity::load(folder, arguments.management_point.as_deref(), arguments.site, arguments.trust.as_deref())?;
    let queue = Queue::open(folder.path()).map_err(|e| format!("cannot open the queue: {e}"))?;
    tracing::info!(client = %identity.settings.client, site = %identity.settings.site, management_point = %identity.settings.management_point, "started");
    status::raise(&queue, status::STARTED, Severity::Information, vec![crate::VERSION.to_owned()], clock.now())?;
    let mut retry = RETRY_FIRST;
    let mut last_complaint = String::new();
    loop {
        let Some(certificate) = Identity::certificate(folder) else {
            let complaint = match register(folder, &mut identity, arguments.token_file.as_deref(), clock).await {
                Ok(answer) if answer.certificate_pem.is_some() => {
                    tracing::info!(approval = ?answer.approval, "registered");
                    retry = RETRY_FIRST;
                    continue;
                }
                Ok(_) => "the site has not looked at the registration yet".to_owned(),
                Err(RegistrationError::Refused(refusal)) => {
                    // Only a person can help: look again now and then.
                    retry = RETRY_LONGEST;
                    format!("registration refused: {}: {} ({})", refusal.code, refusal.message, refusal.fix)
                }
                Err(error) => format!("cannot register: {error}"),
            };
            complain(&mut last_complaint, complaint);
            wait_to_retry(&mut retry, None).await;
            continue;
        };
        let mutual = tls::mutual(&identity.authority, certificate, identity.private_key())?;
        let mut life = Life {
            folder,
            queue: &queue,
            clock,
            transport: Transport::new(&identity.settings.management_point, mutual),
            policy: policy::load(folder, identity.settings.policy_key.as_ref(), identity.settings.site, identity.settings.client),
            done: load_done(folder),
            identity: &identity,
        };
        loop {
            match life.round().await? {
                Round::Done => {
                    retry = RETRY_FIRST;
                    last_complaint.clear();
                    tokio::time::sleep(life.until_due()).await;
                }
                Round::Later(why, asked) => {
                    complain(&mut last_complaint, why);
                    wait_to_retry(&mut retry, asked).await;
                }
                Round::RegisterAgain(why) => {
                    complain(&mut last_complaint, why);
                    Identity::forget_certificate(folder);
                    wait_to_retry(&mut retry, None).await;
                    break;
                }
            }
        }
    }
}

/// Logs a failure once, until it changes.
fn complain(last: &mut String, complaint: String) {
    if *last != complaint {
        tracing::warn!("{complaint}");
        *last = complaint;
    }
}

/// Waits before the next try, a little differently on every machine so that a thousand do not come back at once.
async fn wait_to_retry(retry: &mut Duration, asked: Option<Duration>) {
    let [jitter] = random::bytes::<1>();
    let wait = asked.unwrap_or(*retry).min(RETRY_LONGEST);
    tokio::time::sleep(wait + wait.mul_f64(f64::from(jitter) / 1024.0)).await;
    *retry = (*retry * 2).min(RETRY_LONGEST);
}

struct Life<'a> {
    folder: &'a Folder,
    queue: &'a Queue,
    clock: &'a Clock,
    transport: Transport,
    policy: Option<(Policy, Kept)>,
    done: Done,
    identity: &'a Identity,
}

impl Life<'_> {
    fn schedule(&self) -> Schedule {
        self.policy.as_ref().map(|(policy, _)| policy.schedule.clone()).unwrap_or_default()
    }

    fn until_due(&self) -> Duration {
        let (schedule, now) = (self.schedule(), self.clock.now());
        let next = Duty::ALL.iter().map(|duty| duty.due_at(&schedule, &self.done, now).as_micros()).min().unwrap_or_default();
        let micros = u64::try_from(next - now.as_micros()).unwrap_or(0);
        Duration::from_micros(micros).min(SLEEP_LONGEST)
    }

    /// Does what is due and sends what waits.
    async fn round(&mut self) -> Result<Round, String> {
        let mut problem = None;
        for duty in Duty::ALL {
            let now = self.clock.now();
            if duty.due_at(&self.schedule(), &self.done, now) > now {
                continue;
            }
            let round = match duty {
                Duty::PolicyPoll => self.poll_policy().await?,
                Duty::Heartbeat => {
                    let body = serde_json::to_vec(&heartbeat::read(Path::new("/"), now)).map_err(|e| e.to_string())?;
                    self.queue.push(Kind::Heartbeat, random::message_id(now), &body).map_err(|e| format!("cannot queue the heartbeat: {e}"))?;
                    Round::Done
                }
                Duty::StateMessages => {
                    state::report(self.folder, self.queue, &self.identity.settings, now)?;
                    Round::Done
                }
                Duty::HardwareInventory => self.take_inventory(false).await?,
            };
            if matches!(round, Round::Done) {
                self.mark(|done| duty.mark(done, now))?;
            } else {
                // The others are done all the same: what they say waits in the queue while the management point is away.
                problem = problem.or(Some(round));
            }
        }
        if let Some(problem) = problem {
            return Ok(problem);
        }
        self.fulfil_wishes().await?;
        self.empty_queue().await
    }

    fn mark(&mut self, change: impl FnOnce(&mut Done)) -> Result<(), String> {
        change(&mut self.done);
        let bytes = serde_json::to_vec(&self.done).map_err(|e| e.to_string())?;
        self.folder.write(DONE_FILE, &bytes).map_err(|e| format!("cannot keep {DONE_FILE}: {e}"))
    }

    async fn poll_policy(&mut self) -> Result<Round, String> {
        let etag = self.policy.as_ref().map(|(_, kept)| kept.etag.clone());
        let headers: Vec<(&str, &str)> = etag.iter().map(|etag| ("if-none-match", etag.as_str())).collect();
        let answer = match self.transport.exchange(Method::GET, path::POLICY, &headers, Vec::new()).await {
            Ok(answer) => answer,
            Err(error) => return Ok(self.no_answer(error)),
        };
        match answer.status {
            304 => Ok(Round::Done),
            200 => {
                let etag = answer.headers.get("etag").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
                let Some(key) = &self.identity.settings.policy_key else { return Ok(Round::RegisterAgain("the site's policy key is not known".to_owned())) };
                let settings = &self.identity.settings;
                let have = self.policy.as_ref().map(|(policy, _)| policy.version);
                let signed: Result<SignedPolicy, _> = serde_json::from_slice(&answer.body);
                let believed = signed.map_err(|e| policy::PolicyError::Malformed(e.to_string())).and_then(|signed| {
                    let policy = policy::check(&signed, key, settings.site, settings.client, have)?;
                    Ok((policy, signed))
                });
                match believed {
                    Ok((policy, signed)) => {
                        tracing::info!(version = policy.version, "policy received");
                        let kept = policy::keep(self.folder, signed, &etag).map_err(|e| format!("cannot keep the policy: {e}"))?;
                        self.policy = Some((policy, kept));
                        Ok(Round::Done)
                    }
                    Err(error) => Ok(Round::Later(format!("policy not taken: {error}"), Some(RETRY_LONGEST))),
                }
            }
            _ => Ok(refused(&answer)),
        }
    }

    async fn fulfil_wishes(&mut self) -> Result<(), String> {
        let Some((policy, _)) = &self.policy else { return Ok(()) };
        let (version, wishes) = (policy.version, policy.wishes.clone());
        if self.done.wishes_of_policy == Some(version) {
            return Ok(());
        }
        if wishes.state_resync {
            state::resync(self.folder, self.queue, self.clock.now())?;
        }
        if wishes.full_hardware_inventory {
            self.take_inventory(true).await?;
        }
        self.mark(|done| done.wishes_of_policy = Some(version))
    }

    async fn take_inventory(&mut self, full: bool) -> Result<Round, String> {
        let now = self.clock.now();
        let plan = cycle::take(self.folder, self.queue, Path::new("/"), full, now)?;
        let cycle::Taken::Unchanged { digest } = plan else { return Ok(Round::Done) };
        let body = serde_json::to_vec(&provost_wire::client::inventory::Offer { digest }).map_err(|e| e.to_string())?;
        let answer = match self.transport.exchange(Method::POST, path::INVENTORY_OFFER, &[], body).await {
            Ok(answer) => answer,
            Err(error) => return Ok(self.no_answer(error)),
        };
        if answer.status != 200 {
            return Ok(refused(&answer));
        }
        match serde_json::from_slice(&answer.body) {
            Ok(provost_wire::client::inventory::OfferAnswer::Known) => Ok(Round::Done),
            Ok(provost_wire::client::inventory::OfferAnswer::SendFull) => {
                cycle::take(self.folder, self.queue, Path::new("/"), true, now)?;
                Ok(Round::Done)
            }
            Err(error) => Ok(Round::Later(format!("the answer to an inventory offer is not understood: {error}"), None)),
        }
    }

    /// Sends what waits, in order; stops at the first message that has to wait.
    async fn empty_queue(&mut self) -> Result<Round, String> {
        for message in self.queue.waiting().map_err(|e| format!("cannot read the queue: {e}"))? {
            let body = self.queue.body(&message).map_err(|e| format!("cannot read a queued message: {e}"))?;
            let id = message.id.to_string();
            let headers = [(header::MESSAGE_ID, id.as_str()), (header::KIND, message.kind.word())];
            let answer = match self.transport.exchange(Method::POST, path::MESSAGES, &headers, body).await {
                Ok(answer) => answer,
                Err(error) => return Ok(self.no_answer(error)),
            };
            match answer.status {
                202 => self.queue.remove(&message).map_err(|e| format!("cannot remove an acknowledged message: {e}"))?,
                // The message itself is at fault: it would be refused every time.
                400 | 413 | 422 => self.put_aside(&message, &answer)?,
                _ => return Ok(refused(&answer)),
            }
        }
        Ok(Round::Done)
    }

    fn put_aside(&self, message: &Waiting, answer: &Answer) -> Result<(), String> {
        let reason = refusal(answer).map_or_else(|| format!("status {}", answer.status), |r| format!("{}: {}", r.code, r.message));
        tracing::warn!(kind = message.kind.word(), id = %message.id, %reason, "the management point will never take this message");
        self.queue.refuse(message, &reason).map_err(|e| format!("cannot put a refused message aside: {e}"))?;
        // A refused status message does not beget another.
        if message.kind == Kind::Status {
            return Ok(());
        }
        let insertions = vec![message.kind.word().to_owned(), reason.chars().take(500).collect()];
        status::raise(self.queue, status::MESSAGE_REFUSED, Severity::Error, insertions, self.clock.now())
    }

    fn no_answer(&self, error: TransportError) -> Round {
        match &error {
            TransportError::Unreachable(_) => Round::Later(error.to_string(), None),
            TransportError::Certificate(_) => Round::RegisterAgain(error.to_string()),
        }
    }
}

fn refusal(answer: &Answer) -> Option<Refusal> {
    serde_json::from_slice(&answer.body).ok()
}

/// What an answer other than the wanted one means.
fn refused(answer: &Answer) -> Round {
    let refusal = refusal(answer);
    let why = refusal.as_ref().map_or_else(|| format!("the management point answered with status {}", answer.status), |r| format!("{}: {}", r.code, r.message));
    let unknown = format!("PV{}", provost_catalog::rules::code::UNKNOWN_CLIENT);
    if refusal.is_some_and(|r| r.code == unknown) {
        return Round::RegisterAgain(why);
    }
    let asked = answer.headers.get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok()).map(Duration::from_secs);
    Round::Later(why, asked)
}
