//! Verification: the checks of a binding, carried out. Each looks at a real server as the account, and as nobody.
//!
//! What this version has no way to look at is *unsupported* and never counts as pass (security.md §3.1).

mod database;
mod directory;
mod mail;
mod observations;
mod proxy;

pub(crate) use directory::domain_read_by;

use crate::bound::{Bound, bound_for};
use crate::broker::{Broker, blocking};
use crate::refused::Refused;
use crate::turns::Turn;
use observations::Observations;
use provost_catalog::accounts::{Reach, Use};
use provost_catalog::conditions::Condition;
use provost_catalog::rights::Profile;
use provost_domain::Failure;
use provost_domain::accounts::binding::one_forest_each;
use provost_domain::accounts::budget::{Asker, may_try};
use provost_domain::accounts::resolution::{Identity, Target};
use provost_domain::accounts::verification::{Check, Finding, Subject, Verdict, checks};
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use provost_store::accounts::{Binding, bindings};
use provost_store::keys::Secret;
use provost_store::{servers, settings};

/// What a check needs of the site database.
struct Surroundings {
    bound: Bound,
    profile: Profile,
    mail: Option<servers::MailServer>,
    proxy: Option<servers::ProxyServer>,
    directory: Option<directory::DirectoryPlace>,
    /// Other kinds of account that the same principal is bound as, by any spelling of its name.
    shared: Vec<&'static str>,
    /// Other forests that it is bound for, where the kind is one for a forest.
    forests: Vec<String>,
}

/// The secret of the account that is checked, opened for the check.
struct Opened {
    version: i64,
    secret: Secret,
}

/// Why no password is tried, and what that tells of whether the account signs in.
#[derive(Clone, Copy)]
struct Withheld {
    verdict: Verdict,
    why: &'static str,
}

/// None is kept.
const NONE_KEPT: Withheld = Withheld { verdict: Verdict::Unknown, why: "no password is kept for it" };
/// Nothing became better by not looking: a check that failed for it goes on failing until there is another password.
const REFUSED_BEFORE: Withheld =
    Withheld { verdict: Verdict::Fail, why: "its password was refused before and has not changed since: not tried, so that nobody is locked out" };

impl Broker {
    /// Carries out every check of `binding`. Sign-ins keep to the lock-out budget and are entered in the ledger.
    ///
    /// # Errors
    /// When the site database, the vault or the ledger refuses: then nothing was found out.
    pub async fn verify(&self, binding: &Binding, actor: &str, asker: Asker) -> Result<Vec<Finding>, Refused> {
        let operation = binding.kind.definition().used_by.first().copied().unwrap_or(Use::ReadContent);
        let surroundings = self.surroundings(binding, operation).await?;
        let target = Target { trust: surroundings.bound.trust, authenticates: true, not_as_local_system: true };
        let all = checks(binding.kind.definition(), surroundings.profile, binding.principal_kind, target);
        let mut seen = Observations::default();
        let (verdict, evidence) = one_kind(&surroundings.shared, &surroundings.forests);
        seen.add(Subject::Stands(Condition::OneKind), verdict, evidence);
        match operation.reaches() {
            Reach::MailServer => self.look_at_mail(binding, operation, &surroundings, actor, asker, &mut seen).await?,
            Reach::Proxy => self.look_at_proxy(binding, operation, &surroundings, actor, asker, &mut seen).await?,
            Reach::SiteDatabase => self.look_at_database(binding, operation, actor, asker, &mut seen).await?,
            Reach::Directory => self.look_at_directory(binding, operation, &surroundings, actor, asker, &mut seen).await?,
            other => seen.rest(Verdict::Unsupported, format!("this version has no way to look at {} as the account", other.words())),
        }
        let at = self.clock().now();
        Ok(all.iter().map(|check: &Check| seen.finding(check, binding, at)).collect())
    }

