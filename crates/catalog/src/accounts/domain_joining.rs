//! Task Sequence Editor Domain Joining Account: joins computers to one domain.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note, tip};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::DomainJoining,
    id: "domain-joining",
    title: "Task Sequence Editor Domain Joining Account",
    display_name: "Task Sequence Editor Domain Joining Account",
    purpose: "Joins a newly imaged computer to a domain.",
    used_by: &[Use::JoinDomain],
    held_per: Scope::TaskSequenceStep,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::JoinDomainStep],
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::JoinDomain, Place::JoinedDomain, "tsjoin-04")],
    requires_when: &[],
    forbids: &[
        held(Right::LogOnInteractively, Place::Anywhere, "tsjoin-06"),
        hardened(Right::ChangePermissions, Place::JoinedDomain),
        hardened(Right::Delete, Place::JoinedDomain),
    ],
    never_doubles_as: &[AccountKind::NetworkAccess],
    change_by: Change::UpdateTaskSequence,
    off_until_asked: false,
    advice: &[
        note("The step Apply Network Settings may use it too, and does not have to.", &["tsjoin-03"]),
        tip("One domain user with minimal permissions may serve all task sequence accounts; the hardened profile asks for one each.", &["tsjoin-05"]),
    ],
    seed: &[("purpose", "tsjoin-01"), ("mandatory_when", "tsjoin-02"), ("never_doubles_as", "tsjoin-07")],
};
