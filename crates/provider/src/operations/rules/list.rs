//! All rules.

use crate::access::{Access, Caller};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::rules::{self, Rule};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// One rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleDocument {
    /// Its number.
    #[schema(example = "PV4001")]
    pub code: String,
    /// What happened, in a few words.
    pub title: String,
    /// What that means.
    pub meaning: String,
    /// What usually causes it.
    pub cause: String,
    /// What helps.
    pub fix: String,
    /// `information`, `warning` or `error`.
    pub severity: String,
}

impl From<&Rule> for RuleDocument {
    fn from(rule: &Rule) -> Self {
        let Rule { code, title, meaning, cause, fix, severity } = rule;
        Self {
            code: format!("PV{code:04}"),
            title: (*title).to_owned(),
            meaning: (*meaning).to_owned(),
            cause: (*cause).to_owned(),
            fix: (*fix).to_owned(),
            severity: severity.words().to_owned(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<RuleDocument>, ApiError> {
    site.perform(caller, REQUIRES, |_| Ok(List::whole(rules::all().map(RuleDocument::from).collect()))).await
}

/// Lists the rules.
#[utoipa::path(get, path = "/api/v1/rules", operation_id = "rule_list", tag = "rules",
    responses((status = 200, description = "The rules", body = List<RuleDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<RuleDocument>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
