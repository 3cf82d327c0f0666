//! Exchange Server Connector Proxy Server Account: passes a proxy, and nothing else.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ExchangeConnectorProxy,
    id: "exchange-connector-proxy",
    title: "Exchange Server Connector Proxy Server Account",
    display_name: "Exchange Server Connector Proxy Server Account",
    purpose: "Lets the Exchange Server connector reach the Internet through a proxy server or firewall that requires authentication.",
    used_by: &[Use::ReachExchangeOnline],
    held_per: Scope::Proxy,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::ServiceUser],
    default: DefaultIdentity::Unauthenticated,
    mandatory_when: &[Situation::ProxyAuthenticates],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::PassProxy, Place::ProxyServer, "exproxy-01")],
    requires_when: &[],
    forbids: &[held(Right::MoreThanNeeded, Place::ProxyServer, "exproxy-02")],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "exproxy-01"), ("mandatory_when", "exproxy-01")],
};
