//! Adding a person.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::people;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Create);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name to sign in with: 1 to 64 letters a-z, digits, dots, hyphens and underscores, a letter first.
    pub name: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let name = super::name(&request.name)?;
        work.act("person.add", |tx| {
            if !people::create_person(tx, &name, work.caller.name(), work.now())? {
                let error =
                    ApiError::new(StatusCode::CONFLICT, code::PERSON_EXISTS, format!("{name} was not added"), "there is an administrative user of that name");
                return Err(error.fix(format!("let them in: provost admin welcome {name}")).into());
            }
            Ok(Acted { answer: Done { object: name.to_string(), done: "added".to_owned() }, object: name.to_string(), detail: json!({}) })
        })
    })
    .await
}

/// Adds a person. A welcome link lets them in for the first time.
#[utoipa::path(post, path = "/api/v1/people", operation_id = "person_add", tag = "people", request_body = inline(Request),
    responses((status = 200, description = "They are added", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, request).await.map(|done| Json(One::new(done)))
}
