//! Management point: answers clients.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::{DISCOVERY, HARDWARE_INVENTORY, PRESENCE, REGISTRATION, STATE, STATUS};
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ManagementPoint,
    id: "management-point",
    configmgr_name: "SMS Management Point",
    title: "Management point",
    purpose: "Answers clients: registration, policy, and everything they send.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::UpTo(15) }, Allowed { at: SiteType::Secondary, most: Most::UpTo(1) }],
    accounts: &[AccountKind::ManagementPointConnection],
    groups: &[GroupKind::SiteSystemManagementPoint],
    writes: &[&DISCOVERY, &REGISTRATION, &HARDWARE_INVENTORY, &STATE, &STATUS, &PRESENCE],
    principal: Some(Principal::ManagementPoint),
    configmgr_database_roles: &["smsdbrole_MP", "smsdbrole_MPUserSvc"],
    runs_in_this_version: true,
    notes: &[
        "It reads the site database and never writes to it: what clients send goes through inboxes.",
        "While the site server is away it keeps what clients send.",
    ],
};
