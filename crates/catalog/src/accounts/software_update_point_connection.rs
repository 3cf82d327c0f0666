//! Software Update Point Connection Account: administers WSUS for the site.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::SoftwareUpdatePointConnection,
    id: "software-update-point-connection",
    title: "Software Update Point Connection Account",
    display_name: "WSUS Server Connection Account",
    purpose: "Configures WSUS (products, classifications, upstream settings) and asks it to synchronize.",
    used_by: &[Use::ConfigureWsus, Use::SynchronizeWsus],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalAccount],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::LocalAdministrator, Place::WsusServer, "sup-06"), held(Right::WsusAdministrator, Place::WsusServer, "sup-06")],
    requires_when: &[],
    forbids: &[hardened(Right::DomainAdministrator, Place::Anywhere), hardened(Right::MoreThanNeeded, Place::Anywhere)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note("The Site System Installation Account installs the role but cannot do this work; in an untrusted forest both are needed.", &["sup-04"])],
    seed: &[("purpose", "sup-01"), ("used_by", "sup-02"), ("used_by", "sup-03"), ("mandatory_when", "sup-05")],
};
