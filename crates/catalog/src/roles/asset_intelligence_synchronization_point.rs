//! Asset Intelligence synchronization point: downloads the software catalog.

use crate::accounts::AccountKind;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::AssetIntelligenceSynchronizationPoint,
    id: "asset-intelligence-synchronization-point",
    configmgr_name: "AI Update Service Point",
    title: "Asset Intelligence synchronization point",
    purpose: "Downloads the software catalog, and uploads titles that people ask about.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::OneAtTheTop }, Allowed { at: SiteType::Primary, most: Most::OneAtTheTop }],
    accounts: &[AccountKind::AssetIntelligenceProxy],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &["smsdbrole_AIUS"],
    runs_in_this_version: false,
    notes: &[],
};
