//! Who would act for a use at a target, in which order, and why. Nothing is connected to.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::bindings::trust_of;
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::accounts::{Reach, Use};
use provost_catalog::roles::SiteType;
use provost_domain::accounts::resolution::{Candidate, Identity, Question, SiteFacts, Switches, Target, resolve};
use provost_domain::accounts::scope;
use provost_domain::accounts::verification::Standing;
use provost_domain::suggestion;
use provost_store::accounts::bindings;
use provost_store::{Tx, publishing, servers, settings};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// The use, by id.
    #[serde(rename = "use")]
    #[param(rename = "use", example = "send-alert-mail")]
    pub operation: String,
    /// At what: what a binding of the use's account belongs to; left out where there is one thing only.
    #[serde(rename = "for")]
    #[param(rename = "for")]
    pub target: Option<String>,
}

/// Who would act.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Resolution {
    /// The use.
    #[serde(rename = "use")]
    pub operation: String,
    /// The account that it runs under, by id.
    pub kind: String,
    /// At what.
    #[serde(rename = "for")]
    pub target: String,
    /// How that stands to the site's forest.
    pub trust: String,
    /// The attempts, in order; empty when nobody acts.
    pub attempts: Vec<Attempt>,
    /// Why nobody acts; null when somebody does. Nothing would be connected to.
    pub refused: Option<Refused>,
}

/// One attempt.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Attempt {
    /// Its place, from 1.
    pub place: usize,
    /// The account's name, or words for an identity without one.
    pub account: String,
    /// `bound`, or which identity.
    pub identity: String,
    /// Why it is tried at this place.
    pub because: String,
}

/// Why nobody acts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Refused {
    /// Number of the rule.
    #[schema(example = "PV2009")]
    pub code: String,
    /// Why.
    pub cause: String,
    /// What helps.
    pub fix: String,
}

fn used(id: &str) -> Result<Use, ApiError> {
    Use::ALL.iter().copied().find(|operation| operation.id() == id).ok_or_else(|| {
        let error = ApiError::new(StatusCode::NOT_FOUND, provost_catalog::rules::code::NOT_FOUND, format!("there is no use {id}"), "no account is for that");
        match suggestion::nearest(id, Use::ALL.iter().map(|operation| operation.id())) {
            Some(meant) => error.fix(format!("did you mean {meant}? each account's uses: provost account explain KIND")),
            None => error.fix("see each account's uses: provost account explain KIND"),
        }
    })
}

/// Whether the server that an account signs in to asks for sign-in.
fn authenticates(tx: &mut Tx<'_>, operation: Use, object: &str) -> Result<bool, crate::site::Stop> {
    Ok(match operation.reaches() {
        Reach::MailServer => servers::mail_server(tx)?.is_some_and(|server| server.authenticates),
        Reach::Proxy => servers::proxy_server(tx, operation.account().id, object)?.is_some_and(|server| server.authenticates),
        _ => true,
    })
}

/// What is switched on.
pub(crate) fn switches(tx: &mut Tx<'_>, operation: Use, object: &str) -> Result<Switches, crate::site::Stop> {
    let allowed = publishing::allowed(tx, operation, object)?;
    let on = |id: &str| allowed.iter().any(|allowed| allowed == id);
    let mut switches = Use::ALL.iter().copied().filter(|operation| on(operation.id())).fold(Switches::default(), Switches::with);
    switches.push_as_site_server = on(settings::PUSH_AS_SITE_SERVER);
    Ok(switches)
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Resolution, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let operation = used(&request.operation)?;
        let account = operation.account();
        let object = scope::object(account, request.target.as_deref(), work.site.status().facts().code).map_err(|refusal| {
            crate::operations::bindings::refused("nothing was resolved", refusal).fix(format!("say at what: --for; {}", account.held_per.words()))
        })?;
        work.read(|tx| {
            let trust = trust_of(tx, &work.site, account, &object)?;
            let stored = bindings::of(tx, account.kind, &object)?;
            let bound: Vec<Candidate> = stored
                .iter()
                .map(|one| Candidate { binding_id: one.binding_id, principal_kind: one.principal_kind, blocked: one.standing == Standing::Blocked })
                .collect();
            let target = Target { trust, authenticates: authenticates(tx, operation, &object)?, not_as_local_system: true };
            let facts = SiteFacts { site_type: SiteType::Primary, switched_on: switches(tx, operation, &object)? };
            let resolved = resolve(&Question { operation, target, bound: &bound, site: facts });
            let (attempts, refused) = match resolved {
                Ok(attempts) => (attempts, None),
                Err(why) => {
                    let unknown = trust == provost_domain::accounts::Trust::Unknown && why.code() == provost_catalog::rules::code::ACCOUNT_MANDATORY;
                    let cause = if unknown { format!("{why}; nobody said whether {object} is trusted") } else { why.to_string() };
                    let fix = if unknown {
                        "provost trust add DOMAIN --forest NAME --trust trusted-forest".to_owned()
                    } else {
                        let blocked: Vec<String> = stored.iter().filter(|one| one.standing == Standing::Blocked).map(|one| one.name.to_string()).collect();
                        why.fix(operation, &object, blocked.iter().map(String::as_str)).unwrap_or_else(|| format!("provost account explain {}", account.id))
                    };
                    (Vec::new(), Some(Refused { code: format!("PV{}", why.code()), cause, fix }))
                }
            };
            let name = |identity: Identity| match identity {
                Identity::Bound(id) => stored.iter().find(|one| one.binding_id == id).map_or_else(String::new, |one| one.name.to_string()),
                other => other.words().to_owned(),
            };
            let attempts = (1..).zip(&attempts).map(|(place, attempt)| Attempt {
                place,
                account: name(attempt.identity),
                identity: attempt.identity.id().to_owned(),
                because: attempt.because.to_string(),
            });
            Ok(Resolution {
                operation: operation.id().to_owned(),
                kind: account.id.to_owned(),
                target: object.clone(),
                trust: trust.id().to_owned(),
                attempts: attempts.collect(),
                refused,
            })
        })
    })
    .await
}

/// Shows who would act for a use at a target.
#[utoipa::path(get, path = "/api/v1/resolution", operation_id = "resolution_show", tag = "bindings", params(Request),
    responses((status = 200, description = "Who would act, or why nobody would", body = One<Resolution>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<One<Resolution>>, ApiError> {
    ask(&site, &caller, request).await.map(|resolution| Json(One::new(resolution)))
}
