//! Having a discovery method run.

use super::DiscoveryRun;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::discovery_methods;
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::discovery::RunKind;
use provost_store::discovery::{locations, runs};
use provost_store::forests;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The method.
    pub method: String,
    /// `full` or `delta`; full when left out.
    pub kind: Option<String>,
    /// Only the location of this number.
    pub location_id: Option<i64>,
    /// Only this forest.
    pub forest: Option<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<DiscoveryRun>, ApiError> {
    let method = discovery_methods::named(&request.method)?;
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let refused = |status, cause: String, fix: &str| ApiError::new(status, code::DISCOVERY_SETTING_INVALID, "nothing was started", cause).fix(fix);
            let kind = match request.kind.as_deref() {
                None => RunKind::Full,
                Some(word) => RunKind::from_id(word)
                    .filter(|kind| *kind == RunKind::Full || method.has_delta())
                    .ok_or_else(|| refused(StatusCode::BAD_REQUEST, format!("{word:?} is no run of {}", method.title()), "provost discovery run --help"))?,
            };
            work.act("discovery.run", |tx| {
                let targets: Vec<String> = if method.has_locations() {
                    let all = locations::of(tx, method)?.into_iter();
                    all.filter(|one| request.location_id.is_none_or(|id| id == one.location_id)).map(|one| one.location.path.to_string()).collect()
                } else {
                    let asked = request.forest.as_deref().map(str::to_lowercase);
                    forests::list(tx)?.into_iter().map(|one| one.forest).filter(|one| asked.as_ref().is_none_or(|asked| asked == one)).collect()
                };
                if targets.is_empty() {
                    let (cause, fix) = if method.has_locations() {
                        (format!("{} has no such location", method.title()), "provost discovery list; provost discovery add METHOD PATH")
                    } else {
                        ("no such forest is known".to_owned(), "provost forest list; provost forest add DNS.NAME")
                    };
                    return Err(refused(StatusCode::CONFLICT, cause, fix).into());
                }
                let mut started = Vec::new();
                for target in &targets {
                    let run_id = runs::request(tx, method, target, kind, work.caller.name(), work.now())?;
                    started.extend(runs::find(tx, run_id)?.map(DiscoveryRun::from));
                }
                Ok(Acted { answer: List::whole(started), object: method.id().to_owned(), detail: json!({ "kind": kind.id(), "targets": targets }) })
            })
        })
        .await?;
    site.bells().ring(method.component());
    Ok(done)
}

/// Has a discovery method run at once, at all its places or at one; gives the runs, which tell how far they are.
#[utoipa::path(post, path = "/api/v1/discovery-runs", operation_id = "discovery_run_start", tag = "discovery", request_body = inline(Request),
    responses((status = 200, description = "The runs", body = List<DiscoveryRun>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<List<DiscoveryRun>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
