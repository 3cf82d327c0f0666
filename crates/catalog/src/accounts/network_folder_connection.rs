//! Task Sequence Editor Network Folder Connection Account: reaches one shared folder.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, tip};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::NetworkFolderConnection,
    id: "network-folder-connection",
    title: "Task Sequence Editor Network Folder Connection Account",
    display_name: "Task Sequence Editor Network Folder Connection Account",
    purpose: "Connects a task sequence to a shared folder on the network.",
    used_by: &[Use::ConnectNetworkFolder],
    held_per: Scope::TaskSequenceStep,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::ConnectFolderStep],
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::Read, Place::SharedFolder, "tsfolder-03")],
    requires_when: &[],
    forbids: &[held(Right::LogOnInteractively, Place::Anywhere, "tsfolder-05"), hardened(Right::MoreThanNeeded, Place::Anywhere)],
    never_doubles_as: &[AccountKind::NetworkAccess],
    change_by: Change::UpdateTaskSequence,
    off_until_asked: false,
    advice: &[tip("One domain user with minimal permissions may serve all task sequence accounts; the hardened profile asks for one each.", &["tsfolder-04"])],
    seed: &[("purpose", "tsfolder-01"), ("mandatory_when", "tsfolder-02"), ("accepts", "tsfolder-03"), ("never_doubles_as", "tsfolder-06")],
};
