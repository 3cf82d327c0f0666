//! Site server: the heart of a site.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::SiteServer,
    id: "site-server",
    configmgr_name: "SMS Site Server",
    title: "Site server",
    purpose: "Runs the components that load what clients send, decide, and write policy; holds the inboxes.",
    allowed: &[
        Allowed { at: SiteType::Central, most: Most::UpTo(1) },
        Allowed { at: SiteType::Primary, most: Most::UpTo(1) },
        Allowed { at: SiteType::Secondary, most: Most::UpTo(1) },
    ],
    accounts: &[
        AccountKind::ActiveDirectoryGroupDiscovery,
        AccountKind::ActiveDirectorySystemDiscovery,
        AccountKind::ActiveDirectoryUserDiscovery,
        AccountKind::ActiveDirectoryForest,
        AccountKind::ClientPushInstallation,
        AccountKind::SiteSystemInstallation,
        AccountKind::SmtpServerConnection,
        AccountKind::SoftwareUpdatePointConnection,
        AccountKind::SourceSite,
        AccountKind::SourceSiteDatabase,
    ],
    groups: &[
        GroupKind::CollectedFilesAccess,
        GroupKind::SiteSystemManagementPoint,
        GroupKind::SiteSystemProvider,
        GroupKind::SiteSystemStatus,
        GroupKind::SiteToSite,
    ],
    writes: &[&STATUS],
    principal: Some(Principal::SiteComponentManager),
    configmgr_database_roles: &["smsdbrole_siteserver"],
    runs_in_this_version: true,
    notes: &[
        "It is a site system itself and cannot be moved to another computer.",
        "A secondary site publishes to a directory as its own computer account, always.",
    ],
};
