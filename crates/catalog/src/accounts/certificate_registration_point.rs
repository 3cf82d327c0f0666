//! Certificate Registration Point Account: reads the site database; what it writes goes through state messages.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::CertificateRegistrationPoint,
    id: "certificate-registration-point",
    title: "Certificate Registration Point Account",
    display_name: "Certificate Registration Point Account",
    purpose: "Connects the certificate registration point to the site database.",
    used_by: &[Use::CertificateRegistrationDatabase],
    held_per: Scope::Role,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalDatabaseAccount],
    default: DefaultIdentity::RoleComputer,
    mandatory_when: &[Situation::UntrustedDomain],
    attempt: Attempt::BoundElseDefault,
    requires: &[held(Right::Read, Place::SiteDatabase, "crp-04")],
    requires_when: &[],
    forbids: &[held(Right::Write, Place::SiteDatabase, "crp-04"), hardened(Right::Execute, Place::SiteDatabase)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note("Reading is enough: what the certificate registration point has to write travels as state messages.", &["crp-04"])],
    seed: &[("purpose", "crp-01"), ("default", "crp-02"), ("accepts", "crp-02"), ("mandatory_when", "crp-03")],
};
