//! Client Push Installation Account: a list of administrators of the computers that are to become clients.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::ClientPushInstallation,
    id: "client-push-installation",
    title: "Client Push Installation Account",
    display_name: "Client Push Installation Account",
    purpose: "Connects to computers and installs the client when clients are deployed by push.",
    used_by: &[Use::PushClient],
    held_per: Scope::Site,
    cardinality: Cardinality::OrderedList,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::LocalAccount],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[],
    attempt: Attempt::InOrderThenSiteServer,
    requires: &[
        held(Right::LocalAdministrator, Place::PushTarget, "push-03"),
    ],
    forbids: &[
        held(Right::DomainAdministrator, Place::Anywhere, "push-04"),
        held(Right::LogOnLocally, Place::PushTarget, "push-08"),
    ],
    never_doubles_as: &[],
    change_by: Change::ReplaceThenRetire,
    off_until_asked: true,
    advice: &[
        Advice { text: "To change an account, add a new one with another name to the list, give the directory time to replicate it, and then remove the old one here and there.", seed: &["push-06", "push-07"] },
    ],
    seed: &[
        ("purpose", "push-01"),
        ("default", "push-02"),
        ("attempt", "push-02"),
        ("attempt", "push-05"),
        ("cardinality", "push-05"),
        ("change_by", "push-06"),
        ("change_by", "push-07"),
    ],
};
