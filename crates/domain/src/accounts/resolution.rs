//! Resolution: who acts for a use at a target, in which order, and why. Pure, without allocation beyond the answer, and
//! decided by the definitions' data alone.

use super::trust::Trust;
use crate::shell_word;
use provost_catalog::accounts::{AccountKind, Attempt as Order, DefaultIdentity, PrincipalKind, Situation, Use};
use provost_catalog::roles::SiteType;
use provost_catalog::rules::{code, rule};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The operation that is to run.
    pub operation: Use,
    /// What it connects to.
    pub target: Target,
    /// The accounts that are bound for the object at hand, of the operation's kind, in order.
    pub bound: &'a [Candidate],
    /// The site that asks.
    pub site: SiteFacts,
}

/// What resolution knows of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// How it stands to the site's forest.
    pub trust: Trust,
    /// Whether it asks for authentication; for proxies and SMTP servers.
    pub authenticates: bool,
    /// Whether the step must not run as Local System; for *Run Command Line*.
    pub not_as_local_system: bool,
}

/// What resolution knows of a bound account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Number of the binding.
    pub binding_id: i64,
    /// What kind of principal it is.
    pub principal_kind: PrincipalKind,
    /// Whether a failed check blocks it.
    pub blocked: bool,
}

/// What resolution knows of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteFacts {
    /// Its type.
    pub site_type: SiteType,
    /// The dangerous uses that somebody switched on.
    pub switched_on: Switches,
}

/// What is off until somebody asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Uses, one bit each.
    uses: u64,
    /// Client push may try the site server's computer account, last.
    pub push_as_site_server: bool,
}

impl Switches {
    /// With `operation` switched on too.
    #[must_use]
    pub const fn with(mut self, operation: Use) -> Self {
        self.uses |= 1 << operation as u32;
        self
    }

    /// Whether `operation` may run: it is not dangerous, or somebody switched it on.
    #[must_use]
    pub const fn allow(self, operation: Use) -> bool {
        !operation.off_until_asked() || self.uses & (1 << operation as u32) != 0
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The account of this binding.
    Bound(i64),
    /// The site server's computer account.
    SiteServerComputer,
    /// The computer account of the role's server.
    RoleComputer,
    /// The client's own computer account.
    ClientComputer,
    /// Local System of the managed computer.
    LocalSystem,
    /// Nobody: without authentication.
    Unauthenticated,
}

impl Identity {
    /// Its id in tables and documents; `bound` for every binding.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Bound(_) => "bound",
            Self::SiteServerComputer => "site-server-computer",
            Self::RoleComputer => "role-computer",
            Self::ClientComputer => "client-computer",
            Self::LocalSystem => "local-system",
            Self::Unauthenticated => "unauthenticated",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Bound(_) => "the bound account",
            Self::SiteServerComputer => "the site server's computer account",
            Self::RoleComputer => "the computer account of the role's server",
            Self::ClientComputer => "the client's own computer account",
            Self::LocalSystem => "Local System of the managed computer",
            Self::Unauthenticated => "nobody, without authentication",
        }
    }
}

/// Why an identity is tried at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Because {
    /// It is bound for just this.
    Bound,
    /// It has this place in the list, from 1.
    Place(u32),
    /// Nobody is bound, and the definition names it.
    DefaultWithoutBound,
    /// The list is at its end, and somebody switched it on.
    SwitchedOnAsLast,
    /// The computer account is always first.
    ComputerFirst,
    /// The computer account failed; this is tried each time, even if it failed before.
    AfterComputer(u32),
    /// A secondary site publishes as nobody else.
    SecondarySite,
}

impl std::fmt::Display for Because {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bound => f.write_str("it is bound for this"),
            Self::Place(place) => write!(f, "it is number {place} of the list"),
            Self::DefaultWithoutBound => f.write_str("no account is bound, and this one acts by default"),
            Self::SwitchedOnAsLast => f.write_str("the list is at its end, and the site server's account is switched on"),
            Self::ComputerFirst => f.write_str("the computer account is always tried first"),
            Self::AfterComputer(place) => write!(f, "it is tried after the computer account, each time, as number {place}"),
            Self::SecondarySite => f.write_str("a secondary site publishes as its computer account only"),
        }
    }
}

