//! Reporting Services Point Account: reads what reports show.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

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
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::Read, Place::SiteDatabase, "reporting-01"),
    ],
    forbids: &[
        held(Right::Write, Place::SiteDatabase, "reporting-01"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "Its user name and password are kept encrypted by the reporting service, which must learn of every change.", seed: &["reporting-02"] },
    ],
    seed: &[
        ("purpose", "reporting-01"),
        ("change_by", "reporting-02"),
    ],
};
