//! Source Site Database Account: reads another hierarchy's database for migration.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

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
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::Read, Place::SourceDatabase, "sourcedb-02"),
        held(Right::Execute, Place::SourceDatabase, "sourcedb-02"),
    ],
    forbids: &[
        held(Right::Write, Place::SourceDatabase, "sourcedb-02"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "The computer account of the site server also needs membership of Distributed COM Users in the domain of the source site, membership of SMS Admins, and Read on all objects of the source site.", seed: &["sourcedb-03", "sourcedb-04", "sourcedb-05", "sourcedb-06"] },
    ],
    seed: &[
        ("purpose", "sourcedb-01"),
        ("display_name", "sourcedb-07"),
    ],
};
