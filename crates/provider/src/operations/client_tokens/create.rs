//! Making an approval token.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::people;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ModifyResource);

/// Longest time that a token may be used, in minutes: a week.
const MINUTES_MAX: i64 = 10_080;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// How long the token may be used, in minutes, 1 to 10,080.
    #[schema(minimum = 1, maximum = 10_080)]
    pub minutes: i64,
}

/// A token. This is the only time that it is told. No `Debug`: it is a secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenDocument {
    /// The token.
    pub token: String,
    /// Until when it may be used.
    pub expires_at: Time,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<TokenDocument, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        if !(1..=MINUTES_MAX).contains(&request.minutes) {
            return Err(ApiError::malformed("no token was made", format!("{} minutes are not between 1 and {MINUTES_MAX}", request.minutes)));
        }
        work.act("client-token.create", |tx| {
            let expires_at = work.now().plus_seconds(request.minutes * 60);
            let token = people::create_approval_token(tx, work.caller.name(), work.now(), expires_at)?;
            let digest = token.digest().to_string();
            let answer = TokenDocument { token: token.expose().to_owned(), expires_at: expires_at.into() };
            Ok(Acted { answer, object: format!("token {}", &digest[..12]), detail: json!({ "expires_at": expires_at.to_string() }) })
        })
    })
    .await
}

/// Makes a one-time approval token: the one client that registers with it is approved at once.
#[utoipa::path(post, path = "/api/v1/client-tokens", operation_id = "client_token_create", tag = "clients", request_body = inline(Request),
    responses((status = 200, description = "The token, told this once", body = One<TokenDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<TokenDocument>>, ApiError> {
    ask(&site, &caller, request).await.map(|token| Json(One::new(token)))
}
