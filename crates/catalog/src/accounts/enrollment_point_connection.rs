//! Enrollment Point Connection Account: reads and writes what enrollment needs in the site database.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::EnrollmentPointConnection,
    id: "enrollment-point-connection",
    title: "Enrollment Point Connection Account",
    display_name: "Enrollment Point Connection Account",
    purpose: "Connects the enrollment point to the site database.",
    used_by: &[Use::EnrollmentDatabase],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalDatabaseAccount],
    default: DefaultIdentity::RoleComputer,
    mandatory_when: &[Situation::UntrustedDomain],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::SiteDatabase, "enroll-04"), held(Right::Write, Place::SiteDatabase, "enroll-04")],
    requires_when: &[],
    forbids: &[hardened(Right::Delete, Place::SiteDatabase)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[],
    seed: &[("purpose", "enroll-01"), ("default", "enroll-02"), ("accepts", "enroll-02"), ("mandatory_when", "enroll-03")],
};
