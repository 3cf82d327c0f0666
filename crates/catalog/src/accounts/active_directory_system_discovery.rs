//! Active Directory System Discovery Account: reads computers in the directory.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ActiveDirectorySystemDiscovery,
    id: "ad-system-discovery",
    title: "Active Directory System Discovery Account",
    display_name: "Active Directory System Discovery Account",
    purpose: "Discovers computers in the directory locations that are specified.",
    used_by: &[Use::DiscoverSystems],
    held_per: Scope::DiscoveryLocation,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::DiscoveryLocations, "adsystem-03")],
    requires_when: &[],
    forbids: &[
        hardened(Right::Write, Place::DiscoveryLocations),
        hardened(Right::ReadConfidential, Place::DiscoveryLocations),
        hardened(Right::Read, Place::OutsideLocations),
        hardened(Right::JoinDomain, Place::Anywhere),
        hardened(Right::AddWorkstations, Place::Anywhere),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "adsystem-01"), ("accepts", "adsystem-02"), ("default", "adsystem-02")],
};
