//! Database replica server: a copy for management points.

use crate::groups::GroupKind;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::DatabaseReplicaServer,
    id: "database-replica-server",
    configmgr_name: "",
    title: "Database replica server",
    purpose: "Keeps a copy of what management points read of the site database, so that they need not ask the site database server.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[],
    groups: &[GroupKind::DViewAccess],
    writes: &[],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &["One replica can serve several management points of its site."],
};
