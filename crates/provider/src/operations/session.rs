//! Signing in and out.

pub mod directory;
pub mod negotiate;
pub mod sign_in;
pub mod sign_out;
pub mod welcome;
pub mod whoami;

use crate::access::{Access, Caller};
use crate::document::Time;
use crate::error::ApiError;
use crate::site::{Acted, Site, Stop, Work};
use provost_store::Tx;
use provost_store::people::{self, PersonName, PersonNameError, SessionLimits};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// A session. This is the only time that its token is told. No `Debug`: it is a secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct SessionDocument {
    /// Who signed in.
    pub name: String,
    /// What to send as `Authorization: Bearer …`.
    pub token: String,
    /// When the session ends, however much it is used; it ends earlier when it is not used for an hour.
    pub expires_at: Time,
}

/// Begins a session in the transaction of its ledger entry. The caller has made sure that the person is who they say.
fn begin(work: &Work, tx: &mut Tx<'_>, person: &PersonName, how: &str) -> Result<Acted<SessionDocument>, Stop> {
    people::delete_expired_sessions(tx, work.now(), SessionLimits::DEFAULT)?;
    let (token, session) = people::create_session(tx, person, work.caller.origin(), work.now(), SessionLimits::DEFAULT)?;
    let answer = SessionDocument { name: person.to_string(), token: token.expose().to_owned(), expires_at: session.expires_at.into() };
    Ok(Acted { answer, object: person.to_string(), detail: json!({ "by": how, "expires_at": session.expires_at.to_string() }) })
}

/// Begins another session for a person who has one: theirs ended because they changed their password.
pub async fn renew(site: &Site, caller: &Caller) -> Result<SessionDocument, ApiError> {
    site.perform(caller, Access::SignedIn, |work| {
        let person = people_name(work.caller.name())?;
        work.act("session.begin", |tx| begin(work, tx, &person, "new password"))
    })
    .await
}

fn people_name(name: &str) -> Result<PersonName, ApiError> {
    name.parse().map_err(|error: PersonNameError| ApiError::bug("reading the name of a person", &error))
}

/// Refuses when too many attempts failed lately.
fn refuse_too_many(work: &Work, name: Option<&str>) -> Result<(), ApiError> {
    match work.site.attempts().wait(name, work.caller.origin(), work.now()) {
        None => Ok(()),
        Some(seconds) => Err(too_many(seconds)),
    }
}

fn too_many(seconds: i64) -> ApiError {
    ApiError::new(
        axum::http::StatusCode::TOO_MANY_REQUESTS,
        provost_catalog::rules::code::TOO_MANY_ATTEMPTS,
        "the sign-in was refused without a look",
        "too many attempts for this name or from this address failed",
    )
    .fix(format!("wait {seconds} s; the owner of the site's data is not held up: provost admin welcome NAME"))
    .retry_after(seconds)
}
