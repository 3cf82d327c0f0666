//! Approval tokens that were made, without the tokens themselves.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time, limit};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::people;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
}

/// An approval token as people see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalToken {
    /// SHA-256 of the token, which tells it from others.
    pub digest: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// Until when it may be used.
    pub expires_at: Time,
    /// When it was used; null when it was not.
    pub used_at: Option<Time>,
    /// Identity of the client that used it.
    pub used_by: Option<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<ApprovalToken>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let limit = i64::try_from(limit(request.limit)).unwrap_or(i64::MAX);
        let tokens = work.read(|tx| Ok(people::list_approval_tokens(tx, limit)?))?;
        let items = tokens.into_iter().map(|token| ApprovalToken {
            digest: token.digest.to_string(),
            created_by: token.created_by,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.into(),
            used_at: token.used.map(|(at, _)| at.into()),
            used_by: token.used.map(|(_, by)| by.to_string()),
        });
        Ok(List::page(items.collect(), None, None))
    })
    .await
}

/// Lists approval tokens, newest first.
#[utoipa::path(get, path = "/api/v1/client-tokens", operation_id = "client_token_list", tag = "clients", params(Request),
    responses((status = 200, description = "The tokens", body = List<ApprovalToken>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<ApprovalToken>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
