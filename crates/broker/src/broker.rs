//! The broker.

use crate::bound::bound_for;
use crate::directory_endpoint::{Directories, DirectoryEndpoint};
use crate::endpoint::Endpoint;
use crate::idle::{Idle, Key};
use crate::record::Record;
use crate::refused::{Refused, Tried};
use crate::session::Session;
use crate::turns::{Turn, Turns};
use provost_catalog::accounts::{PrincipalKind, Use};
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_domain::Failure;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::budget::{self, Asker, may_try};
use provost_domain::accounts::resolution::{Attempt, Identity, Question, resolve};
use provost_domain::outcome::Outcome;
use provost_runtime::Clock;
use provost_store::Credential;
use provost_store::accounts::{Binding, refusals};
use provost_store::database::Circumstance;
use provost_store::keys::Secret;
use provost_store::ledger::{Clerk, Ledger, NewEntry};
use provost_store::vault::{Opener, SecretId, VaultError};
use provost_store::{Database, Pool, StoreError};
use serde_json::json;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Connections to the site database for what is read; what is entered goes by one of the ledger's clerk.
const DATABASE_CONNECTIONS: usize = 2;

/// What a broker is made of.
pub struct Parts {
    /// The site database.
    pub database: Database,
    /// The half of the vault that opens.
    pub opener: Opener,
    /// The ledger.
    pub ledger: Ledger,
    /// The clock.
    pub clock: Clock,
    /// The DNS domain of the site server; empty without one. Computers in it are in the site's forest.
    pub domain: String,
    /// What this machine calls itself.
    pub host: String,
    /// How this machine reaches directories.
    pub directories: Directories,
    /// Where connections are driven, for callers that block.
    pub runtime: Handle,
}

/// Finds the account, opens the connection, writes the ledger. Clones are the same.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    database: Database,
    pool: Pool,
    opener: Opener,
    clerk: Clerk,
    clock: Clock,
    site: String,
    domain: String,
    host: String,
    directories: Directories,
    runtime: Handle,
    idle: Arc<Idle>,
    turns: Turns,
}

impl Broker {
    /// Connects to the site database as the principal *broker*.
    ///
    /// # Errors
    /// As [`StoreError`] tells.
    pub fn new(parts: Parts) -> Result<Self, StoreError> {
        let Parts { database, opener, ledger, clock, domain, host, directories, runtime } = parts;
        let site = database.site().to_string();
        let kept = database.clone();
        let pool = database.pool(Principal::Broker, DATABASE_CONNECTIONS)?;
        let clerk = ledger.clerk(database.connect(Principal::Broker)?).map_err(|e| unavailable("starting the ledger's clerk", &e.to_string()))?;
        Ok(Self(Arc::new(Inner {
            database: kept,
            pool,
            opener,
            clerk,
            clock,
            site,
            domain,
            host,
            directories,
            runtime,
            idle: Arc::default(),
            turns: Turns::default(),
        })))
    }

    /// The directory of `dns_domain`, as this machine reaches it, for what is bound on `object`: a discovery location or a
    /// forest. Without `hosts` DNS is asked; with `ca_pem` passwords go by TLS, else Kerberos is spoken.
    #[must_use]
    pub fn directory(&self, object: &str, dns_domain: &str, hosts: &[String], ca_pem: Option<&str>) -> DirectoryEndpoint {
        DirectoryEndpoint::new(&self.0.directories, &self.0.host, object, dns_domain, hosts, ca_pem)
    }

    /// Opens a session for `operation` at `endpoint`, as who the definitions and bindings say, in their order. `actor` is
    /// the component or person that wants it. The next account of a list is tried only when what failed is about the
    /// account: a server that does not answer answers nobody.
    ///
    /// # Errors
    /// As [`Refused`] tells. Every attempt is in the ledger, and so is a session, before it is used.
    pub async fn connect<E: Endpoint>(&self, operation: Use, endpoint: &E, actor: &str, asker: Asker) -> Result<Session<E::Session>, Refused> {
        let bound = {
            let (inner, object, host) = (self.0.clone(), endpoint.object().to_owned(), endpoint.host().to_owned());
            blocking(move || inner.pool.read(|tx| bound_for(tx, operation, &object, &host, &inner.domain))).await?
        };
        let question = Question { operation, target: endpoint.target(bound.trust), bound: &bound.candidates, site: bound.site };
        let attempts =
            resolve(&question).map_err(|why| Refused::Unresolved { operation, why, object: endpoint.object().to_owned(), blocked: bound.blocked() })?;
        let mut tried = Vec::new();
        for attempt in attempts {
            let binding = match attempt.identity {
                Identity::Bound(id) => bound.bindings.iter().find(|binding| binding.binding_id == id),
                _ => None,
            };
            match self.attempt(operation, endpoint, actor, asker, attempt, binding).await? {
                Ok(session) => return Ok(session),
                Err(failed) => {
                    let go_on = failed.outcome.is_about_the_account();
                    tried.push(failed);
                    if !go_on {
                        break;
                    }
                }
            }
        }
        Err(Refused::Tried { operation, address: endpoint.address(), attempts: tried })
    }

