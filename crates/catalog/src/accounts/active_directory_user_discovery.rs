//! Active Directory User Discovery Account: reads users in the directory.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ActiveDirectoryUserDiscovery,
    id: "ad-user-discovery",
    title: "Active Directory User Discovery Account",
    display_name: "Active Directory User Discovery Account",
    purpose: "Discovers user accounts in the directory locations that are specified.",
    used_by: &[Use::DiscoverUsers],
    held_per: Scope::DiscoveryLocation,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::DiscoveryLocations, "aduser-03")],
    requires_when: &[],
    forbids: &[
        hardened(Right::Write, Place::DiscoveryLocations),
        hardened(Right::ReadConfidential, Place::DiscoveryLocations),
        hardened(Right::Read, Place::OutsideLocations),
        hardened(Right::ResetPassword, Place::DiscoveryLocations),
        hardened(Right::ResetPassword, Place::Administrators),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "aduser-01"), ("accepts", "aduser-02"), ("default", "aduser-02")],
};
