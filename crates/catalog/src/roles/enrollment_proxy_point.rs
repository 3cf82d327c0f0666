//! Enrollment proxy point: the front of the enrollment point.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::EnrollmentProxyPoint,
    id: "enrollment-proxy-point",
    configmgr_name: "SMS Enrollment Web Site",
    title: "Enrollment proxy point",
    purpose: "Takes enrollment requests of devices and passes them to the enrollment point.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &[],
};
