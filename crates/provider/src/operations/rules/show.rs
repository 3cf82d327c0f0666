//! One rule.

use super::list::RuleDocument;
use crate::access::{Access, Caller};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::rules;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// Asks. A number is written as `PV4001`, `pv4001` or `4001`.
pub async fn ask(site: &Site, caller: &Caller, code: String) -> Result<RuleDocument, ApiError> {
    site.perform(caller, REQUIRES, move |_| {
        let digits = code.strip_prefix("PV").or_else(|| code.strip_prefix("pv")).unwrap_or(&code);
        let rule = digits.parse().ok().and_then(rules::rule);
        rule.map(RuleDocument::from).ok_or_else(|| ApiError::not_found("rule", &code, "GET /api/v1/rules"))
    })
    .await
}

/// Explains a rule.
#[utoipa::path(get, path = "/api/v1/rules/{code}", operation_id = "rule_explain", tag = "rules", params(("code" = String, Path, description = "Its number, such as `PV4001`")),
    responses((status = 200, description = "The rule", body = One<RuleDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(code): Path<String>) -> Result<Json<One<RuleDocument>>, ApiError> {
    ask(&site, &caller, code).await.map(|rule| Json(One::new(rule)))
}
