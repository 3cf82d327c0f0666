//! Adding a boundary.

use super::list::Boundary;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::boundary::{self, BoundaryKind};
use provost_store::boundaries;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Boundary, Operation::Create);

/// Most characters of a description.
const DESCRIPTION_MAX: usize = 256;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `ip-subnet`, `ad-site`, `ipv6-prefix` or `ip-range`.
    pub kind: String,
    /// `10.1.2.0/24`, a site's name, `2001:db8:1::/48` or `10.1.0.0-10.1.3.255`.
    pub value: String,
    /// What people call it.
    #[serde(default)]
    pub description: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Boundary, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let refused = |code, status, cause: String| ApiError::new(status, code, "the boundary was not added", cause);
            let invalid = |cause: String| refused(code::BOUNDARY_INVALID, StatusCode::BAD_REQUEST, cause).fix("provost boundary add --help");
            let kind = BoundaryKind::from_id(&request.kind).ok_or_else(|| invalid(format!("{:?} is no kind of boundary", request.kind)))?;
            let boundary = boundary::Boundary::new(kind, &request.value).map_err(|e| invalid(e.to_string()))?;
            if request.description.chars().count() > DESCRIPTION_MAX || request.description.chars().any(char::is_control) {
                return Err(invalid(format!("a description has at most {DESCRIPTION_MAX} characters, none of them a control character")));
            }
            work.act("boundary.add", |tx| {
                let added = boundaries::add(tx, &boundary, &request.description, work.caller.name(), work.now())?;
                let stored = match added {
                    Some(id) => boundaries::find(tx, id)?,
                    None => None,
                };
                let exists =
                    || refused(code::BOUNDARY_EXISTS, StatusCode::CONFLICT, format!("there is {} already", boundary.name())).fix("provost boundary list");
                let answer = stored.map(Boundary::from).ok_or_else(exists)?;
                Ok(Acted { object: answer.name.clone(), answer, detail: json!({ "description": request.description }) })
            })
        })
        .await?;
    site.truth_changed();
    Ok(done)
}

/// Adds a boundary. Its name is generated.
#[utoipa::path(post, path = "/api/v1/boundaries", operation_id = "boundary_add", tag = "boundaries", request_body = inline(Request),
    responses((status = 200, description = "The boundary", body = One<Boundary>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Boundary>>, ApiError> {
    ask(&site, &caller, request).await.map(|boundary| Json(One::new(boundary)))
}
