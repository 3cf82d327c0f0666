//! Source Site Account: reads another hierarchy for migration.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::SourceSite,
    id: "source-site",
    title: "Source Site Account",
    display_name: "Migration Manager",
    purpose: "Lets migration read the objects of the source site through its SMS Provider.",
    used_by: &[Use::MigrateObjects],
    held_per: Scope::SourceHierarchy,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::MigrationConfigured],
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::Read, Place::SourceSite, "source-02"),
    ],
    forbids: &[
        held(Right::MoreThanNeeded, Place::SourceSite, "source-02"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "To upgrade distribution points of the source site it also needs Delete on the class Site there, for as long as the upgrade lasts.", seed: &["source-03"] },
    ],
    seed: &[
        ("purpose", "source-01"),
        ("display_name", "source-04"),
    ],
};
