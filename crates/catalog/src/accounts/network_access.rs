//! Network Access Account: reads content for clients that cannot read it themselves; never runs anything.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use, important, note, tip, warning};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::NetworkAccess,
    id: "network-access",
    title: "Network Access Account",
    display_name: "Network Access Account",
    purpose: "Lets a client read content when its own computer account cannot: workgroup computers, computers of untrusted domains, and computers that are being installed.",
    used_by: &[Use::ReadContent],
    held_per: Scope::Site,
    cardinality: Cardinality::UpTo(10),
    accepts: &[PrincipalKind::DomainUser],
    default: DefaultIdentity::ClientComputer,
    mandatory_when: &[],
    attempt: Attempt::AfterComputerAccountEachTime,
    requires: &[held(Right::Read, Place::PackageContent, "naa-05"), held(Right::AccessFromNetwork, Place::DistributionPoint, "naa-06")],
    requires_when: &[],
    forbids: &[
        held(Right::MoreThanNeeded, Place::PackageContent, "naa-05"),
        held(Right::LogOnInteractively, Place::Anywhere, "naa-16"),
        held(Right::JoinDomain, Place::Anywhere, "naa-17"),
        hardened(Right::Write, Place::PackageContent),
    ],
    never_doubles_as: &[
        AccountKind::DomainJoining,
        AccountKind::CaptureOperatingSystemImage,
        AccountKind::NetworkFolderConnection,
        AccountKind::TaskSequenceRunAs,
    ],
    change_by: Change::ReplaceThenRetire,
    off_until_asked: true,
    advice: &[
        warning("It is off until somebody asks for it: every client of the site receives its password, so whoever administers one client can read it.", &[]),
        warning(
            "A client whose computer account fails tries this account again every time, even if it failed before: an account that does not work is locked out by its own clients.",
            &["naa-08"],
        ),
        important("To join a domain in a task sequence use the Task Sequence Editor Domain Joining Account.", &["naa-18"]),
        note(
            "Create it in a domain that gives the necessary access; with distribution points in several domains, in a domain that all of them trust.",
            &["naa-09", "naa-12"],
        ),
        note("Pass-through security does not work: a local account of the same name and password is another account.", &["naa-11"]),
        tip(
            "Never change its password: create a new account, hand it out, wait until every client has it, then take the old one off the shares and delete it.",
            &["naa-13", "naa-14", "naa-15"],
        ),
    ],
    seed: &[
        ("purpose", "naa-01"),
        ("purpose", "naa-02"),
        ("purpose", "naa-03"),
        ("used_by", "naa-04"),
        ("cardinality", "naa-07"),
        ("attempt", "naa-08"),
        ("accepts", "naa-10"),
        ("change_by", "naa-13"),
        ("change_by", "naa-14"),
        ("change_by", "naa-15"),
    ],
};
