//! Multicast Connection Account: reads multicast settings from the site database.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::MulticastConnection,
    id: "multicast-connection",
    title: "Multicast Connection Account",
    display_name: "Multicast Connection Account",
    purpose: "Lets a distribution point that is configured for multicast read information from the site database.",
    used_by: &[Use::MulticastDatabase],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalDatabaseAccount],
    default: DefaultIdentity::RoleComputer,
    mandatory_when: &[Situation::DatabaseInUntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::Read, Place::SiteDatabase, "multicast-01"),
    ],
    forbids: &[
        held(Right::LogOnInteractively, Place::DatabaseServer, "multicast-06"),
        held(Right::MoreThanNeeded, Place::SiteDatabase, "multicast-05"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "A perimeter network in a forest of its own is the usual reason for this account.", seed: &["multicast-04"] },
        Advice { text: "Create it as a low-rights local account of the database server.", seed: &["multicast-05"] },
    ],
    seed: &[
        ("purpose", "multicast-01"),
        ("default", "multicast-02"),
        ("accepts", "multicast-02"),
        ("accepts", "multicast-05"),
        ("mandatory_when", "multicast-03"),
    ],
};
