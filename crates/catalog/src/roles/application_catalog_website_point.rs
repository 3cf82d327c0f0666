//! Application Catalog website point: where users choose software.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ApplicationCatalogWebsitePoint,
    id: "application-catalog-website-point",
    configmgr_name: "SMS Portal Web Site",
    title: "Application Catalog website point",
    purpose: "Shows users the software that they may install.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &[],
};
