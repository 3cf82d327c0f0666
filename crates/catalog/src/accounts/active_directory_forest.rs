//! Active Directory Forest Account: reads a forest and writes below System Management.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note, warning};
use crate::rights::{Place, Right, hardened, held};

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
    requires: &[held(Right::Read, Place::Forest, "adforest-05"), held(Right::FullControl, Place::SystemManagement, "adforest-06")],
    requires_when: &[],
    forbids: &[
        hardened(Right::ChangePermissions, Place::SystemManagement),
        hardened(Right::EntriesForOthers, Place::SystemManagement),
        hardened(Right::MoreThanNeeded, Place::Anywhere),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: true,
    advice: &[
        warning(
            "Publishing is off until somebody asks for it: anyone who can read the container learns where the site's servers are, and whoever holds this account can change what clients find there.",
            &[],
        ),
        note(
            "The hardened profile takes less than Full Control: leave to create, change and delete the published classes, and not to change permissions or owners.",
            &[],
        ),
        note("A secondary site always publishes as its own computer account; no account can be bound there.", &["adforest-02"]),
        note(
            "For an untrusted forest the account must be a global account; the computer account of the site server is refused before any connection.",
            &["adforest-03"],
        ),
    ],
    seed: &[("purpose", "adforest-01"), ("accepts", "adforest-04")],
};
