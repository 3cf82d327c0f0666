//! Source Site Account: reads another hierarchy for migration.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note, when};
use crate::rights::{Place, Right, hardened, held};

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
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::Read, Place::SourceSite, "source-02")],
    requires_when: &[when(Situation::DistributionPointsUpgraded, held(Right::Delete, Place::SourceSiteClass, "source-03"))],
    forbids: &[hardened(Right::Write, Place::SourceSite), hardened(Right::MoreThanNeeded, Place::SourceSite)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[note(
        "To upgrade distribution points of the source site it also needs Delete on the class Site there, for as long as the upgrade lasts.",
        &["source-03"],
    )],
    seed: &[("purpose", "source-01"), ("display_name", "source-04")],
};