/// One attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who.
    pub identity: Identity,
    /// Why.
    pub because: Because,
}

/// Why nobody acts. Nothing is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// The use is off until somebody asks for it.
    SwitchedOff(Use),
    /// An account must be bound, because of this.
    Mandatory(AccountKind, Situation),
    /// No account is bound, and there is no default.
    Nobody(AccountKind),
    /// Every account that is bound is blocked; nobody stronger steps in.
    Blocked(AccountKind),
    /// Principals of this kind are entered in access lists; nobody connects as them.
    NotConnected(AccountKind),
    /// A secondary site has only its computer account, which is not trusted there.
    SecondarySite,
}

impl Unresolved {
    /// Number of the rule.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::SwitchedOff(_) => code::ACCOUNT_USE_OFF,
            Self::Mandatory(..) => code::ACCOUNT_MANDATORY,
            Self::Nobody(_) | Self::NotConnected(_) => code::ACCOUNT_NOBODY,
            Self::Blocked(_) => code::ACCOUNT_BLOCKED,
            Self::SecondarySite => code::SECONDARY_SITE_ACCOUNT,
        }
    }

    /// The command that lets somebody act for `operation` at `object`, as the rule tells it; none where no command does.
    /// `blocked` are the names of the bound accounts that are blocked, each of which has a command of its own.
    #[must_use]
    pub fn fix<'a>(self, operation: Use, object: &str, blocked: impl IntoIterator<Item = &'a str>) -> Option<String> {
        let (kind, words) = match self {
            Self::Mandatory(kind, _) | Self::Nobody(kind) => (kind, rule(self.code())?.fix),
            Self::Blocked(kind) => {
                let words = rule(self.code())?.fix;
                let each: Vec<String> = blocked.into_iter().map(|name| words.replace("NAME", &shell_word(name))).collect();
                return Some(if each.is_empty() { words.replace("NAME", &format!("--for {}", kind.definition().id)) } else { each.join("; ") });
            }
            Self::SwitchedOff(operation) => (operation.account().kind, rule(self.code())?.fix),
            Self::NotConnected(_) | Self::SecondarySite => return None,
        };
        Some(words.replace("KIND", kind.definition().id).replace("USE", operation.id()).replace("OBJECT", &shell_word(object)))
    }
}

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SwitchedOff(operation) => write!(f, "\"{}\" is off until somebody switches it on", operation.words()),
            Self::Mandatory(kind, situation) => write!(f, "{}, so the {} must be bound; nothing was tried", situation.words(), kind.definition().title),
            Self::Nobody(kind) => write!(f, "no {} is bound, and nobody acts instead", kind.definition().title),
            Self::Blocked(kind) => write!(f, "every {} that is bound is blocked by a failed check, and nobody else steps in", kind.definition().title),
            Self::NotConnected(kind) => write!(f, "the {} is entered in access lists; nobody connects as it", kind.definition().title),
            Self::SecondarySite => f.write_str("a secondary site publishes as its computer account only, which is not trusted there"),
        }
    }
}

