//! Active Directory Group Discovery Account: reads groups, and nothing else, in the directory.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ActiveDirectoryGroupDiscovery,
    id: "ad-group-discovery",
    title: "Active Directory Group Discovery Account",
    display_name: "Active Directory Group Discovery Account",
    purpose: "Discovers local, global and universal security groups, their memberships, and the members of distribution groups in the locations that are specified. Distribution groups become no group resources.",
    used_by: &[Use::DiscoverGroups],
    held_per: Scope::DiscoveryLocation,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::DiscoveryLocations, "adgroup-04")],
    requires_when: &[],
    forbids: &[
        hardened(Right::Write, Place::DiscoveryLocations),
        hardened(Right::ReadConfidential, Place::DiscoveryLocations),
        hardened(Right::Read, Place::OutsideLocations),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "adgroup-01"), ("purpose", "adgroup-02"), ("accepts", "adgroup-03"), ("default", "adgroup-03")],
};
