//! Application Catalog web service point: what the website asks.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ApplicationCatalogWebServicePoint,
    id: "application-catalog-web-service-point",
    configmgr_name: "SMS Application Web Service",
    title: "Application Catalog web service point",
    purpose: "Tells the Application Catalog website what users may install.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &["It stands in the forest of the site server."],
};
