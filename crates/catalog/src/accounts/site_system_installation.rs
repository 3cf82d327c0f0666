//! Site System Installation Account: administers one site system, for all roles on it.

use crate::accounts::{Account, AccountKind, Advice, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use};
use crate::rights::{Place, Right, held};

/// The definition.
pub const ACCOUNT: Account = Account {
    kind: AccountKind::SiteSystemInstallation,
    id: "site-system-installation",
    title: "Site System Installation Account",
    display_name: "Site System Installation Account",
    purpose: "Installs, reinstalls, uninstalls and configures site systems and, where the site server initiates connections, pulls data from them.",
    used_by: &[Use::InstallSiteSystem, Use::PullFromSiteSystem],
    held_per: Scope::SiteSystem,
    cardinality: Cardinality::One,
    accepts: &[PrincipalKind::ComputerAccount, PrincipalKind::DomainUser, PrincipalKind::LocalAccount],
    default: DefaultIdentity::SiteServerComputer,
    mandatory_when: &[Situation::UntrustedForest],
    attempt: Attempt::BoundElseDefault,
    requires: &[
        held(Right::LocalAdministrator, Place::SiteSystem, "install-04"),
        held(Right::AccessFromNetwork, Place::SiteSystem, "install-05"),
    ],
    forbids: &[
        held(Right::DomainAdministrator, Place::Anywhere, "install-07"),
    ],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        Advice { text: "With many domain controllers, see that the account has replicated before the site system is configured.", seed: &["install-06"] },
        Advice { text: "A local account on each site system limits the damage of a compromise; a domain account is easier to manage.", seed: &["install-07", "install-08"] },
    ],
    seed: &[
        ("purpose", "install-01"),
        ("purpose", "install-02"),
        ("held_per", "install-03"),
        ("cardinality", "install-03"),
    ],
};
