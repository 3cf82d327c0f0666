//! Certificate registration point: checks certificate requests.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::CertificateRegistrationPoint,
    id: "certificate-registration-point",
    configmgr_name: "SMS Certificate Registration Point",
    title: "Certificate registration point",
    purpose: "Checks certificate requests of devices before they are issued.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::Any }, Allowed { at: SiteType::Primary, most: Most::Any }],
    accounts: &[AccountKind::CertificateRegistrationPoint],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: Some(Principal::CertificateRegistrationPoint),
    configmgr_database_roles: &["smsdbrole_CRP"],
    runs_in_this_version: false,
    notes: &[
        "It reads the site database and writes by state messages.",
        "Each has one server of the enrollment service for network devices, on another computer.",
    ],
};
