//! Active Directory Forest Account: reads a forest and writes below System Management.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ActiveDirectoryForest,
    id: "ad-forest",
    title: "Active Directory Forest Account",
    display_name: "Active Directory Forest Account",
    purpose: "Discovers the network infrastructure of forests and, at central administration sites and primary sites, publishes site data to a forest. A secondary site publishes as its own computer account, always.",
    used_by: &[Use::DiscoverForest, Use::PublishToForest],
    held_per: Scope::Forest,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::GlobalAccount],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::Read, Place::Forest, "adforest-05"),
        held(Right::FullControl, Place::SystemManagement, "adforest-06"),
    ],
    forbids: &[
        held(Right::MoreThanNeeded, Place::Anywhere, "adforest-06"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: true,
    advice: &[
        Advice { text: "A secondary site always publishes as its own computer account; no account can be bound there.", seed: &["adforest-02"] },
        Advice { text: "For an untrusted forest the account must be a global account; the computer account of the site server is refused before any connection.", seed: &["adforest-03"] },
    ],
    seed: &[
        ("purpose", "adforest-01"),
        ("accepts", "adforest-04"),
    ],
};
