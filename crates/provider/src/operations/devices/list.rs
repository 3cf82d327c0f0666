//! Devices, filtered and sorted, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::Approval;
use provost_store::views::devices;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Words that all must hold: text in name, identifier or address, or a name, a colon and a word, such as `os:`, `address:`, `software:`, `client:`, `seen:`; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `name`, `os`, `version`, `seen` or `inventory`; with `-` before it, greatest first. By name when not given.
    pub sort: Option<String>,
}

/// One device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Device {
    /// Its number.
    pub resource_id: i64,
    /// Its name.
    pub name: String,
    /// Full name in DNS; empty when not known.
    pub dns_name: String,
    /// Domain or workgroup; empty when not known.
    pub domain: String,
    /// Operating system; empty when not known.
    pub operating_system: String,
    /// Version of its client; empty when it has none.
    pub client_version: String,
    /// Its client's identity; null when it has none.
    pub smsid: Option<String>,
    /// `registered`, `approved` or `blocked`; null when it has no client.
    pub approval: Option<String>,
    /// When its client was last seen or heard of; null when never.
    pub last_seen_at: Option<Time>,
    /// When its hardware inventory was last loaded; null when never.
    pub inventory_at: Option<Time>,
    /// Whether another record has taken its place.
    pub obsolete: bool,
    /// Its IP addresses.
    pub ip_addresses: Vec<String>,
}

impl From<devices::Listed> for Device {
    fn from(device: devices::Listed) -> Self {
        Self {
            resource_id: device.resource_id.0,
            name: device.name,
            dns_name: device.dns_name,
            domain: device.domain,
            operating_system: device.operating_system,
            client_version: device.client_version,
            smsid: device.smsid.map(|smsid| smsid.to_string()),
            approval: device.approval.map(Approval::word).map(str::to_owned),
            last_seen_at: device.last_seen_at.map(Time),
            inventory_at: device.inventory_at.map(Time),
            obsolete: device.obsolete,
            ip_addresses: device.ip_addresses,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Device>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let sort = request.sort.as_deref().filter(|sort| !sort.is_empty()).or(Some("name"));
        let asked = Asked { filter: request.filter.as_deref(), sort, after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&devices::FIELDS, false, work.now())?;
        work.read(|tx| {
            let total = devices::count(tx, &page.terms)?;
            let found = devices::list(tx, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Device::from).collect(), next, Some(total)))
        })
    })
    .await
}

/// Lists devices.
#[utoipa::path(get, path = "/api/v1/devices", operation_id = "device_list", tag = "devices", params(Request),
    responses((status = 200, description = "A page of devices", body = List<Device>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Device>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
