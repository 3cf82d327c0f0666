//! Clients, filtered and sorted, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::narrowing::{self, Asked};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::Approval;
use provost_store::views::clients;
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
    /// `registered`, `approved` or `blocked`; all when not given.
    pub approval: Option<String>,
    /// Words that all must hold: text in name, identity or address that it registered from, or a name, a colon and a word, such as `seen:>30d`; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `name`, `registered` or `seen`; with `-` before it, greatest first. By name when not given.
    pub sort: Option<String>,
}

/// One client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Client {
    /// Its identity.
    pub smsid: String,
    /// Name of its device, or the name that it registered with.
    pub name: String,
    /// Full name in DNS, as it registered; empty when it did not say.
    pub dns_name: String,
    /// Number of its device; null when it has none.
    pub resource_id: Option<i64>,
    /// `registered`, `approved` or `blocked`.
    pub approval: String,
    /// Who decided that; null when nobody did.
    pub approved_by: Option<String>,
    /// When that was decided.
    pub approved_at: Option<Time>,
    /// When its key was first seen.
    pub registered_at: Time,
    /// Address that it registered from.
    pub registered_from: String,
    /// Version of the client.
    pub client_version: String,
    /// When its certificate runs out; null when it has none.
    pub certificate_not_after: Option<Time>,
    /// When it was last seen by a management point; null when never.
    pub last_seen_at: Option<Time>,
    /// SHA-256 of its public key: what is compared with `provost-client status` on the machine before approving.
    pub key_sha256: String,
    /// Identity of the machine itself; empty when it does not say.
    pub hardware_id: String,
}

impl From<clients::Listed> for Client {
    fn from(client: clients::Listed) -> Self {
        Self {
            smsid: client.smsid.to_string(),
            name: client.name,
            dns_name: client.dns_name,
            resource_id: client.resource_id.map(|number| number.0),
            approval: client.approval.word().to_owned(),
            approved_by: client.approved_by,
            approved_at: client.approved_at.map(Time),
            registered_at: client.registered_at.into(),
            registered_from: client.registered_from,
            client_version: client.client_version,
            certificate_not_after: client.certificate_not_after.map(Time),
            last_seen_at: client.last_seen_at.map(Time),
            key_sha256: client.key_digest.to_string(),
            hardware_id: client.hardware_id,
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<Client>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let approval = match request.approval.as_deref() {
            None | Some("") => None,
            Some(word) => {
                let known = Approval::from_word(word);
                Some(known.ok_or_else(|| ApiError::malformed("the clients cannot be listed", format!("{word:?} is none of registered, approved, blocked")))?)
            }
        };
        let sort = request.sort.as_deref().filter(|sort| !sort.is_empty()).or(Some("name"));
        let asked = Asked { filter: request.filter.as_deref(), sort, after: request.after.as_deref(), limit: request.limit };
        let page = asked.page(&clients::FIELDS, true, work.now())?;
        work.read(|tx| {
            let total = clients::count(tx, approval, &page.terms)?;
            let found = clients::list(tx, approval, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(Client::from).collect(), next, Some(total)))
        })
    })
    .await
}

/// Lists clients.
#[utoipa::path(get, path = "/api/v1/clients", operation_id = "client_list", tag = "clients", params(Request),
    responses((status = 200, description = "A page of clients", body = List<Client>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<Client>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
