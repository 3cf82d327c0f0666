//! One forest with its domains, sites and subnets.

use super::list::Forest;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::forests::{self, AdSite, AdSubnet, Domain, Network};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Read);

/// A forest with what it consists of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForestDetail {
    /// The forest.
    #[serde(flatten)]
    pub forest: Forest,
    /// Its domains.
    pub domain_list: Vec<ForestDomain>,
    /// Its Active Directory sites.
    pub site_list: Vec<ForestSite>,
    /// Its subnets.
    pub subnet_list: Vec<ForestSubnet>,
}

/// A domain of a forest.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForestDomain {
    /// Its DNS name.
    pub domain: String,
    /// Its short name.
    pub netbios_name: String,
    /// Its SID; empty when it was not told.
    pub sid: String,
    /// Its functional level; 7 is Windows Server 2016.
    pub functional_level: i64,
    /// When it was last found.
    pub discovered_at: Time,
}

/// An Active Directory site.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForestSite {
    /// Its name.
    pub ad_site: String,
    /// What somebody wrote about it.
    pub description: String,
    /// When it was last found.
    pub discovered_at: Time,
}

/// A subnet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ForestSubnet {
    /// `10.1.2.0/24`.
    pub subnet: String,
    /// The site that it belongs to; empty when to none.
    pub ad_site: String,
    /// What somebody wrote about it.
    pub description: String,
    /// When it was last found.
    pub discovered_at: Time,
}

impl ForestDetail {
    fn new(forest: Forest, network: Network) -> Self {
        let domain = |one: Domain| ForestDomain {
            domain: one.domain,
            netbios_name: one.netbios_name,
            sid: one.sid,
            functional_level: one.functional_level,
            discovered_at: one.discovered_at.into(),
        };
        let site = |one: AdSite| ForestSite { ad_site: one.ad_site, description: one.description, discovered_at: one.discovered_at.into() };
        let subnet =
            |one: AdSubnet| ForestSubnet { subnet: one.subnet, ad_site: one.ad_site, description: one.description, discovered_at: one.discovered_at.into() };
        Self {
            forest,
            domain_list: network.domains.into_iter().map(domain).collect(),
            site_list: network.sites.into_iter().map(site).collect(),
            subnet_list: network.subnets.into_iter().map(subnet).collect(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<ForestDetail, ApiError> {
    let domain = site.domain();
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let stored = forests::find(tx, &name.to_lowercase())?.ok_or_else(|| ApiError::not_found("forest", &name, "provost forest list"))?;
            let network = forests::network(tx, &stored.forest)?;
            Ok(ForestDetail::new(Forest::of(tx, stored, &domain)?, network))
        })
    })
    .await
}

/// Shows a forest with its domains, sites and subnets.
#[utoipa::path(get, path = "/api/v1/forests/{forest}", operation_id = "forest_show", tag = "forests",
    params(("forest" = String, Path, description = "DNS name of its root domain")),
    responses((status = 200, description = "The forest", body = One<ForestDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(forest): Path<String>) -> Result<Json<One<ForestDetail>>, ApiError> {
    ask(&site, &caller, forest).await.map(|forest| Json(One::new(forest)))
}
