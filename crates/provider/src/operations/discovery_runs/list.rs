//! Runs, the newest first.

use super::DiscoveryRun;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::operations::discovery_methods;
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::discovery::runs;
use serde::Deserialize;
use utoipa::IntoParams;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Of this method only.
    pub method: Option<String>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `started`, `outcome` or `found`; with `-` before it, greatest first. Newest first when not given.
    pub sort: Option<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<DiscoveryRun>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let method = request.method.as_deref().map(discovery_methods::named).transpose()?;
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&runs::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = runs::page(tx, method, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(DiscoveryRun::from).collect(), next, None))
        })
    })
    .await
}

/// Lists runs of discovery methods, the newest first.
#[utoipa::path(get, path = "/api/v1/discovery-runs", operation_id = "discovery_run_list", tag = "discovery", params(Request),
    responses((status = 200, description = "A page of runs", body = List<DiscoveryRun>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<DiscoveryRun>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
