//! Remote Tools Permitted Viewer Accounts: a list, from which the clients fill a group.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use, note};
use crate::rights::{Place, Right, hardened};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::PermittedViewer,
    id: "permitted-viewer",
    title: "Remote Tools Permitted Viewer Accounts",
    display_name: "Remote Tools Permitted Viewer Accounts",
    purpose: "The users and groups that may use remote tools on clients.",
    used_by: &[Use::RemoteControl],
    held_per: Scope::ClientSettings,
    cardinality: Cardinality::Many,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::Group],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[],
    attempt: Attempt::AccessList,
    requires: &[],
    requires_when: &[],
    forbids: &[hardened(Right::LocalAdministrator, Place::ManagedComputer)],
    never_doubles_as: &[],
    change_by: Change::ChangeList,
    off_until_asked: false,
    advice: &[note("A permitted viewer also needs the permission Remote Control on a collection that holds the computer.", &["grp-remote-08"])],
    seed: &[("purpose", "viewers-01")],
};
