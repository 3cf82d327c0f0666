//! Management Point Connection Account: connects a role to the site database.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ManagementPointConnection,
    id: "management-point-connection",
    title: "Management Point Connection Account",
    display_name: "Management Point Connection Account",
    purpose: "Connects the management point to the site database, so that it can send and retrieve information for clients.",
    used_by: &[Use::ManagementPointDatabase],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalDatabaseAccount],
    default: DefaultIdentity::RoleComputer,
    mandatory_when: &[Situation::UntrustedDomain],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::SiteDatabase, "mp-01")],
    requires_when: &[],
    forbids: &[
        held(Right::LogOnInteractively, Place::Anywhere, "mp-05"),
        held(Right::MoreThanNeeded, Place::SiteDatabase, "mp-04"),
        hardened(Right::LocalAdministrator, Place::DatabaseServer),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note(
        "Create it as a low-rights local account of the database server; what a client sends goes through inboxes, so reading is enough.",
        &["mp-04"],
    )],
    seed: &[("purpose", "mp-01"), ("default", "mp-02"), ("accepts", "mp-02"), ("accepts", "mp-04"), ("mandatory_when", "mp-03")],
};
