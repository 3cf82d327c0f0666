//! Distribution point: stores content.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::DistributionPoint,
    id: "distribution-point",
    configmgr_name: "SMS Distribution Point",
    title: "Distribution point",
    purpose: "Stores content and gives it to clients, by HTTP, SMB, multicast or for network boot.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::UpTo(250) }, Allowed { at: SiteType::Secondary, most: Most::UpTo(250) }],
    accounts: &[AccountKind::MulticastConnection, AccountKind::NetworkAccess, AccountKind::PackageAccess],
    groups: &[],
    writes: &[],
    principal: Some(Principal::MulticastDistributionPoint),
    configmgr_database_roles: &["smsdbrole_MCS"],
    runs_in_this_version: false,
    notes: &[
        "A pull distribution point fetches its content from others as a client does; a site may have 2,000 of these besides.",
        "It never delivers status itself, and reads the site database only when it is configured for multicast.",
        "On the site server only the computer account of the site server may install it.",
    ],
};
