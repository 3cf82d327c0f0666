//! Reporting Services Point Account: reads what reports show.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ReportingServicesPoint,
    id: "reporting-services-point",
    title: "Reporting Services Point Account",
    display_name: "Reporting Services Point Account",
    purpose: "Retrieves the data of reports from the site database.",
    used_by: &[Use::ReadReportData],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::LocalDatabaseAccount],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::ReportingPointInstalled],
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::Read, Place::SiteDatabase, "reporting-01")],
    requires_when: &[],
    forbids: &[hardened(Right::Write, Place::SiteDatabase), hardened(Right::Execute, Place::SiteDatabase)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note("Its user name and password are kept encrypted by the reporting service, which must learn of every change.", &["reporting-02"])],
    seed: &[("purpose", "reporting-01"), ("change_by", "reporting-02")],
};
