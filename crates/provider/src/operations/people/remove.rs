//! Removing a person.

use super::not_found;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::operations::session::directory;
use crate::request::Path;
use crate::site::{Acted, Site, Work};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::people;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Delete);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        if directory::is_of_directory(&name) {
            return of_directory(work, &name);
        }
        let name = super::name(&name)?;
        refuse_self(work, name.as_str())?;
        work.act("person.remove", |tx| {
            if !people::delete_person(tx, &name)? {
                return Err(not_found(&name).into());
            }
            Ok(Acted { answer: Done { object: name.to_string(), done: "removed".to_owned() }, object: name.to_string(), detail: json!({}) })
        })
    })
    .await
}

fn refuse_self(work: &Work, name: &str) -> Result<(), ApiError> {
    if !matches!(&work.caller, Caller::Person { name: me, .. } if me == name) {
        return Ok(());
    }
    let cause = "nobody removes themselves: the last one out could not let anybody in";
    let error = ApiError::new(StatusCode::CONFLICT, code::PERSON_IS_YOU, format!("{name} was not removed"), cause);
    Err(error.fix(format!("have somebody else do it, or on the site's machine: provost admin remove '{name}'")))
}

/// Removes a user or a group of a directory, and ends the sessions of whom it let in.
fn of_directory(work: &Work, name: &str) -> Result<Done, ApiError> {
    refuse_self(work, name)?;
    work.act("person.remove", |tx| {
        if !people::remove_directory_admin(tx, name)? {
            return Err(ApiError::not_found("administrative user", name, "provost admin list").into());
        }
        Ok(Acted { answer: Done { object: name.to_owned(), done: "removed".to_owned() }, object: name.to_owned(), detail: json!({}) })
    })
}

/// Removes a person and ends their sessions. What they did stays in the ledger.
#[utoipa::path(delete, path = "/api/v1/people/{name}", operation_id = "person_remove", tag = "people", params(("name" = String, Path, description = "Their name")),
    responses((status = 200, description = "They are removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name).await.map(|done| Json(One::new(done)))
}
