//! People who may sign in, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time, cut, limit};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::views;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AdministrativeUser, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// One person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    /// Name to sign in with; `dns.domain\name` for a user or a group of a directory.
    pub name: String,
    /// Security identifier of a user or a group of a directory; null for a person of this site.
    pub sid: Option<String>,
    /// Whether there is a password; without one only a welcome link lets them in.
    pub has_password: bool,
    /// Whether they may no longer sign in.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Time,
    /// By whom.
    pub created_by: String,
    /// How many sessions of theirs have not run out.
    pub sessions: i64,
    /// When one of these was last used, to the minute; null when there is none.
    pub last_used_at: Option<Time>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Person>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let limit = limit(request.limit);
        let after = request.after.as_deref().filter(|after| !after.contains('\0'));
        let mut people = work.read(|tx| Ok(views::people::list(tx, after, limit + 1, work.now())?))?;
        let more = cut(&mut people, limit);
        let next = people.last().filter(|_| more).map(|last| last.name.clone());
        let items = people.into_iter().map(|person| Person {
            name: person.name,
            sid: person.sid,
            has_password: person.has_password,
            disabled: person.disabled,
            created_at: person.created_at.into(),
            created_by: person.created_by,
            sessions: person.sessions,
            last_used_at: person.last_used_at.map(Time),
        });
        Ok(List::page(items.collect(), next, None))
    })
    .await
}

/// Lists people who may sign in.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "person_list", tag = "people", params(Request),
    responses((status = 200, description = "A page of people", body = List<Person>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Person>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
