//! Endpoint Protection point: licence and defaults of Endpoint Protection.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::EndpointProtectionPoint,
    id: "endpoint-protection-point",
    configmgr_name: "SMS Endpoint Protection Point",
    title: "Endpoint Protection point",
    purpose: "Holds the licence and the default settings of Endpoint Protection.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::OneAtTheTop }, Allowed { at: SiteType::Primary, most: Most::OneAtTheTop }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &[],
};
