//! Reporting services point: shows reports.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ReportingServicesPoint,
    id: "reporting-services-point",
    configmgr_name: "SMS SRS Reporting Point",
    title: "Reporting services point",
    purpose: "Shows reports on the site database.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::Any }, Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[AccountKind::ReportingServicesPoint],
    groups: &[],
    writes: &[],
    principal: Some(Principal::ReportingServicesPoint),
    configmgr_database_roles: &["smsschm_users"],
    runs_in_this_version: false,
    notes: &["It never delivers status itself."],
};
