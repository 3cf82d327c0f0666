//! Asset Intelligence Synchronization Point Proxy Server Account: passes a proxy, and nothing else.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::AssetIntelligenceProxy,
    id: "asset-intelligence-proxy",
    title: "Asset Intelligence Synchronization Point Proxy Server Account",
    display_name: "Asset Intelligence Synchronization Point Proxy Server Account",
    purpose: "Lets the Asset Intelligence synchronization point reach the Internet through a proxy server or firewall that requires authentication.",
    used_by: &[Use::SynchronizeAssetIntelligence],
    held_per: Scope::Proxy,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::ServiceUser],
    default: DefaultIdentity::Unauthenticated,
    mandatory_when: &[Situation::ProxyAuthenticates],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::PassProxy, Place::ProxyServer, "aiproxy-01")],
    requires_when: &[],
    forbids: &[held(Right::MoreThanNeeded, Place::ProxyServer, "aiproxy-02")],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "aiproxy-01"), ("mandatory_when", "aiproxy-01")],
};
