//! Enrollment point: enrols mobile devices.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::EnrollmentPoint,
    id: "enrollment-point",
    configmgr_name: "SMS Enrollment Server",
    title: "Enrollment point",
    purpose: "Enrols mobile devices and obtains their certificates.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[AccountKind::EnrollmentPointConnection],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: Some(Principal::EnrollmentPoint),
    configmgr_database_roles: &["smsdbrole_EnrollSvr"],
    runs_in_this_version: false,
    notes: &["Where the forest of the users is not trusted, it stands in that forest."],
};
