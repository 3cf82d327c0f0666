//! Fallback status point: hears clients that reach nobody else.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::FallbackStatusPoint,
    id: "fallback-status-point",
    configmgr_name: "SMS Fallback Status Point",
    title: "Fallback status point",
    purpose: "Takes state messages of clients that cannot reach a management point.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &["It takes messages of anyone, without authentication; it never stands where strangers reach it without a limit."],
};
