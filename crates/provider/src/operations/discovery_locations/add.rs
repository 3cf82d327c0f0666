//! Adding a discovery location.

use super::list::DiscoveryLocation;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::discovery_methods;
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::discovery::{InvalidLocation, Location};
use provost_store::discovery::locations;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `ad-system`, `ad-user` or `ad-group`.
    pub method: String,
    /// A container by its distinguished name, or a domain by its DNS name.
    #[schema(example = "OU=Computers,DC=corp,DC=example,DC=test")]
    pub path: String,
    /// Whether it looks beneath it too; yes when left out.
    pub recurse: Option<bool>,
    /// Whether members of groups that are there count as being there; no when left out.
    pub look_inside_groups: Option<bool>,
    /// Group discovery: these groups only, by name.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Domain controllers to ask, by DNS name.
    #[serde(default)]
    pub controllers: Vec<String>,
    /// Certificates of the only authorities to trust, in PEM: then it is read by LDAPS.
    pub ca_pem: Option<String>,
}

impl Request {
    fn location(&self) -> Result<Location, ApiError> {
        let method = discovery_methods::named(&self.method)?;
        let refused = |InvalidLocation(cause)| {
            let error = ApiError::new(StatusCode::BAD_REQUEST, code::DISCOVERY_LOCATION_INVALID, "the location was not added", cause);
            error.fix("provost discovery add --help")
        };
        if self.ca_pem.as_ref().is_some_and(|pem| !pem.contains("-----BEGIN CERTIFICATE-----")) {
            return Err(refused(InvalidLocation("the file holds no certificate in PEM".to_owned())));
        }
        let location = Location::new(method, &self.path).map_err(refused)?;
        let location = Location {
            recurse: self.recurse.unwrap_or(true),
            look_inside_groups: self.look_inside_groups.unwrap_or(false),
            groups: self.groups.iter().map(|group| group.trim().to_owned()).collect(),
            hosts: self.controllers.iter().map(|host| host.trim().to_lowercase()).collect(),
            ca_pem: self.ca_pem.clone(),
            ..location
        };
        location.checked().map_err(refused)
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<DiscoveryLocation, ApiError> {
    let location = request.location()?;
    let component = location.method.component();
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("discovery.add", |tx| {
                let added = locations::add(tx, &location, work.caller.name(), work.now())?;
                let stored = match added {
                    Some(location_id) => locations::find(tx, location_id)?,
                    None => None,
                };
                let stored = stored.ok_or_else(|| {
                    let cause = format!("{} looks at {} already", location.method.title(), location.path);
                    ApiError::new(StatusCode::CONFLICT, code::DISCOVERY_LOCATION_EXISTS, "the location was not added", cause).fix("provost discovery list")
                })?;
                let answer = DiscoveryLocation::of(tx, stored)?;
                let detail = json!({ "method": answer.method, "recurse": answer.recurse, "groups": answer.groups });
                Ok(Acted { object: answer.path.clone(), answer, detail })
            })
        })
        .await?;
    site.bells().ring(component);
    Ok(done)
}

/// Adds a location where a discovery method looks. The account that reads it is bound apart, on its path.
#[utoipa::path(post, path = "/api/v1/discovery-locations", operation_id = "discovery_location_add", tag = "discovery", request_body = inline(Request),
    responses((status = 200, description = "The location", body = One<DiscoveryLocation>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<DiscoveryLocation>>, ApiError> {
    ask(&site, &caller, request).await.map(|location| Json(One::new(location)))
}
