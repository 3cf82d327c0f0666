//! Setting a discovery method.

use super::list::DiscoveryMethod;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::discovery::Settings;
use provost_store::discovery::{cursors, locations, methods};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked; what is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Whether it runs by itself.
    pub enabled: Option<bool>,
    /// Seconds between full runs: an hour to a year.
    pub full_every: Option<i64>,
    /// Seconds between looks for changes: a minute to a day; 0 to look for none.
    pub delta_every: Option<i64>,
    /// Leave out what last logged on more days ago, at least 14; 0 when it does not count.
    pub logged_on_within_days: Option<i64>,
    /// Leave out what set its password more days ago; 0 when it does not count.
    pub password_within_days: Option<i64>,
    /// Whether disabled accounts are taken too.
    pub disabled: Option<bool>,
    /// Whether members of distribution groups are found.
    pub distribution_groups: Option<bool>,
    /// Whether subnets become boundaries.
    pub subnet_boundaries: Option<bool>,
    /// Whether Active Directory sites become boundaries.
    pub site_boundaries: Option<bool>,
    /// Attributes that are read besides the usual ones, by their LDAP names; all of them.
    pub attributes: Option<Vec<String>>,
}

impl Request {
    /// The settings that follow.
    fn applied(&self, before: Settings) -> Settings {
        let or = |asked: Option<i64>, before: Option<i64>| asked.map_or(before, |asked| Some(asked).filter(|asked| *asked != 0));
        Settings {
            method: before.method,
            enabled: self.enabled.unwrap_or(before.enabled),
            full_every: self.full_every.unwrap_or(before.full_every),
            delta_every: or(self.delta_every, before.delta_every),
            logged_on_within_days: or(self.logged_on_within_days, before.logged_on_within_days),
            password_within_days: or(self.password_within_days, before.password_within_days),
            disabled: self.disabled.unwrap_or(before.disabled),
            distribution_groups: self.distribution_groups.unwrap_or(before.distribution_groups),
            subnet_boundaries: self.subnet_boundaries.unwrap_or(before.subnet_boundaries),
            site_boundaries: self.site_boundaries.unwrap_or(before.site_boundaries),
            attributes: self.attributes.clone().unwrap_or(before.attributes),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, method: String, request: Request) -> Result<DiscoveryMethod, ApiError> {
    let method = super::named(&method)?;
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("discovery.set", |tx| {
                let before = methods::find(tx, method)?;
                let refused = |cause: String| {
                    let error = ApiError::new(StatusCode::BAD_REQUEST, code::DISCOVERY_SETTING_INVALID, format!("{} was not changed", method.id()), cause);
                    error.fix(format!("provost discovery set {} --help", method.id()))
                };
                let settings = request.applied(before.clone()).checked().map_err(|invalid| refused(invalid.to_string()))?;
                methods::set(tx, &settings)?;
                // What is read is another now, so what was read before must be read again.
                if !settings.reads_as(&before) {
                    for location in locations::of(tx, method)? {
                        cursors::forget(tx, location.location_id)?;
                    }
                }
                let answer = DiscoveryMethod::from(settings);
                let detail = serde_json::to_value(&answer).unwrap_or_else(|_| json!({}));
                Ok(Acted { answer, object: method.id().to_owned(), detail })
            })
        })
        .await?;
    site.bells().ring(method.component());
    Ok(done)
}

/// Sets a discovery method. When that changes what is read, the next run reads everything again.
#[utoipa::path(put, path = "/api/v1/discovery-methods/{method}", operation_id = "discovery_method_set", tag = "discovery", request_body = inline(Request),
    params(("method" = String, Path, description = "The method")),
    responses((status = 200, description = "As it is now", body = One<DiscoveryMethod>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path(method): Path<String>,
    Body(request): Body<Request>,
) -> Result<Json<One<DiscoveryMethod>>, ApiError> {
    ask(&site, &caller, method, request).await.map(|method| Json(One::new(method)))
}
