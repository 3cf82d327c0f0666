//! SMS Provider: the one door for people.

use crate::database::Principal;
use crate::groups::GroupKind;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::Provider,
    id: "provider",
    configmgr_name: "SMS Provider",
    title: "SMS Provider",
    purpose: "Answers people: API and console. Nobody else changes what they may change.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::Any }, Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::SmsAdmins, GroupKind::SiteSystemProvider],
    writes: &[],
    principal: Some(Principal::Provider),
    configmgr_database_roles: &["smsdbrole_siteprovider"],
    runs_in_this_version: true,
    notes: &["At most one on each computer, and never of two sites.", "A console that connects from elsewhere also needs Remote Activation on its computer."],
};
