//! Exchange Server connector: mobile devices that connect to Exchange.

use crate::accounts::AccountKind;
use crate::inboxes::STATUS;
use crate::roles::{Allowed, Most, Role, RoleKind, SiteType};

/// The definition.
pub const ROLE: Role = Role {
    kind: RoleKind::ExchangeServerConnector,
    id: "exchange-server-connector",
    configmgr_name: "",
    title: "Exchange Server connector",
    purpose: "Finds and manages mobile devices that connect to an Exchange Server.",
    allowed: &[Allowed { at: SiteType::Primary, most: Most::OneForEachExchangeOrganisation }],
    accounts: &[AccountKind::ExchangeServerConnection, AccountKind::ExchangeConnectorProxy],
    groups: &[],
    writes: &[&STATUS],
    principal: None,
    configmgr_database_roles: &[],
    runs_in_this_version: false,
    notes: &["It runs on the site server."],
};
