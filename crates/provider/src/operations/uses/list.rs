//! Each connection that was made or tried under an account, newest first.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::accounts::uses::{self, AccountUse};
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
    /// `next` of the page before.
    pub after: Option<String>,
    /// Only those of this binding.
    pub binding_id: Option<i64>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `when`, `account` or `outcome`; with `-` before it, greatest first. Newest first when not given.
    pub sort: Option<String>,
}

/// One use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Used {
    /// Its number.
    pub use_id: i64,
    /// When it began.
    pub at: Time,
    /// As whom.
    pub account: String,
    /// `bound`, or which identity acted without one.
    pub identity: String,
    /// What for.
    #[schema(example = "send-alert-mail")]
    pub operation: String,
    /// Where.
    pub target: String,
    /// How signing in ended.
    #[schema(example = "succeeded")]
    pub outcome: String,
    /// More of that.
    pub detail: String,
    /// How long signing in took, in microseconds.
    pub microseconds: i64,
    /// The binding; null for an identity without one.
    pub binding_id: Option<i64>,
}

impl From<AccountUse> for Used {
    fn from(used: AccountUse) -> Self {
        Self {
            use_id: used.use_id,
            at: used.at.into(),
            account: used.account,
            identity: used.identity,
            operation: used.operation,
            target: used.target,
            outcome: used.outcome,
            detail: used.detail,
            microseconds: used.duration,
            binding_id: used.binding_id,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Used>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&uses::FIELDS, false, work.now())?;
        work.read(|tx| {
            let found = uses::page(tx, request.binding_id, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Used::from).collect(), next, None))
        })
    })
    .await
}

/// Lists uses of credentials, newest first.
#[utoipa::path(get, path = "/api/v1/uses", operation_id = "use_list", tag = "bindings", params(Request),
    responses((status = 200, description = "A page of uses", body = List<Used>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Used>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
