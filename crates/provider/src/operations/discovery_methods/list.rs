//! Every discovery method that reads directories.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::discovery::{Method, Settings};
use provost_store::discovery::methods;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// How a method is set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DiscoveryMethod {
    /// `ad-system`, `ad-user`, `ad-group` or `ad-forest`.
    pub method: String,
    /// Its name.
    pub title: String,
    /// Whether it runs by itself.
    pub enabled: bool,
    /// Seconds between full runs.
    pub full_every: i64,
    /// Seconds between looks for changes; null when it does not look, or cannot.
    pub delta_every: Option<i64>,
    /// Leaves out what last logged on more days ago; null when it does not count.
    pub logged_on_within_days: Option<i64>,
    /// Leaves out what set its password more days ago; null when it does not count.
    pub password_within_days: Option<i64>,
    /// Whether disabled accounts are taken too.
    pub disabled: bool,
    /// Whether members of distribution groups are found.
    pub distribution_groups: bool,
    /// Whether subnets become boundaries.
    pub subnet_boundaries: bool,
    /// Whether Active Directory sites become boundaries.
    pub site_boundaries: bool,
    /// Attributes that are read besides the usual ones.
    pub attributes: Vec<String>,
}

impl From<Settings> for DiscoveryMethod {
    fn from(settings: Settings) -> Self {
        Self {
            method: settings.method.id().to_owned(),
            title: settings.method.title().to_owned(),
            enabled: settings.enabled,
            full_every: settings.full_every,
            delta_every: settings.delta_every,
            logged_on_within_days: settings.logged_on_within_days,
            password_within_days: settings.password_within_days,
            disabled: settings.disabled,
            distribution_groups: settings.distribution_groups,
            subnet_boundaries: settings.subnet_boundaries,
            site_boundaries: settings.site_boundaries,
            attributes: settings.attributes,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<DiscoveryMethod>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let all = Method::ALL.into_iter().map(|method| Ok(DiscoveryMethod::from(methods::find(tx, method)?)));
            Ok(List::whole(all.collect::<Result<_, provost_store::StoreError>>()?))
        })
    })
    .await
}

/// Lists discovery methods that read directories.
#[utoipa::path(get, path = "/api/v1/discovery-methods", operation_id = "discovery_method_list", tag = "discovery",
    responses((status = 200, description = "The methods", body = List<DiscoveryMethod>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<DiscoveryMethod>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
