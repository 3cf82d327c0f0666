//! Component server: components away from the site server.

use crate::accounts::AccountKind;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ComponentServer,
    id: "component-server",
    configmgr_name: "SMS Component Server",
    title: "Component server",
    purpose: "Runs components of the site on another computer, for roles that need some there.",
    allowed: &[
        Allowed { at: SiteType::Central, most: Most::Any },
        Allowed { at: SiteType::Primary, most: Most::Any },
        Allowed { at: SiteType::Secondary, most: Most::Any },
    ],
    accounts: &[AccountKind::SiteSystemInstallation],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &[],
};