/// Who acts, in order.
///
/// # Errors
/// Why nobody does; then no connection is made.
pub fn resolve(question: &Question<'_>) -> Result<Vec<Attempt>, Unresolved> {
    let Question { operation, target, bound, site } = *question;
    let account = operation.account();
    let allowed = site.switched_on.allow(operation);
    let computer_first = matches!(account.attempt, Order::AfterComputerAccountEachTime);
    // What is dangerous about reading content is the network access account; the computer account may always read.
    if !allowed && !computer_first {
        return Err(Unresolved::SwitchedOff(operation));
    }
    if operation == Use::PublishToForest && matches!(site.site_type, SiteType::Secondary) {
        return if target.trust.domain_is_trusted() {
            Ok(vec![Attempt { identity: Identity::SiteServerComputer, because: Because::SecondarySite }])
        } else {
            Err(Unresolved::SecondarySite)
        };
    }
    let mandatory = account.mandatory_when.iter().copied().find(|situation| holds(*situation, operation, target));
    // A computer account means nothing where its domain is not trusted, so it cannot stand in for what is mandatory there.
    let counts =
        |candidate: &Candidate| !(mandatory.is_some() && candidate.principal_kind == PrincipalKind::ComputerAccount && !target.trust.domain_is_trusted());
    let usable = |candidate: &&Candidate| !candidate.blocked && counts(candidate);
    let identities = bound.iter().filter(usable).map(|candidate| Identity::Bound(candidate.binding_id));
    let any_bound = bound.iter().any(counts);
    let any_usable = bound.iter().any(|candidate| usable(&candidate));

    if matches!(account.attempt, Order::AccessList) {
        return Err(Unresolved::NotConnected(account.kind));
    }
    if any_bound && !any_usable && !computer_first {
        return Err(Unresolved::Blocked(account.kind));
    }
    if let (false, Some(situation)) = (any_bound, mandatory) {
        return Err(Unresolved::Mandatory(account.kind, situation));
    }
    match account.attempt {
        Order::BoundElseDefault | Order::BoundOnly if any_usable => {
            Ok(identities.take(1).map(|identity| Attempt { identity, because: Because::Bound }).collect())
        }
        Order::BoundElseDefault => default_identity(account.default)
            .map(|identity| vec![Attempt { identity, because: Because::DefaultWithoutBound }])
            .ok_or(Unresolved::Nobody(account.kind)),
        Order::BoundOnly => Err(Unresolved::Nobody(account.kind)),
        Order::InOrderThenSiteServer => {
            let mut attempts: Vec<Attempt> = (1..).zip(identities).map(|(place, identity)| Attempt { identity, because: Because::Place(place) }).collect();
            if site.switched_on.push_as_site_server && target.trust.domain_is_trusted() {
                attempts.push(Attempt { identity: Identity::SiteServerComputer, because: Because::SwitchedOnAsLast });
            }
            if attempts.is_empty() { Err(Unresolved::Nobody(account.kind)) } else { Ok(attempts) }
        }
        Order::AfterComputerAccountEachTime => {
            let mut attempts = Vec::with_capacity(1 + bound.len());
            attempts.push(Attempt { identity: Identity::ClientComputer, because: Because::ComputerFirst });
            attempts.extend((1..).zip(identities.filter(|_| allowed)).map(|(place, identity)| Attempt { identity, because: Because::AfterComputer(place) }));
            Ok(attempts)
        }
        Order::AccessList => Err(Unresolved::NotConnected(account.kind)),
    }
}

/// Whether a situation is the case, where its being the case makes an account mandatory.
#[must_use]
pub const fn holds(situation: Situation, operation: Use, target: Target) -> bool {
    match situation {
        Situation::UntrustedForest | Situation::DatabaseInUntrustedForest => !target.trust.forest_is_trusted(),
        Situation::UntrustedDomain => !target.trust.domain_is_trusted(),
        Situation::ProxyAuthenticates | Situation::MailServerAuthenticates => target.authenticates,
        // Whoever asks for the use has the step, the reporting point or the migration.
        Situation::CaptureImageStep
        | Situation::JoinDomainStep
        | Situation::ConnectFolderStep
        | Situation::ReportingPointInstalled
        | Situation::MigrationConfigured => true,
        Situation::RunCommandLineStep => matches!(operation, Use::RunCommandLine) && target.not_as_local_system,
        // These make a right necessary, not an account.
        Situation::ComputerAccountBound | Situation::DistributionPointsUpgraded | Situation::CommandLineNeedsAdministrator => false,
    }
}

const fn default_identity(default: DefaultIdentity) -> Option<Identity> {
    match default {
        DefaultIdentity::Nobody | DefaultIdentity::UsersAndAdministrators => None,
        DefaultIdentity::SiteServerComputer => Some(Identity::SiteServerComputer),
        DefaultIdentity::RoleComputer => Some(Identity::RoleComputer),
        DefaultIdentity::ClientComputer => Some(Identity::ClientComputer),
        DefaultIdentity::LocalSystem => Some(Identity::LocalSystem),
        DefaultIdentity::Unauthenticated => Some(Identity::Unauthenticated),
    }
}

#[cfg(test)]
mod tests;
