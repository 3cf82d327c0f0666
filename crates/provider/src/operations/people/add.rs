//! Adding a person.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::operations::session::directory;
use crate::request::Body;
use crate::site::{Acted, Site, Work};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::accounts::name::AccountName;
use provost_sd::Sid;
use provost_store::people::{self, DirectoryAdmin};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Create);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Name to sign in with: 1 to 64 letters a-z, digits, dots, hyphens and underscores, a letter first. A user or a group
    /// of a directory as `dns.domain\name` or `user@dns.domain`.
    pub name: String,
    /// Security identifier of the user or group, where discovery has not found it.
    #[serde(default)]
    pub sid: Option<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        if directory::is_of_directory(&request.name) || request.sid.is_some() {
            return of_directory(work, &request);
        }
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

/// Adds a user or a group of a directory: by its identifier, for names change.
fn of_directory(work: &Work, request: &Request) -> Result<Done, ApiError> {
    let typed = AccountName::parse(&request.name).map_err(|refusal| ApiError::malformed(format!("{:?} was not added", request.name), refusal.cause))?;
    let not_added = format!("{typed} was not added");
    let given = match &request.sid {
        Some(sid) => Some(sid.parse::<Sid>().map_err(|error| ApiError::malformed(not_added.clone(), format!("{sid:?}: {error}")))?.to_string()),
        None => None,
    };
    // By its name it is looked up, shown and removed; an identifier alone brings no domain with it.
    if given.is_some() && typed.principal().is_none() {
        let cause = "with a security identifier the name tells the DNS name of its domain";
        return Err(ApiError::malformed(not_added, cause).fix("write the name as dns.domain\\name, as in corp.example.com\\ada"));
    }
    work.act("person.add", |tx| {
        let (sid, name) = match (&given, people::find_in_directory(tx, &typed)?) {
            (Some(sid), _) => (sid.clone(), shown(&typed)),
            (None, Some(found)) => found,
            (None, None) => {
                let cause = "discovery has found no user and no group of this name, or several";
                let error = ApiError::new(StatusCode::NOT_FOUND, code::DIRECTORY_NAME_UNKNOWN, not_added.clone(), cause);
                return Err(error.fix(format!("name its security identifier: provost admin add '{typed}' --sid SID")).into());
            }
        };
        let admin = DirectoryAdmin { sid: sid.clone(), name: name.clone(), created_at: work.now(), created_by: work.caller.name().to_owned() };
        if !people::add_directory_admin(tx, &admin)? {
            let cause = "that name or that security identifier is an administrative user already";
            return Err(ApiError::new(StatusCode::CONFLICT, code::PERSON_EXISTS, not_added.clone(), cause).fix("see who is there: provost admin list").into());
        }
        Ok(Acted { answer: Done { object: name.clone(), done: "added".to_owned() }, object: name, detail: json!({ "sid": sid }) })
    })
}

/// `dns.domain\name`, however it was typed.
fn shown(name: &AccountName) -> String {
    format!("{}\\{}", name.domain(), name.user())
}

/// Adds a person. A welcome link lets them in for the first time; a user or a group of a directory signs in with what the directory knows of them.
#[utoipa::path(post, path = "/api/v1/people", operation_id = "person_add", tag = "people", request_body = inline(Request),
    responses((status = 200, description = "They are added", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, request).await.map(|done| Json(One::new(done)))
}
