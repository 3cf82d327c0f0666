//! What is known of trust.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::servers::{self, DomainTrust};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// How a domain stands to the site's forest.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trust {
    /// The domain.
    #[schema(example = "fabrikam.example.test")]
    pub domain: String,
    /// Its forest.
    pub forest: String,
    /// `same-forest`, `trusted-forest`, `untrusted-domain` or `untrusted-forest`.
    pub trust: String,
    /// In words.
    pub words: String,
}

impl From<DomainTrust> for Trust {
    fn from(known: DomainTrust) -> Self {
        Self { domain: known.domain, forest: known.forest, trust: known.trust.id().to_owned(), words: known.trust.words().to_owned() }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Trust>, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| Ok(List::whole(servers::trusts(tx)?.into_iter().map(Trust::from).collect())))).await
}

/// Lists what is known of trust. Computers of other domains are treated as untrusted.
#[utoipa::path(get, path = "/api/v1/trusts", operation_id = "trust_list", tag = "trusts",
    responses((status = 200, description = "What is known", body = List<Trust>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Trust>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