    async fn surroundings(&self, binding: &Binding, operation: Use) -> Result<Surroundings, Refused> {
        let (broker, binding) = (self.clone(), binding.clone());
        let kind = binding.kind.definition().id;
        Ok(blocking(move || {
            broker.read(|tx| {
                let mail = servers::mail_server(tx)?;
                let proxy = servers::proxy_server(tx, kind, &binding.object)?;
                let directory = directory::place(tx, operation, &binding.object)?;
                let host = match operation.reaches() {
                    Reach::Directory if directory.is_some() => directory.as_ref().map_or("", |place| &place.dns_domain),
                    Reach::MailServer => mail.as_ref().map_or("", |server| &server.host),
                    Reach::Proxy => proxy.as_ref().map_or("", |server| &server.host),
                    _ => binding.object.rsplit_once('@').map_or(binding.object.as_str(), |(_, host)| host),
                };
                let same: Vec<Binding> = bindings::list(tx)?.into_iter().filter(|other| other.name.may_be(&binding.name)).collect();
                let shared = same.iter().filter(|other| other.kind != binding.kind).map(|other| other.kind.definition().title).collect();
                let elsewhere = |other: &&Binding| one_forest_each(binding.kind) && other.kind == binding.kind && other.object != binding.object;
                let forests = same.iter().filter(elsewhere).map(|other| other.object.clone()).collect();
                let bound = bound_for(tx, operation, &binding.object, host, broker.domain())?;
                Ok(Surroundings { bound, profile: settings::profile(tx)?, mail: mail.clone(), proxy: proxy.clone(), directory, shared, forests })
            })
        })
        .await?)
    }

    /// Opens the account's secret when its budget allows a sign-in; else says why not. Nobody else tries it before the turn
    /// ends, when the sign-in is entered.
    async fn secret_within_budget(&self, binding: &Binding, asker: Asker) -> Result<Result<(Opened, Turn), Withheld>, Refused> {
        let Some(id) = binding.secret else { return Ok(Err(NONE_KEPT)) };
        let (version, secret) = self.secret(id).await?;
        let (turn, so_far) = self.turn(binding, version).await?;
        if may_try(so_far, asker, self.clock().now()) { Ok(Ok((Opened { version, secret }, turn))) } else { Ok(Err(REFUSED_BEFORE)) }
    }

    /// Enters a sign-in that a check made, which ends its turn.
    #[allow(clippy::too_many_arguments, reason = "an entry has as many parts")]
    async fn enter_check(
        &self,
        turn: Option<Turn>,
        binding: &Binding,
        operation: Use,
        address: &str,
        version: Option<i64>,
        actor: &str,
        outcome: Outcome,
        detail: &str,
    ) -> Result<(), Refused> {
        let (broker, binding, address, actor, detail) = (self.clone(), binding.clone(), address.to_owned(), actor.to_owned(), detail.to_owned());
        let entered =
            blocking(move || broker.enter(&binding, operation, &address, Identity::Bound(binding.binding_id), version, &actor, outcome, &detail)).await;
        drop(turn);
        Ok(entered?)
    }
}

/// Whether the principal is bound as one kind only (security.md DR-24), and for one forest only (§3.3, row 4): it was refused when it
/// was bound, unless the site was not hardened yet.
fn one_kind(shared: &[&str], forests: &[String]) -> (Verdict, String) {
    let mut wrong = Vec::new();
    if !shared.is_empty() {
        wrong.push(format!("it is also bound as {}: make an account for each use", shared.join(", ")));
    }
    if !forests.is_empty() {
        wrong.push(format!("it is also bound for {}: make an account for each forest", forests.join(", ")));
    }
    if wrong.is_empty() { (Verdict::Pass, "this site has it bound as nothing else".to_owned()) } else { (Verdict::Fail, wrong.join("; ")) }
}

/// What became of a sign-in, as an outcome and its words.
fn outcome_of(signed_in: &Result<(), Failure>) -> (Outcome, String) {
    match signed_in {
        Ok(()) => (Outcome::Succeeded, String::new()),
        Err(failure) => (failure.outcome, failure.to_string()),
    }
}

/// The verdict on *it signs in*.
fn sign_in_verdict(signed_in: &Result<(), Failure>) -> (Verdict, String) {
    match signed_in {
        Ok(()) => (Verdict::Pass, "it signed in".to_owned()),
        // Only what is said of the account tells something of the account.
        Err(failure) if failure.outcome.is_about_the_account() => (Verdict::Fail, failure.to_string()),
        Err(failure) => (Verdict::Unknown, failure.to_string()),
    }
}

fn credential<'a>(user: &'a str, opened: &'a Opened) -> Credential<'a> {
    Credential { user, password: &opened.secret }
}
