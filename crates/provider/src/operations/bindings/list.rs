//! Bindings, all of them: by account, object and place.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Query;
use crate::site::{Site, Stop};
use axum::Json;
use axum::extract::State;
use provost_domain::Timestamp;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::verification::{Finding, Verdict};
use provost_store::Tx;
use provost_store::accounts::bindings::{self, SecretFacts};
use provost_store::accounts::{Binding as Stored, checks, uses};
use provost_store::vault::SecretId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Only those of this account, by id.
    pub kind: Option<String>,
    /// Only those for this object.
    pub on: Option<String>,
    /// Only those of this principal.
    pub name: Option<String>,
}

/// One binding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Binding {
    /// Its number.
    pub binding_id: i64,
    /// Who, as it was entered.
    pub name: String,
    /// As which account, by id.
    #[schema(example = "smtp-server-connection")]
    pub kind: String,
    /// The account's name.
    pub title: String,
    /// For what: a site, a forest, a computer, a role on one, a package, a step.
    pub on: String,
    /// Its place in the list, from 1.
    pub position: u32,
    /// What kind of principal it is.
    #[schema(example = "domain-user")]
    pub principal_kind: String,
    /// Its SID; null until a directory has told it.
    pub sid: Option<String>,
    /// `proved`, `not-proved` or `blocked`.
    pub standing: String,
    /// How many checks ended how.
    pub checks: Checks,
    /// What is known of its password; null when none is kept. Never the password.
    pub secret: Option<Secret>,
    /// When it was bound.
    pub created_at: Time,
    /// By whom.
    pub created_by: String,
    /// When it was last changed.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
    /// When it was last checked; null when it was not.
    pub checked_at: Option<Time>,
    /// When it was last used; null when it never was.
    pub last_used_at: Option<Time>,
}

/// How many checks ended how.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Checks {
    /// As it should be.
    pub pass: usize,
    /// Not as it should be.
    pub fail: usize,
    /// Could not be seen.
    pub unknown: usize,
    /// There is no way to see it.
    pub unsupported: usize,
    /// Does not concern it.
    pub not_applicable: usize,
}

/// What is known of a password.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Secret {
    /// Its version, from 1.
    pub version: i64,
    /// Id of the site key that it is sealed under.
    pub key: String,
    /// When it was sealed.
    pub sealed_at: Time,
    /// By whom.
    pub sealed_by: String,
}

impl Checks {
    fn of(findings: &[Finding]) -> Self {
        let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
        Self {
            pass: count(Verdict::Pass),
            fail: count(Verdict::Fail),
            unknown: count(Verdict::Unknown),
            unsupported: count(Verdict::Unsupported),
            not_applicable: count(Verdict::NotApplicable),
        }
    }
}

impl Binding {
    fn new(stored: &Stored, secrets: &HashMap<SecretId, SecretFacts>, findings: &[Finding], used: Option<Timestamp>) -> Self {
        let definition = stored.kind.definition();
        Self {
            binding_id: stored.binding_id,
            name: stored.name.to_string(),
            kind: definition.id.to_owned(),
            title: definition.title.to_owned(),
            on: stored.object.clone(),
            position: stored.position,
            principal_kind: stored.principal_kind.id().to_owned(),
            sid: stored.sid.clone(),
            standing: stored.standing.id().to_owned(),
            checks: Checks::of(findings),
            secret: stored.secret.and_then(|id| secrets.get(&id)).filter(|facts| facts.retired_at.is_none()).map(|facts| Secret {
                version: facts.version,
                key: facts.key_id.clone(),
                sealed_at: facts.created_at.into(),
                sealed_by: facts.created_by.clone(),
            }),
            created_at: stored.created_at.into(),
            created_by: stored.created_by.clone(),
            changed_at: stored.changed_at.into(),
            changed_by: stored.changed_by.clone(),
            checked_at: findings.iter().map(|finding| finding.at).min().map(Time),
            last_used_at: used.map(Time),
        }
    }
}

/// Documents of what is stored, with what is known of each.
pub(super) fn documents(tx: &mut Tx<'_>, stored: &[Stored]) -> Result<Vec<Binding>, Stop> {
    let secrets = bindings::secret_facts(tx)?;
    let only = if let [one] = stored { Some(one.binding_id) } else { None };
    let findings = checks::findings(tx, only)?;
    let used = uses::last(tx)?;
    let document = |one: &Stored| {
        let findings = findings.get(&one.binding_id).map_or(&[][..], Vec::as_slice);
        Binding::new(one, &secrets, findings, used.get(&one.binding_id).copied())
    };
    Ok(stored.iter().map(document).collect())
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Binding>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let kind = request.kind.as_deref().map(super::kind).transpose()?;
        let name = request.name.as_deref().map(AccountName::parse).transpose().map_err(|refusal| super::refused("bindings cannot be listed", refusal))?;
        work.read(|tx| {
            let mut stored = bindings::list(tx)?;
            stored.retain(|one| {
                kind.is_none_or(|kind| one.kind == kind.kind)
                    && request.on.as_ref().is_none_or(|on| one.object.eq_ignore_ascii_case(on))
                    && name.as_ref().is_none_or(|name| one.name.may_be(name))
            });
            Ok(List::whole(documents(tx, &stored)?))
        })
    })
    .await
}

/// Lists bindings.
#[utoipa::path(get, path = "/api/v1/bindings", operation_id = "binding_list", tag = "bindings", params(Request),
    responses((status = 200, description = "The bindings", body = List<Binding>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Binding>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
