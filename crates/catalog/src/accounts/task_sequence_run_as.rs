//! Task Sequence Run As Account: runs one command line, on computers of one task sequence.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::TaskSequenceRunAs,
    id: "task-sequence-run-as",
    title: "Task Sequence Run As Account",
    display_name: "Task Sequence Run As Account",
    purpose: "Runs a command line of a task sequence with other credentials than the Local System account.",
    used_by: &[Use::RunCommandLine],
    held_per: Scope::TaskSequenceStep,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::LocalAccount],
    default: DefaultIdentity::LocalSystem,
    mandatory_when: &[Situation::RunCommandLineStep],
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::RunCommandLine, Place::ManagedComputer, "runas-03"),
        held(Right::LogOnInteractively, Place::ManagedComputer, "runas-04"),
    ],
    forbids: &[
        held(Right::DomainAdministrator, Place::Anywhere, "runas-06"),
        held(Right::RoamingProfile, Place::Anywhere, "runas-07"),
    ],
    never_doubles_as: &[AccountKind::NetworkAccess],
    change_by: Change::UpdateTaskSequence,
    off_until_asked: false,
    advice: &[
        Advice { text: "A roaming profile would be downloaded when the task sequence runs and lie open on the computer.", seed: &["runas-08"] },
        Advice { text: "Limit its scope: another account for each task sequence, so that a compromise reaches only that one's computers.", seed: &["runas-09", "runas-10"] },
        Advice { text: "Where the command line needs an administrator, a local one made for this alone and deleted afterwards is best.", seed: &["runas-11"] },
    ],
    seed: &[
        ("purpose", "runas-01"),
        ("mandatory_when", "runas-02"),
        ("never_doubles_as", "runas-05"),
    ],
};
