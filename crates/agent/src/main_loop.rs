//! The client's life: be registered, do what is due, sleep until something is due again.

use crate::arguments::Arguments;
use crate::condition;
use crate::folder::Folder;
use crate::identity::Identity;
use crate::queue::Queue;
use crate::registration::{RegistrationError, new_token, register};
use crate::retry::{self, Retry};
use crate::round::Client;
use crate::setback::{Helps, Setback};
use crate::transport::Transport;
use crate::{status, tls};
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::status::Severity;
use provost_runtime::{Clock, random};
use std::time::Duration;

/// How often a client whose certificate runs out soon asks for a new one, in seconds.
const RENEWAL_PAUSE_SECONDS: i64 = 3600;
/// A connection is kept over a sleep that is shorter than this; management points close idle ones after a while.
const IDLE_LONGEST: Duration = Duration::from_secs(30);

/// Runs until it fails for good; stopping is dropping.
///
/// # Errors
/// A sentence, when the client cannot even begin: no settings, a damaged key, a queue that cannot be opened.
pub async fn run(folder: &Folder, arguments: &Arguments, clock: &Clock) -> Result<(), String> {
    let identity = Identity::load(folder, arguments.management_point.as_deref(), arguments.site, arguments.trust.as_deref())?;
    let queue = Queue::open(folder.path()).map_err(|e| format!("cannot open the queue: {e}"))?;
    tracing::info!(client = %identity.settings.client, site = %identity.settings.site, management_point = %identity.settings.management_point, "started");
    if let Err(why) = status::raise(&queue, code::COMPONENT_STARTED, Severity::Information, vec![format!("Client {}", crate::VERSION)], clock.now()) {
        tracing::warn!("{why}");
    }
    let mut life = Life { folder, arguments, clock, queue: &queue, identity, retry: Retry::default(), complaint: String::new(), renewal_asked_at: None };
    let mut anew = false;
    loop {
        let needed = anew || Identity::certificate(folder).is_none();
        if needed && !life.register().await {
            continue;
        }
        anew = life.rounds().await?;
    }
}

struct Life<'a> {
    folder: &'a Folder,
    arguments: &'a Arguments,
    clock: &'a Clock,
    queue: &'a Queue,
    identity: Identity,
    retry: Retry,
    complaint: String,
    renewal_asked_at: Option<Timestamp>,
}

impl Life<'_> {
    /// Registers once; false when the client has no certificate yet, after a wait.
    async fn register(&mut self) -> bool {
        let (complaint, wait) = match register(self.folder, &mut self.identity, self.arguments.token_file.as_deref(), self.clock).await {
            Ok(registered) if Identity::certificate(self.folder).is_some() => {
                tracing::info!(approval = registered.approval.map_or("not decided", |a| a.word()), new_certificate = registered.new_certificate, "registered");
                return true;
            }
            Ok(_) => ("the site has not looked at the registration yet".to_owned(), None),
            // Only a person can help: look again now and then.
            Err(RegistrationError::Refused(refusal)) => {
                (format!("registration refused: {}: {} ({})", refusal.code, refusal.message, refusal.fix), Some(retry::LONGEST))
            }
            Err(RegistrationError::Other(why, wait)) => (format!("cannot register: {why}"), wait),
            Err(RegistrationError::Transport(error)) => (format!("cannot register: {error}"), None),
        };
        self.complain(complaint);
        self.wait(wait).await;
        false
    }

    /// Works with the certificate that it has until another is needed; true when that takes a new registration.
    async fn rounds(&mut self) -> Result<bool, String> {
        let Some(certificate) = Identity::certificate(self.folder) else { return Ok(true) };
        let mutual = tls::mutual(&self.identity.authority, certificate, self.identity.private_key())?;
        let settings = self.identity.settings.clone();
        let mut client = Client::new(self.folder, self.queue, self.clock, &settings, Transport::new(&settings.management_point, mutual));
        loop {
            if self.renewal_in().is_zero() && (self.renew().await || self.identity.settings.policy_key != settings.policy_key) {
                return Ok(false);
            }
            let met = client.round().await;
            if std::mem::take(&mut client.progress) {
                self.retry.reset();
            }
            let Some(Setback { why, helps, .. }) = met else {
                self.complaint.clear();
                condition::clear(self.folder);
                let sleep = client.until_due().min(self.renewal_in());
                if sleep > IDLE_LONGEST {
                    client.rest();
                }
                tokio::time::sleep(sleep).await;
                continue;
            };
            self.complain(why);
            match helps {
                Helps::Waiting(asked) => self.wait(asked).await,
                Helps::Approval => {
                    self.wait(None).await;
                    if new_token(self.arguments.token_file.as_deref(), &settings).is_some() {
                        return Ok(true);
                    }
                }
                Helps::Registration { forgotten } => {
                    if forgotten {
                        if let Err(setback) = client.introduce_again() {
                            tracing::warn!("{}", setback.why);
                        }
                    }
                    self.wait(None).await;
                    return Ok(true);
                }
            }
        }
    }

    /// How long until a new certificate is asked for.
    fn renewal_in(&self) -> Duration {
        let due = self.identity.settings.renewal_due_at();
        let due = self.renewal_asked_at.map_or(due, |asked| due.max(asked.plus_seconds(RENEWAL_PAUSE_SECONDS)));
        let micros = due.as_micros().saturating_sub(self.clock.now().as_micros());
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }

    /// Asks for a new certificate while the old one still works; true when it came.
    async fn renew(&mut self) -> bool {
        self.renewal_asked_at = Some(self.clock.now());
        let result = register(self.folder, &mut self.identity, self.arguments.token_file.as_deref(), self.clock).await;
        match result {
            Ok(registered) => {
                tracing::info!(new_certificate = registered.new_certificate, "asked for a new certificate");
                registered.new_certificate
            }
            Err(error) => {
                tracing::warn!("cannot renew the certificate: {error}");
                false
            }
        }
    }

    /// Logs a failure once, until it changes, and leaves it where `provost-client status` finds it.
    fn complain(&mut self, complaint: String) {
        if self.complaint != complaint {
            tracing::warn!("{complaint}");
            condition::set(self.folder, &complaint, self.clock.now());
            self.complaint = complaint;
        }
    }

    async fn wait(&mut self, asked: Option<Duration>) {
        let [jitter] = random::bytes();
        tokio::time::sleep(self.retry.next(asked, jitter)).await;
    }
}
