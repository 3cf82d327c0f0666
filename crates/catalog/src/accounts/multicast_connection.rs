//! Multicast Connection Account: reads multicast settings from the site database.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

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
    requires: &[held(Right::Read, Place::SiteDatabase, "multicast-01")],
    requires_when: &[],
    forbids: &[
        held(Right::LogOnInteractively, Place::Anywhere, "multicast-06"),
        held(Right::MoreThanNeeded, Place::SiteDatabase, "multicast-05"),
        hardened(Right::LocalAdministrator, Place::DatabaseServer),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        note("A perimeter network in a forest of its own is the usual reason for this account.", &["multicast-04"]),
        note("Create it as a low-rights local account of the database server.", &["multicast-05"]),
    ],
    seed: &[
        ("purpose", "multicast-01"),
        ("default", "multicast-02"),
        ("accepts", "multicast-02"),
        ("accepts", "multicast-05"),
        ("mandatory_when", "multicast-03"),
    ],
};
