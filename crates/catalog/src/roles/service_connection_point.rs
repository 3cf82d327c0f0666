//! Service connection point: connects with services on the Internet.

use crate::groups::GroupKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ServiceConnectionPoint,
    id: "service-connection-point",
    configmgr_name: "SMS Dmp Connector",
    title: "Service connection point",
    purpose: "Connects the hierarchy with services on the Internet: updates of the product, management of mobile devices.",
    allowed: &[Allowed { at: SiteType::Central, most: Most::OneAtTheTop }, Allowed { at: SiteType::Primary, most: Most::OneAtTheTop }],
    accounts: &[],
    groups: &[GroupKind::SiteSystemStatus],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &["smsdbrole_DmpConnector"],
    runs_in_this_version: false,
    notes: &[],
};
