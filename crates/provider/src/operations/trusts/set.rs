//! Entering how a domain stands to the site's forest.

use super::list::Trust;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::accounts::Trust as Known;
use provost_domain::accounts::trust::domain_name;
use provost_store::servers::{self, DomainTrust};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The domain's forest.
    pub forest: String,
    /// `same-forest`, `trusted-forest`, `untrusted-domain` or `untrusted-forest`.
    pub trust: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, domain: String, request: Request) -> Result<Trust, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let refused = |cause: String| ApiError::new(StatusCode::CONFLICT, code::TRUST_INVALID, format!("what is known of {domain} was not changed"), cause);
        let name = |text: &str| domain_name(text).ok_or_else(|| refused(format!("{text:?} is not the DNS name of a domain")));
        let trust = Known::from_id(&request.trust).filter(|trust| *trust != Known::Unknown);
        let trust = trust.ok_or_else(|| refused(format!("{:?} is none of same-forest, trusted-forest, untrusted-domain, untrusted-forest", request.trust)))?;
        let known = DomainTrust { domain: name(&domain)?, forest: name(&request.forest)?, trust };
        work.act("trust.set", |tx| {
            servers::set_trust(tx, &known)?;
            let detail = json!({ "forest": known.forest, "trust": trust.id() });
            Ok(Acted { answer: Trust::from(known.clone()), object: known.domain.clone(), detail })
        })
    })
    .await
}

/// Enters how a domain stands to the site's forest.
#[utoipa::path(put, path = "/api/v1/trusts/{domain}", operation_id = "trust_set", tag = "trusts", request_body = inline(Request),
    params(("domain" = String, Path, description = "Its DNS name")),
    responses((status = 200, description = "What is known now", body = One<Trust>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(domain): Path<String>, Body(request): Body<Request>) -> Result<Json<One<Trust>>, ApiError> {
    ask(&site, &caller, domain, request).await.map(|trust| Json(One::new(trust)))
}
