//! What operations work with, and the one way to do something: as somebody, with what it needs, and entered in the ledger.

use crate::access::{Access, Attempts, Caller, Presences, Refusals};
use crate::ending::{End, Ending};
use crate::error::ApiError;
use crate::provider::Raise;
use crate::site_status::SiteStatus;
use crate::tickets::Tickets;
use axum::http::StatusCode;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::status::Severity;
use provost_runtime::{Bells, Clock};
use provost_store::database::Circumstance;
use provost_store::inbox::Inboxes;
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::vault::Sealer;
use provost_store::{Pool, StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Password hashes that are worked out at once: each takes 19 MiB and a processor.
const PASSWORD_TURNS: usize = 2;
/// Sign-ins of people of a directory at once: each may wait for a domain controller.
const DIRECTORY_TURNS: usize = 4;
/// Longest wait for a turn.
const PASSWORD_TURN_WAIT: Duration = Duration::from_secs(10);

/// The site as the provider sees it. Clones are the same.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    pool: Pool,
    bells: Bells,
    clock: Clock,
    ledger: Ledger,
    inboxes: Inboxes,
    status: SiteStatus,
    sealer: Sealer,
    tickets: Option<Tickets>,
    attempts: Attempts,
    presences: Presences,
    refusals: Refusals,
    raise: Raise,
    end: End,
    password_turns: Arc<Semaphore>,
    directory_turns: Arc<Semaphore>,
}

impl Site {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        pool: Pool,
        bells: Bells,
        clock: Clock,
        ledger: Ledger,
        inboxes: Inboxes,
        status: SiteStatus,
        sealer: Sealer,
        tickets: Option<Tickets>,
        raise: Raise,
        end: End,
    ) -> Self {
        Self(Arc::new(Parts {
            pool,
            bells,
            clock,
            ledger,
            inboxes,
            status,
            sealer,
            tickets,
            attempts: Attempts::default(),
            presences: Presences::default(),
            refusals: Refusals::default(),
            raise,
            end,
            password_turns: Arc::new(Semaphore::new(PASSWORD_TURNS)),
            directory_turns: Arc::new(Semaphore::new(DIRECTORY_TURNS)),
        }))
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.0.pool
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    pub(crate) fn inboxes(&self) -> &Inboxes {
        &self.0.inboxes
    }

    pub(crate) fn status(&self) -> &SiteStatus {
        &self.0.status
    }

    /// The half of the vault that seals; the provider opens nothing.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    pub(crate) fn bells(&self) -> &Bells {
        &self.0.bells
    }

    /// The DNS domain of the site server; empty without one.
    pub(crate) fn domain(&self) -> String {
        self.status().facts().domain.clone()
    }

    pub(crate) fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    pub(crate) fn presences(&self) -> &Presences {
        &self.0.presences
    }

    /// Sign-ins of people of a directory that were refused.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    /// Raises a status message of refused sign-ins when one is due.
    pub(crate) fn tell_refusals(&self) {
        if let Some(insertions) = self.refusals().due(self.clock().now()) {
            (self.0.raise)(code::DIRECTORY_SIGN_INS_REFUSED, Severity::Warning, insertions);
        }
    }

    /// Raises it for what is left, when the site stops.
    pub(crate) fn tell_last_refusals(&self) {
        if let Some(insertions) = self.refusals().rest(self.clock().now()) {
            (self.0.raise)(code::DIRECTORY_SIGN_INS_REFUSED, Severity::Warning, insertions);
        }
    }

    /// What tickets of people of a directory are checked with, where the site lets any in.
    pub(crate) fn tickets(&self) -> Option<&Tickets> {
        self.0.tickets.as_ref()
    }

    /// Waits for a turn to work out a password hash.
    pub(crate) async fn password_turn(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        turn(&self.0.password_turns).await
    }

    /// Waits for a turn to ask a directory who somebody is.
    pub(crate) async fn directory_turn(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        turn(&self.0.directory_turns).await
    }

    /// Wakes the components that look at client rows.
    pub(crate) fn client_changed(&self) {
        for component in [ComponentName::DiscoveryDataManager, ComponentName::PolicyProvider, ComponentName::ManagementPoint] {
            self.0.bells.ring(component);
        }
    }

    /// Wakes who publishes the site to directories.
    pub(crate) fn truth_changed(&self) {
        self.0.bells.ring(ComponentName::HierarchyManager);
    }

    /// Keeps that the site was uninstalled, and has it stop.
    pub(crate) fn uninstalled(&self, ending: &Ending) -> std::io::Result<()> {
        (self.0.end)(ending)
    }

    /// Runs what blocks (the database, files, password hashes) on a thread that may.
    pub(crate) async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static) -> Result<T, ApiError> {
        let site = self.clone();
        match tokio::task::spawn_blocking(move || work(&site)).await {
            Ok(done) => done,
            Err(panic) => Err(ApiError::bug("doing what was asked", &panic)),
        }
    }

    /// Does something for a caller who has what it needs.
    pub(crate) async fn perform<T: Send + 'static>(
        &self,
        caller: &Caller,
        requires: Access,
        work: impl FnOnce(&Work) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        caller.check(requires)?;
        let caller = caller.clone();
        self.blocking(move |site| work(&Work { site: site.clone(), caller })).await
    }
}

