//! Source Site Database Account: reads another hierarchy's database for migration.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note, when};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::SourceSiteDatabase,
    id: "source-site-database",
    title: "Source Site Database Account",
    display_name: "Migration Manager",
    purpose: "Lets migration gather data from the database of the source site.",
    used_by: &[Use::MigrateDatabase],
    held_per: Scope::SourceHierarchy,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::MigrationConfigured],
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::Read, Place::SourceDatabase, "sourcedb-02"), held(Right::Execute, Place::SourceDatabase, "sourcedb-02")],
    requires_when: &[
        when(Situation::ComputerAccountBound, held(Right::DistributedComUser, Place::SourceDomain, "sourcedb-04")),
        when(Situation::ComputerAccountBound, held(Right::SmsAdmin, Place::SourceSite, "sourcedb-05")),
        when(Situation::ComputerAccountBound, held(Right::Read, Place::SourceSite, "sourcedb-06")),
    ],
    forbids: &[hardened(Right::Write, Place::SourceDatabase)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note(
        "The computer account of the site server also needs membership of Distributed COM Users in the domain of the source site, membership of SMS Admins, and Read on all objects of the source site.",
        &["sourcedb-03", "sourcedb-04", "sourcedb-05", "sourcedb-06"],
    )],
    seed: &[("purpose", "sourcedb-01"), ("display_name", "sourcedb-07")],
};
