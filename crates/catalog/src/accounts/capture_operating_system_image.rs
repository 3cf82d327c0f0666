//! Capture Operating System Image Account: writes captured images to one share.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::CaptureOperatingSystemImage,
    id: "capture-operating-system-image",
    title: "Capture Operating System Image Account",
    display_name: "Capture Operating System Image Account",
    purpose: "Reaches the folder where captured images are stored when operating systems are deployed.",
    used_by: &[Use::CaptureImage],
    held_per: Scope::TaskSequenceStep,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::DomainUser],
    default: DefaultIdentity::Nobody,
    mandatory_when: &[Situation::CaptureImageStep],
    attempt: Attempt::BoundOnly,
    requires: &[held(Right::Read, Place::CaptureShare, "capture-03"), held(Right::Write, Place::CaptureShare, "capture-03")],
    requires_when: &[],
    forbids: &[
        held(Right::LogOnInteractively, Place::Anywhere, "capture-07"),
        hardened(Right::Delete, Place::CaptureShare),
        hardened(Right::MoreThanNeeded, Place::Anywhere),
    ],
    never_doubles_as: &[AccountKind::NetworkAccess],
    change_by: Change::UpdateTaskSequence,
    off_until_asked: false,
    advice: &[
        note("Clients receive a changed password with their next policy; until then captures fail.", &["capture-05"]),
        note("One domain user with minimal permissions may serve all task sequence accounts; the hardened profile asks for one each.", &["capture-06"]),
    ],
    seed: &[("purpose", "capture-01"), ("mandatory_when", "capture-02"), ("change_by", "capture-04"), ("never_doubles_as", "capture-08")],
};