async fn turn(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ApiError> {
    match tokio::time::timeout(PASSWORD_TURN_WAIT, turns.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        Ok(Err(_)) | Err(_) => Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            code::SERVER_BUSY,
            "the request was refused without a look",
            "too many people sign in or set passwords at once",
        )
        .fix("try again in a few seconds")
        .retry_after(5)),
    }
}

/// Something that is being done for a caller who may.
pub struct Work {
    pub(crate) site: Site,
    pub(crate) caller: Caller,
}

/// Why a transaction was given up: the database, or what it holds.
pub enum Stop {
    /// The database.
    Store(StoreError),
    /// What was asked cannot be done as things are.
    Refused(Box<ApiError>),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApiError> for Stop {
    fn from(error: ApiError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// What a privileged act did, for the ledger and for the answer.
pub struct Acted<T> {
    /// For the answer.
    pub answer: T,
    /// To what it was done.
    pub object: String,
    /// What else is worth knowing; never a secret.
    pub detail: serde_json::Value,
}

impl Work {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.site.clock().now()
    }

    /// Reads.
    pub fn read<T>(&self, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, Stop>) -> Result<T, ApiError> {
        let mut refused = None;
        let outcome = self.site.pool().read(|tx| {
            refused = None;
            f(tx).map_err(|stop| give_up(stop, &mut refused))
        });
        settled(outcome, refused)
    }

    /// Does a privileged act and enters it in the ledger, in one transaction: without the entry there is no act.
    pub fn act<T>(&self, act: &str, f: impl FnMut(&mut Tx<'_>) -> Result<Acted<T>, Stop>) -> Result<T, ApiError> {
        self.act_as(self.caller.name(), act, f)
    }

    /// As [`Work::act`], for a person who only now becomes somebody.
    pub fn act_as<T>(&self, actor: &str, act: &str, mut f: impl FnMut(&mut Tx<'_>) -> Result<Acted<T>, Stop>) -> Result<T, ApiError> {
        self.act_as_found(act, |tx| Ok((actor.to_owned(), f(tx)?)))
    }

    /// As [`Work::act_as`], for a person whom only the transaction finds.
    pub fn act_as_found<T>(&self, act: &str, mut f: impl FnMut(&mut Tx<'_>) -> Result<(String, Acted<T>), Stop>) -> Result<T, ApiError> {
        let now = self.now();
        let mut refused = None;
        let outcome = self.site.pool().write(|tx| {
            refused = None;
            let (actor, Acted { answer, object, detail }) = f(tx).map_err(|stop| give_up(stop, &mut refused))?;
            let new = NewEntry { at: now, actor: &actor, origin: self.caller.origin(), act, object: &object, detail: &detail };
            let entry = self.site.ledger().append(tx, &new)?;
            Ok((answer, entry))
        });
        let (answer, entry) = settled(outcome, refused)?;
        if let Err(error) = self.site.ledger().committed(&entry) {
            // The act and its entry are kept; only a cut-off end would show later than it should.
            tracing::error!(component = "provider", %error, seq = entry.seq, "how far the ledger goes could not be recorded");
        }
        Ok(answer)
    }
}

/// Makes the transaction roll back; what was refused waits beside it.
fn give_up(stop: Stop, refused: &mut Option<ApiError>) -> StoreError {
    match stop {
        Stop::Store(error) => error,
        Stop::Refused(error) => {
            *refused = Some(*error);
            StoreError::Statement(Circumstance { attempt: "refused".to_owned(), ..Circumstance::default() })
        }
    }
}

fn settled<T>(outcome: Result<T, StoreError>, refused: Option<ApiError>) -> Result<T, ApiError> {
    match (outcome, refused) {
        (Ok(done), _) => Ok(done),
        (Err(_), Some(refused)) => Err(refused),
        (Err(error), None) => Err(error.into()),
    }
}
