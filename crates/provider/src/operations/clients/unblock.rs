//! Lifting the block of a client. It is registered again and not approved: that is a decision of its own.

use super::list::Client;
use super::{Decision, decide};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::Approval;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ModifyResource);

const DECISION: Decision = Decision {
    act: "client.unblock",
    from: &[Approval::Blocked],
    to: Approval::Registered,
    otherwise: "only a blocked client can be unblocked: provost client block NAME",
};

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Client, ApiError> {
    decide(site, caller, REQUIRES, name, &DECISION).await
}

/// Lifts the block of a client. It is registered then; approve it to let it in.
#[utoipa::path(post, path = "/api/v1/clients/{name}/unblock", operation_id = "client_unblock", tag = "clients",
    params(("name" = String, Path, description = "Its identity, or a name that only one client has")),
    responses((status = 200, description = "The client, as it is now", body = One<Client>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Client>>, ApiError> {
    ask(&site, &caller, name).await.map(|client| Json(One::new(client)))
}
