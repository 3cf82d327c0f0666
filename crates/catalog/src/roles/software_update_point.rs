//! Software update point: brings software updates.

use crate::accounts::AccountKind;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::SoftwareUpdatePoint,
    id: "software-update-point",
    configmgr_name: "SMS Software Update Point",
    title: "Software update point",
    purpose: "Brings software updates from WSUS.",
    allowed: &[
        Allowed { at: SiteType::Central, most: Most::Any },
        Allowed { at: SiteType::Primary, most: Most::Any },
        Allowed { at: SiteType::Secondary, most: Most::Any },
    ],
    accounts: &[AccountKind::SoftwareUpdatePointConnection, AccountKind::SoftwareUpdatePointProxy],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &["smsdbrole_SUP"],
    runs_in_this_version: false,
    notes: &["In an untrusted forest the Site System Installation Account installs it, and the Software Update Point Connection Account does the work."],
};
