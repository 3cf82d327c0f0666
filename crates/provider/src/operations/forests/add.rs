//! Adding a forest.

use super::list::Forest;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::accounts::trust::domain_name;
use provost_store::forests;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Create);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// DNS name of its root domain.
    pub forest: String,
    /// Domain controllers to ask, by DNS name.
    #[serde(default)]
    pub controllers: Vec<String>,
    /// Certificates of the only authorities to trust, in PEM: then it is read by LDAPS.
    pub ca_pem: Option<String>,
    /// Whether forest discovery reads it; yes when left out.
    pub discovers: Option<bool>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Forest, ApiError> {
    let domain = site.domain();
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let refused = |status, cause: String| ApiError::new(status, code::FOREST_INVALID, format!("the forest {} was not added", request.forest), cause);
            let name = |text: &str| domain_name(text).ok_or_else(|| refused(StatusCode::BAD_REQUEST, format!("{text:?} is not a DNS name")));
            let forest = name(&request.forest)?;
            let hosts = request.controllers.iter().map(|host| name(host)).collect::<Result<Vec<_>, _>>()?;
            if request.ca_pem.as_ref().is_some_and(|pem| !pem.contains("-----BEGIN CERTIFICATE-----")) {
                return Err(refused(StatusCode::BAD_REQUEST, "the file holds no certificate in PEM".to_owned()));
            }
            work.act("forest.add", |tx| {
                let new = forests::Forest {
                    forest: forest.clone(),
                    hosts: hosts.clone(),
                    ca_pem: request.ca_pem.clone(),
                    discovers: request.discovers.unwrap_or(true),
                    created_by: work.caller.name().to_owned(),
                    created_at: work.now(),
                    discovered_at: None,
                };
                if !forests::add(tx, &new)? {
                    return Err(refused(StatusCode::CONFLICT, "it is known already".to_owned()).into());
                }
                let answer = Forest::of(tx, new, &domain)?;
                let detail = json!({ "controllers": answer.controllers, "discovers": answer.discovers });
                Ok(Acted { answer, object: forest.clone(), detail })
            })
        })
        .await?;
    site.bells().ring(ComponentName::AdForestDiscoveryManager);
    Ok(done)
}

/// Adds a forest. The account that reads it is bound apart; where it is not trusted, one must be.
#[utoipa::path(post, path = "/api/v1/forests", operation_id = "forest_add", tag = "forests", request_body = inline(Request),
    responses((status = 200, description = "The forest", body = One<Forest>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Forest>>, ApiError> {
    ask(&site, &caller, request).await.map(|forest| Json(One::new(forest)))
}