    /// One attempt, entered in the ledger whatever becomes of it.
    async fn attempt<E: Endpoint>(
        &self,
        operation: Use,
        endpoint: &E,
        actor: &str,
        asker: Asker,
        attempt: Attempt,
        binding: Option<&Binding>,
    ) -> Result<Result<Session<E::Session>, Tried>, Refused> {
        let account = binding.map_or_else(|| attempt.identity.words().to_owned(), |binding| binding.name.to_string());
        let address = endpoint.address();
        let at = self.0.clock.now();
        let began = Instant::now();
        let opened = self.open(operation, endpoint, asker, attempt.identity, binding, &address, None).await?;
        let Opening { key, reused, mut result, turn } = opened;
        let duration = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
        if let Err(failure) = &mut result {
            let user = binding.map_or_else(|| endpoint.computer().unwrap_or_default().to_owned(), endpoint_name);
            self.tell_why(operation, endpoint, actor, &user, failure).await?;
        }
        let failure = result.as_ref().err();
        let outcome = failure.map_or(Outcome::Succeeded, |failure| failure.outcome);
        let detail = failure.map_or_else(String::new, |failure| format!("{}: {}", failure.step, failure.detail));
        let record = Record {
            at,
            actor,
            operation,
            address: &key.address,
            identity: attempt.identity,
            binding,
            secret_version: key.secret_version,
            account: &account,
            outcome,
            detail: &detail,
            because: attempt.because.to_string(),
            duration,
            reused,
        };
        self.entered(&record).await?;
        drop(turn);
        Ok(match result {
            Ok(connection) => Ok(Session { inner: connection, identity: attempt.identity, account, key, idle: self.0.idle.clone() }),
            Err(failure) => Err(Tried { identity: attempt.identity, account, outcome: failure.outcome, detail: failure.detail }),
        })
    }

    /// Has an attempt entered before its session is used.
    pub(crate) async fn entered(&self, record: &Record<'_>) -> Result<(), Refused> {
        let (told, entered) = oneshot::channel();
        record.enter(&self.0.clerk, move |entered| drop(told.send(entered)));
        Ok(entered.await.unwrap_or_else(|_| Err(unavailable("entering an attempt in the ledger", "nobody enters any more")))?)
    }

    /// Opens a connection; whoever else tries the same password is waited for, no longer than `patience`.
    #[allow(clippy::too_many_arguments, reason = "an attempt has as many parts")]
    pub(crate) async fn open<E: Endpoint>(
        &self,
        operation: Use,
        endpoint: &E,
        asker: Asker,
        identity: Identity,
        binding: Option<&Binding>,
        address: &str,
        patience: Option<Duration>,
    ) -> Result<Opening<E::Session>, Refused> {
        let mut key = Key { operation, address: address.to_owned(), identity, secret_version: None };
        let Some(binding) = binding else {
            let result = match identity {
                Identity::Unauthenticated => endpoint.open(None).await,
                _ => endpoint.open_as_computer().await,
            };
            return Ok(Opening { key, reused: false, result: self.with_own_time(result), turn: None });
        };
        let refused = |code: u16, detail: &str| Err(Failure::new(Outcome::RefusedByRule, "choose", format!("PV{code}: {detail}")));
        if is_by_keytab(binding) {
            let result = if has_key(endpoint, binding) { endpoint.open_as_computer().await } else { refused(code::ACCOUNT_HAS_NO_SECRET, NO_KEY) };
            return Ok(Opening { key, reused: false, result: self.with_own_time(result), turn: None });
        }
        let Some(id) = binding.secret else {
            return Ok(Opening { key, reused: false, result: refused(code::ACCOUNT_HAS_NO_SECRET, "no password is kept for it"), turn: None });
        };
        let (version, secret) = self.secret(id).await?;
        key.secret_version = Some(version);
        if let Some(mut waiting) = self.0.idle.take::<E::Session>(&key)
            && E::is_alive(&mut waiting).await
        {
            return Ok(Opening { key, reused: true, result: Ok(waiting), turn: None });
        }
        let taken = match patience {
            None => Some(self.turn(binding, version).await?),
            Some(patience) => tokio::time::timeout(patience, self.turn(binding, version)).await.ok().transpose()?,
        };
        let Some((turn, so_far)) = taken else {
            let result = refused(code::SIGN_IN_BUDGET, "somebody else is trying this password now");
            return Ok(Opening { key, reused: false, result, turn: None });
        };
        if !may_try(so_far, asker, self.0.clock.now()) {
            let result =
                refused(code::SIGN_IN_BUDGET, "this password was refused before; it is not tried again before it changes, so that nobody is locked out");
            return Ok(Opening { key, reused: false, result, turn: None });
        }
        let user = endpoint_name(binding);
        let result = endpoint.open(Some(Credential { user: &user, password: &secret })).await;
        Ok(Opening { key, reused: false, result: self.with_own_time(result), turn: Some(turn) })
    }

