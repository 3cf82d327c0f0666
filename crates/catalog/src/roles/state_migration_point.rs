//! State migration point: keeps user state.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::StateMigrationPoint,
    id: "state-migration-point",
    configmgr_name: "SMS State Migration Point",
    title: "State migration point",
    purpose: "Keeps user state while an operating system is installed.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }, Allowed { at: SiteType::Secondary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &[],
};
