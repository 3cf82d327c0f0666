//! Entries of the ledger, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::ledger;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// Only entries after this number, or with `order=newest` before it; also `next` of the page before.
    pub after: Option<String>,
    /// `oldest` or `newest` first; oldest when not given.
    pub order: Option<String>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `actor`, `act` or `at`; with `-` before it, greatest first. As `order` says when not given.
    pub sort: Option<String>,
}

/// One entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entry {
    /// Its number; the first is 1, and none is left out.
    pub seq: i64,
    /// When it was done.
    pub at: Time,
    /// Who did it.
    pub actor: String,
    /// Where from.
    pub origin: String,
    /// What was done.
    #[schema(example = "client.approve")]
    pub act: String,
    /// To what.
    pub object: String,
    /// What else is worth knowing.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// Hash of the entry before.
    pub previous: String,
    /// Keyed hash of this entry.
    pub hash: String,
}

impl From<ledger::Entry> for Entry {
    fn from(entry: ledger::Entry) -> Self {
        let ledger::Entry { seq, at, actor, origin, act, object, detail, previous, hash } = entry;
        Self {
            seq,
            at: at.into(),
            actor,
            origin,
            act,
            object,
            // What was entered is JSON; what somebody else wrote there is shown as it is.
            detail: serde_json::from_str(&detail).unwrap_or(serde_json::Value::String(detail)),
            previous: previous.to_string(),
            hash: hash.to_string(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Entry>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let newest = match request.order.as_deref() {
            None | Some("oldest") => false,
            Some("newest") => true,
            Some(other) => return Err(ApiError::malformed("the ledger cannot be listed so", format!("the order is oldest or newest, not {other:?}"))),
        };
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&ledger::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = ledger::page(tx, newest, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Entry::from).collect(), next, None))
        })
    })
    .await
}

/// Lists entries of the ledger.
#[utoipa::path(get, path = "/api/v1/ledger", operation_id = "ledger_list", tag = "ledger", params(Request),
    responses((status = 200, description = "A page of entries", body = List<Entry>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Entry>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