    /// What failed because clocks differ, with the time that it is here: the other side's clock alone tells nobody which is
    /// wrong.
    fn with_own_time<S>(&self, result: Result<S, Failure>) -> Result<S, Failure> {
        result.map_err(|failure| match failure.outcome {
            Outcome::ClockSkew => {
                let both = format!("{}; the clock of {} says {}: set the wrong one right", failure.detail, self.0.host, self.0.clock.now());
                Failure::new(failure.outcome, failure.step, both)
            }
            _ => failure,
        })
    }

    /// Opens a secret for one attempt; it is overwritten when the attempt is over.
    pub(crate) async fn secret(&self, id: SecretId) -> Result<(i64, Secret), Refused> {
        let inner = self.0.clone();
        let read = blocking(move || {
            inner.pool.read(|tx| match inner.opener.open(tx, id) {
                Ok(opened) => Ok(Ok(opened)),
                Err(VaultError::Store(error)) => Err(error),
                Err(other) => Ok(Err(other)),
            })
        });
        Ok(read.await??)
    }

    /// Waits for a turn with one version of the account's password, and gives what that version was refused so far. The turn
    /// is held until the attempt is entered.
    pub(crate) async fn turn(&self, binding: &Binding, version: i64) -> Result<(Turn, Option<budget::Refused>), Refused> {
        let (inner, name) = (self.0.clone(), binding.name.key());
        let turn = self.0.turns.take(name.clone(), version).await;
        let so_far = blocking(move || inner.pool.read(|tx| refusals::so_far(tx, &name, version))).await?;
        Ok((turn, so_far))
    }

    pub(crate) fn read<T>(&self, f: impl FnMut(&mut provost_store::Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.0.pool.read(f)
    }

    /// Enters a sign-in that a check made.
    #[allow(clippy::too_many_arguments, reason = "an entry has as many parts")]
    pub(crate) fn enter(
        &self,
        binding: &Binding,
        operation: Use,
        address: &str,
        identity: Identity,
        version: Option<i64>,
        actor: &str,
        outcome: Outcome,
        detail: &str,
    ) -> Result<(), StoreError> {
        let account = binding.name.to_string();
        let record = Record {
            at: self.0.clock.now(),
            actor,
            operation,
            address,
            identity,
            binding: Some(binding),
            secret_version: version,
            account: &account,
            outcome,
            detail,
            because: "its rights are checked".to_owned(),
            duration: 0,
            reused: false,
        };
        let (told, entered) = mpsc::sync_channel(1);
        record.enter(&self.0.clerk, move |entered| drop(told.send(entered)));
        entered.recv().unwrap_or_else(|_| Err(unavailable("entering a check in the ledger", "nobody enters any more")))
    }

    /// Waits for something of the broker's, on a thread that may block: those of the site's components.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.runtime.block_on(work)
    }

    /// Enters what was done to a login.
    pub(crate) fn enter_login(&self, act: &str, login: &str, actor: &str) -> Result<(), StoreError> {
        let (told, entered) = mpsc::sync_channel(1);
        let new = NewEntry { at: self.0.clock.now(), actor, origin: "site", act, object: login, detail: &json!({}) };
        self.0.clerk.enter(&new, None, move |entry| drop(told.send(entry.map(drop))));
        entered.recv().unwrap_or_else(|_| Err(unavailable("entering a login in the ledger", "nobody enters any more")))
    }

    pub(crate) fn opener(&self) -> &Opener {
        &self.0.opener
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// The site's code.
    pub(crate) fn site(&self) -> &str {
        &self.0.site
    }

    /// What this machine calls itself.
    pub(crate) fn host(&self) -> &str {
        &self.0.host
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn domain(&self) -> &str {
        &self.0.domain
    }
}

pub(crate) struct Opening<S> {
    pub(crate) key: Key,
    pub(crate) reused: bool,
    pub(crate) result: Result<S, Failure>,
    /// Until the attempt is entered nobody else tries the password.
    pub(crate) turn: Option<Turn>,
}

/// Why a computer account that is bound cannot act.
pub(crate) const NO_KEY: &str = "no password is kept for it, and this machine has no keytab of that computer: set keytab to its keytab";

/// Whether an account signs in by the key of its computer, and not by a password that is kept.
pub(crate) fn is_by_keytab(binding: &Binding) -> bool {
    binding.secret.is_none() && binding.principal_kind == PrincipalKind::ComputerAccount
}

/// Whether a computer account that is bound is that of this machine, whose key it has.
pub(crate) fn has_key<E: Endpoint>(endpoint: &E, binding: &Binding) -> bool {
    endpoint.computer().and_then(|own| AccountName::parse(own).ok()).is_some_and(|own| own.may_be(&binding.name))
}

/// The name as a server wants it: users of one server sign in by the name alone, or as it was entered.
pub(crate) fn endpoint_name(binding: &Binding) -> String {
    binding.name.to_string()
}

/// Runs what blocks on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => Err(unavailable("working with accounts", &panic.to_string())),
    }
}

pub(crate) fn unavailable(attempt: &str, cause: &str) -> StoreError {
    StoreError::Unavailable(Circumstance { attempt: attempt.to_owned(), principal: "broker".to_owned(), cause: cause.to_owned() })
}
