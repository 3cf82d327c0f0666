//! Task Sequence Run As Account: runs one command line, on computers of one task sequence.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, important, when};
use crate::rights::{Place, Right, hardened, held};

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
    requires: &[held(Right::RunCommandLine, Place::ManagedComputer, "runas-03"), held(Right::LogOnInteractively, Place::ManagedComputer, "runas-04")],
    requires_when: &[when(Situation::CommandLineNeedsAdministrator, held(Right::LocalAdministrator, Place::ManagedComputer, "runas-11"))],
    forbids: &[
        held(Right::DomainAdministrator, Place::Anywhere, "runas-06"),
        held(Right::RoamingProfile, Place::Anywhere, "runas-07"),
        hardened(Right::LogOnRemotely, Place::Anywhere),
    ],
    never_doubles_as: &[AccountKind::NetworkAccess],
    change_by: Change::UpdateTaskSequence,
    off_until_asked: false,
    advice: &[
        important("A roaming profile would be downloaded when the task sequence runs and lie open on the computer.", &["runas-08"]),
        important(
            "Limit its scope: another account for each task sequence, so that a compromise reaches only that one's computers.",
            &["runas-09", "runas-10"],
        ),
        important("Where the command line needs an administrator, a local one made for this alone and deleted afterwards is best.", &["runas-11"]),
    ],
    seed: &[("purpose", "runas-01"), ("mandatory_when", "runas-02"), ("never_doubles_as", "runas-05")],
};
