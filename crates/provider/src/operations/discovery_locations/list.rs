//! Every discovery location.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::accounts::bindings;
use provost_store::discovery::{StoredLocation, locations, methods, runs};
use provost_store::{StoreError, Tx};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One location.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DiscoveryLocation {
    /// Its number.
    pub location_id: i64,
    /// The method that looks there.
    #[schema(example = "ad-system")]
    pub method: String,
    /// The container; accounts are bound on it, written the same way.
    #[schema(example = "OU=computers,DC=corp,DC=example,DC=test")]
    pub path: String,
    /// Whether the method looks beneath it too.
    pub recurse: bool,
    /// Whether members of groups that are there count as being there.
    pub look_inside_groups: bool,
    /// These groups only; all when it is empty.
    pub groups: Vec<String>,
    /// Domain controllers to ask; those of the domain's DNS records when it is empty.
    pub controllers: Vec<String>,
    /// Whether it is read by LDAPS, with an authority of its own.
    pub own_authority: bool,
    /// The account that is bound for it; null when none is, and the site server's computer account acts where it is trusted.
    pub account: Option<String>,
    /// Whether the method runs by itself.
    pub enabled: bool,
    /// When it was last begun to be read; null when it never was.
    pub last_at: Option<Time>,
    /// When everything was last read; null when it never was.
    pub full_at: Option<Time>,
    /// When it is read next by itself; null when it is not.
    pub next_at: Option<Time>,
    /// When it was added.
    pub created_at: Time,
    /// By whom.
    pub created_by: String,
}

impl DiscoveryLocation {
    /// With what is known of its account and its runs.
    pub(super) fn of(tx: &mut Tx<'_>, stored: StoredLocation) -> Result<Self, StoreError> {
        let StoredLocation { location_id, location, created_at, created_by } = stored;
        let (method, path) = (location.method, location.path.to_string());
        let account = bindings::of(tx, method.operation().account().kind, &path)?.into_iter().next().map(|binding| binding.name.to_string());
        let (settings, progress) = (methods::find(tx, method)?, runs::progress(tx, method, &path)?);
        Ok(Self {
            location_id,
            method: method.id().to_owned(),
            path,
            recurse: location.recurse,
            look_inside_groups: location.look_inside_groups,
            groups: location.groups,
            controllers: location.hosts,
            own_authority: location.ca_pem.is_some(),
            account,
            enabled: settings.enabled,
            last_at: progress.last_at.map(Time),
            full_at: progress.full_at.map(Time),
            next_at: settings.next(progress).map(|(_, at)| Time(at)).filter(|_| progress.last_at.is_some()),
            created_at: created_at.into(),
            created_by,
        })
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<DiscoveryLocation>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let all = locations::list(tx)?.into_iter().map(|stored| DiscoveryLocation::of(tx, stored)).collect::<Result<_, _>>()?;
            Ok(List::whole(all))
        })
    })
    .await
}

/// Lists where discovery methods look.
#[utoipa::path(get, path = "/api/v1/discovery-locations", operation_id = "discovery_location_list", tag = "discovery",
    responses((status = 200, description = "The locations", body = List<DiscoveryLocation>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<DiscoveryLocation>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
