//! Package Access Account: an access list, not an account that acts.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use, note};
use crate::rights::{Place, Right, hardened, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::PackageAccess,
    id: "package-access",
    title: "Package Access Account",
    display_name: "Package Access Account",
    purpose: "Names the users and groups that may read a package folder on distribution points.",
    used_by: &[Use::AccessPackage],
    held_per: Scope::Package,
    cardinality: Cardinality::Many,
    accepts: &[PrincipalKind::DomainUser, PrincipalKind::Group],
    default: DefaultIdentity::UsersAndAdministrators,
    mandatory_when: &[],
    attempt: Attempt::AccessList,
    requires: &[held(Right::Read, Place::PackageContent, "package-05")],
    requires_when: &[],
    forbids: &[hardened(Right::Write, Place::PackageContent)],
    never_doubles_as: &[],
    change_by: Change::Redistribute,
    off_until_asked: false,
    advice: &[
        note("Mobile devices read package content anonymously; these accounts do not concern them.", &["package-03"]),
        note("A package share is made with Read for the local group Users and Full Control for the local group Administrators.", &["package-04"]),
        note(
            "Clients of workgroups and untrusted forests come as the Network Access Account; see that it may read the package.",
            &["package-06", "package-07"],
        ),
        note(
            "The Network Access Account need not be added: it is a member of Users. Restricting a package to it alone keeps nobody out.",
            &["package-11", "package-12"],
        ),
        note("Updating a package does not change the permissions on its folders; redistributing does.", &["package-09", "package-10"]),
    ],
    seed: &[
        ("purpose", "package-01"),
        ("default", "package-02"),
        ("default", "package-04"),
        ("accepts", "package-08"),
        ("change_by", "package-09"),
        ("change_by", "package-10"),
    ],
};
