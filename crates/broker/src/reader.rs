//! Who tells why an account was refused, where the server has one answer for several reasons: another account that may read the
//! same domain looks at the object of the refused one. That is a connection like any other, and entered like one.

use crate::bound::switches;
use crate::broker::{Broker, blocking};
use crate::endpoint::Endpoint;
use crate::record::Record;
use crate::refused::Refused;
use crate::verification::domain_read_by;
use provost_catalog::accounts::{Reach, Use};
use provost_domain::Failure;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::budget::Asker;
use provost_domain::accounts::resolution::Identity;
use provost_domain::accounts::trust::{Trust, of_host};
use provost_domain::accounts::verification::Standing;
use provost_domain::outcome::Outcome;
use provost_store::accounts::{Binding, bindings};
use provost_store::{StoreError, Tx, servers};
use std::time::{Duration, Instant};

/// Bound accounts that are asked at most.
const READERS_MAX: usize = 3;
/// Longest wait for somebody else's attempt with the reader's password; that one may be waiting for the refused account's.
const PATIENCE: Duration = Duration::from_secs(10);

/// An account that may read a domain.
struct Reader {
    operation: Use,
    identity: Identity,
    binding: Option<Binding>,
}

impl Broker {
    /// Adds to `failure`, which is about `user`, why it is so, where another account can tell; else it stays as it is.
    ///
    /// # Errors
    /// As [`Refused`] tells: when what was tried cannot be entered.
    pub(crate) async fn tell_why<E: Endpoint>(&self, operation: Use, endpoint: &E, actor: &str, user: &str, failure: &mut Failure) -> Result<(), Refused> {
        if failure.outcome != Outcome::LockedOrDisabled {
            return Ok(());
        }
        let readers = {
            let (broker, user, host) = (self.clone(), user.to_owned(), endpoint.host().to_owned());
            let computer = endpoint.computer().map(str::to_owned);
            blocking(move || broker.read(|tx| readers(tx, operation, &user, &host, broker.domain(), computer.as_deref()))).await?
        };
        let mut told = Vec::new();
        for reader in &readers {
            let (outcome, words) = self.ask(reader, endpoint, actor, user).await?;
            told.push(words);
            if outcome != Outcome::LockedOrDisabled {
                failure.outcome = outcome;
                break;
            }
        }
        if readers.is_empty() {
            told.push(format!("nobody else is known who may read {} and could tell which", endpoint.host()));
        }
        *failure = Failure::new(failure.outcome, failure.step, format!("{}; {}", told.join("; "), failure.detail));
        Ok(())
    }

    /// Asks one reader.
    async fn ask<E: Endpoint>(&self, reader: &Reader, endpoint: &E, actor: &str, user: &str) -> Result<(Outcome, String), Refused> {
        let account = reader.binding.as_ref().map_or_else(|| reader.identity.words().to_owned(), |binding| binding.name.to_string());
        let (at, began) = (self.clock().now(), Instant::now());
        let binding = reader.binding.as_ref();
        let opened = self.open(reader.operation, endpoint, Asker::Component, reader.identity, binding, &endpoint.address(), Some(PATIENCE)).await?;
        let failure = opened.result.as_ref().err();
        let detail = failure.map_or_else(String::new, |failure| format!("{}: {}", failure.step, failure.detail));
        let record = Record {
            at,
            actor,
            operation: reader.operation,
            address: &opened.key.address,
            identity: reader.identity,
            binding,
            secret_version: opened.key.secret_version,
            account: &account,
            outcome: failure.map_or(Outcome::Succeeded, |failure| failure.outcome),
            detail: &detail,
            because: format!("it may read why {user} was refused"),
            duration: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
            reused: opened.reused,
        };
        self.entered(&record).await?;
        drop(opened.turn);
        let unknown = |why: String| (Outcome::LockedOrDisabled, format!("asked as {account}: {why}"));
        let mut session = match opened.result {
            Ok(session) => session,
            Err(failure) => return Ok(unknown(failure.to_string())),
        };
        Ok(match E::account_state(&mut session, user).await {
            Ok(Some(state)) => {
                let (outcome, why) = state.why_revoked(self.clock().now());
                (outcome, format!("asked as {account}: {why}"))
            }
            Ok(None) => unknown("the object of the account is not seen".to_owned()),
            Err(failure) => unknown(failure.to_string()),
        })
    }
}

/// Who may read the domain `host`, besides `user`: this machine's computer account where its forest is trusted, then the accounts
/// that are bound for reading there. One that a failed check blocks is not used for this either.
fn readers(tx: &mut Tx<'_>, operation: Use, user: &str, host: &str, own_domain: &str, computer: Option<&str>) -> Result<Vec<Reader>, StoreError> {
    let user = AccountName::parse(user).ok();
    let another = |name: &AccountName| user.as_ref().is_some_and(|user| !user.may_be(name));
    let known = servers::trusts(tx)?;
    let trust = of_host(host, own_domain, known.iter().map(|known| (known.domain.as_str(), known.trust)));
    let mut readers = Vec::new();
    if Trust::domain_is_trusted(trust) && computer.and_then(|name| AccountName::parse(name).ok()).is_some_and(|name| another(&name)) {
        readers.push(Reader { operation, identity: Identity::SiteServerComputer, binding: None });
    }
    let allowed = switches(tx, operation, host)?;
    let mut bound = Vec::new();
    for binding in bindings::list(tx)? {
        let Some(operation) = binding.kind.definition().used_by.iter().copied().find(|operation| operation.reaches() == Reach::Directory) else { continue };
        let domain = domain_read_by(operation, &binding.object);
        let reads_there = domain.is_some_and(|domain| domain.eq_ignore_ascii_case(host));
        if reads_there && allowed.allow(operation) && binding.standing != Standing::Blocked && another(&binding.name) {
            bound.push(Reader { operation, identity: Identity::Bound(binding.binding_id), binding: Some(binding) });
        }
    }
    // What was proved goes first.
    bound.sort_by_key(|reader| reader.binding.as_ref().is_none_or(|binding| binding.standing != Standing::Proved));
    bound.dedup_by(|a, b| a.binding.as_ref().map(|binding| binding.name.key()) == b.binding.as_ref().map(|binding| binding.name.key()));
    readers.extend(bound.into_iter().take(READERS_MAX));
    Ok(readers)
}
