//! Site database server: keeps the site database.

use crate::groups::GroupKind;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::SiteDatabaseServer,
    id: "site-database-server",
    configmgr_name: "SMS SQL Server",
    title: "Site database server",
    purpose: "Keeps the site database, in SQLite beside the site or in PostgreSQL.",
    allowed: &[
        Allowed { at: SiteType::Central, most: Most::UpTo(1) },
        Allowed { at: SiteType::Primary, most: Most::UpTo(1) },
        Allowed { at: SiteType::Secondary, most: Most::UpTo(1) },
    ],
    accounts: &[],
    groups: &[GroupKind::DViewAccess],
    writes: &[],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: true,
    notes: &["At a secondary site it is on the site server."],
};
