//! Signing in with a password.

use super::{SessionDocument, begin, directory, refuse_too_many};
use crate::access::{Access, Caller};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::keys::Secret;
use provost_store::people::{self, PasswordHash, PersonName};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::Anyone;

/// What is asked. No `Debug`: it holds a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name; `user@dns.domain` or `dns.domain\name` for somebody of a directory.
    pub name: String,
    /// Password.
    #[schema(format = Password)]
    pub password: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<SessionDocument, ApiError> {
    let _turn = if directory::is_of_directory(&request.name) { site.directory_turn().await? } else { site.password_turn().await? };
    site.perform(caller, REQUIRES, move |work| {
        let Request { name, password } = request;
        let password = Secret::new(password.into_bytes());
        if directory::is_of_directory(&name) {
            return directory::by_password(work, &name, &password);
        }
        let person = name.parse::<PersonName>().ok();
        // A name that nobody can have waits like any other, so that names cannot be found out by trying.
        let tried = person.as_ref().map_or("?", PersonName::as_str).to_owned();
        refuse_too_many(work, Some(&tried))?;
        let hash = match &person {
            Some(person) => work.read(|tx| Ok(people::find_password_hash(tx, person)?))?,
            None => None,
        };
        let right = PasswordHash::verify(hash.as_ref(), &password);
        if let (true, Some(person)) = (right, &person) {
            let session = work.act_as(person.as_str(), "session.begin", |tx| begin(work, tx, person, "password"))?;
            work.site.attempts().succeeded(&tried);
            return Ok(session);
        }
        tracing::warn!(component = "provider", origin = work.caller.origin(), "a sign-in with a wrong name or password");
        if work.site.attempts().failed(Some(&tried), work.caller.origin(), work.now()) {
            let detail = json!({ "why": "too many wrong passwords" });
            work.act("session.hold", |_| Ok(Acted { answer: (), object: tried.clone(), detail: detail.clone() }))?;
        }
        Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::WRONG_PASSWORD,
            "the sign-in was refused",
            "name or password is wrong, or the person may not sign in",
        )
        .fix("try again, or have a link made: provost admin welcome NAME"))
    })
    .await
}

/// Signs a person in with a password.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "session_begin", tag = "session", request_body = inline(Request),
    responses((status = 200, description = "The session, its token told this once", body = One<SessionDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<SessionDocument>>, ApiError> {
    ask(&site, &caller, request).await.map(|session| Json(One::new(session)))
}
