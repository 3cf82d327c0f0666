//! Package Access Account: an access list, not an account that acts.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Use};
use crate::rights::{Place, Right, held};

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
    requires: &[
        held(Right::Read, Place::PackageContent, "package-05"),
    ],
    forbids: &[
        held(Right::MoreThanNeeded, Place::PackageShare, "package-05"),
    ],
    never_doubles_as: &[],
    change_by: Change::Redistribute,
    off_until_asked: false,
    advice: &[
        Advice { text: "Mobile devices read package content anonymously; these accounts do not concern them.", seed: &["package-03"] },
        Advice { text: "A package share is made with Read for the local group Users and Full Control for the local group Administrators.", seed: &["package-04"] },
        Advice { text: "Clients of workgroups and untrusted forests come as the Network Access Account; see that it may read the package.", seed: &["package-06", "package-07"] },
        Advice { text: "The Network Access Account need not be added: it is a member of Users. Restricting a package to it alone keeps nobody out.", seed: &["package-11", "package-12"] },
        Advice { text: "Updating a package does not change the permissions on its folders; redistributing does.", seed: &["package-09", "package-10"] },
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
