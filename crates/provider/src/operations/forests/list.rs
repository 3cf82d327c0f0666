//! Every forest that is known.

use super::publish::Publishing;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::accounts::Trust;
use provost_domain::accounts::trust::of_host;
use provost_store::accounts::bindings;
use provost_store::{StoreError, Tx, forests, servers};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Read);

/// One forest.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Forest {
    /// DNS name of its root domain.
    #[schema(example = "fabrikam.example.test")]
    pub forest: String,
    /// How it stands to the site's forest.
    pub trust: String,
    /// The Active Directory Forest Account that is bound for it; null when none is.
    pub account: Option<String>,
    /// Domain controllers to ask; those of its DNS records when it is empty.
    pub controllers: Vec<String>,
    /// Whether it is read by LDAPS, with an authority of its own.
    pub own_authority: bool,
    /// Whether forest discovery reads it.
    pub discovers: bool,
    /// What the site publishes there.
    pub publishing: Publishing,
    /// Its domains that are known.
    pub domains: usize,
    /// Its sites.
    pub sites: usize,
    /// Its subnets.
    pub subnets: usize,
    /// When it was last read; null when it never was.
    pub discovered_at: Option<Time>,
    /// Who added it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
}

impl Forest {
    pub(super) fn of(tx: &mut Tx<'_>, stored: forests::Forest, own_domain: &str) -> Result<Self, StoreError> {
        let known = servers::trusts(tx)?;
        let by_forest = known.iter().find(|known| known.forest == stored.forest).map(|known| known.trust);
        let by_domain = of_host(&stored.forest, own_domain, known.iter().map(|known| (known.domain.as_str(), known.trust)));
        let trust: Trust = by_forest.unwrap_or(by_domain);
        let kind = provost_catalog::accounts::AccountKind::ActiveDirectoryForest;
        let account = bindings::of(tx, kind, &stored.forest)?.into_iter().next().map(|binding| binding.name.to_string());
        let network = forests::network(tx, &stored.forest)?;
        Ok(Self {
            trust: trust.id().to_owned(),
            account,
            controllers: stored.hosts,
            own_authority: stored.ca_pem.is_some(),
            discovers: stored.discovers,
            publishing: Publishing::of(tx, &stored.forest)?,
            domains: network.domains.len(),
            sites: network.sites.len(),
            subnets: network.subnets.len(),
            discovered_at: stored.discovered_at.map(Time),
            created_by: stored.created_by,
            created_at: stored.created_at.into(),
            forest: stored.forest,
        })
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Forest>, ApiError> {
    let domain = site.domain();
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let all = forests::list(tx)?.into_iter().map(|stored| Forest::of(tx, stored, &domain)).collect::<Result<_, _>>()?;
            Ok(List::whole(all))
        })
    })
    .await
}

/// Lists forests that are known.
#[utoipa::path(get, path = "/api/v1/forests", operation_id = "forest_list", tag = "forests",
    responses((status = 200, description = "The forests", body = List<Forest>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Forest>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
