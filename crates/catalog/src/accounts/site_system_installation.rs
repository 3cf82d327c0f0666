//! Site System Installation Account: administers one site system, for all roles on it.

use crate::accounts::{Account, AccountKind, Attempt, Cardinality, Change, DefaultIdentity, PrincipalKind, Scope, Situation, Use, tip};
use crate::rights::{Place, Right, hardened, held};

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
    requires: &[held(Right::LocalAdministrator, Place::SiteSystem, "install-04"), held(Right::AccessFromNetwork, Place::SiteSystem, "install-05")],
    requires_when: &[],
    forbids: &[hardened(Right::DomainAdministrator, Place::Anywhere), hardened(Right::MoreThanNeeded, Place::Anywhere)],
    never_doubles_as: &[],
    change_by: Change::NewPassword,
    off_until_asked: false,
    advice: &[
        tip("With many domain controllers, see that the account has replicated before the site system is configured.", &["install-06"]),
        tip("A local account on each site system limits the damage of a compromise; a domain account is easier to manage.", &["install-07", "install-08"]),
    ],
    seed: &[("purpose", "install-01"), ("purpose", "install-02"), ("held_per", "install-03"), ("cardinality", "install-03")],
};
