//! Client Push Installation Account: a list of administrators of the computers that are to become clients.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use, note, tip, warning};
use crate::rights::{Place, Right, hardened, held};

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
    requires: &[held(Right::LocalAdministrator, Place::PushTarget, "push-03")],
    requires_when: &[],
    forbids: &[
        held(Right::LogOnLocally, Place::Anywhere, "push-08"),
        hardened(Right::DomainAdministrator, Place::Anywhere),
        hardened(Right::LocalAdministrator, Place::SiteSystem),
    ],
    never_doubles_as: &[],
    change_by: Change::ReplaceThenRetire,
    off_until_asked: true,
    advice: &[
        warning(
            "Push is off until somebody asks for it, and the site server's own account is tried last only where that is switched on besides: an account that administers every computer is what an attacker waits for.",
            &[],
        ),
        note("Domain Admin rights are not required, and the hardened profile refuses them.", &["push-04"]),
        tip(
            "To change an account, add a new one with another name to the list, give the directory time to replicate it, and then remove the old one here and there.",
            &["push-06", "push-07"],
        ),
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
