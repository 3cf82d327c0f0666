//! The 26 accounts of the seed: what each is for, who may be it, what it needs and what it must not have.
//!
//! A definition is data. Behaviour that differs is a named value of it, interpreted once in `domain`; nobody matches on
//! [`AccountKind`] outside this index: where that seems needed, a field is missing.

mod active_directory_forest;
mod active_directory_group_discovery;
mod active_directory_system_discovery;
mod active_directory_user_discovery;
mod asset_intelligence_proxy;
mod capture_operating_system_image;
mod certificate_registration_point;
mod client_push_installation;
mod domain_joining;
mod enrollment_point_connection;
mod exchange_connector_proxy;
mod exchange_server_connection;
mod management_point_connection;
mod multicast_connection;
mod network_access;
mod network_folder_connection;
mod package_access;
mod permitted_viewer;
mod reporting_services_point;
mod site_system_installation;
mod smtp_server_connection;
mod software_update_point_connection;
mod software_update_point_proxy;
mod source_site;
mod source_site_database;
mod task_sequence_run_as;

use crate::rights::{Held, Place, Right, hardened};
use crate::words::worded;

macro_rules! book {
    ($($module:ident $kind:ident)+) => {
        /// The kinds of account, in the seed's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum AccountKind { $(#[doc = concat!("Defined in `accounts/", stringify!($module), ".rs`.")] $kind,)+ }

        /// Every account, in the order of [`AccountKind`].
        pub const ACCOUNTS: &[&Account] = &[$(&$module::ACCOUNT,)+];

        /// The files that define them, in the same order.
        const FILES: &[&str] = &[$(concat!("accounts/", stringify!($module), ".rs"),)+];
    };
}

book! {
    active_directory_group_discovery ActiveDirectoryGroupDiscovery
    active_directory_system_discovery ActiveDirectorySystemDiscovery
    active_directory_user_discovery ActiveDirectoryUserDiscovery
    active_directory_forest ActiveDirectoryForest
    asset_intelligence_proxy AssetIntelligenceProxy
    certificate_registration_point CertificateRegistrationPoint
    capture_operating_system_image CaptureOperatingSystemImage
    client_push_installation ClientPushInstallation
    enrollment_point_connection EnrollmentPointConnection
    exchange_server_connection ExchangeServerConnection
    exchange_connector_proxy ExchangeConnectorProxy
    management_point_connection ManagementPointConnection
    multicast_connection MulticastConnection
    network_access NetworkAccess
    package_access PackageAccess
    reporting_services_point ReportingServicesPoint
    permitted_viewer PermittedViewer
    site_system_installation SiteSystemInstallation
    smtp_server_connection SmtpServerConnection
    software_update_point_connection SoftwareUpdatePointConnection
    software_update_point_proxy SoftwareUpdatePointProxy
    source_site SourceSite
    source_site_database SourceSiteDatabase
    domain_joining DomainJoining
    network_folder_connection NetworkFolderConnection
    task_sequence_run_as TaskSequenceRunAs
}

impl AccountKind {
    /// The kind's definition.
    #[must_use]
    pub const fn definition(self) -> &'static Account {
        ACCOUNTS[self as usize]
    }

    /// The file that defines it, below the catalog's sources.
    #[must_use]
    pub const fn file(self) -> &'static str {
        FILES[self as usize]
    }
}

/// The account with this id.
#[must_use]
pub fn account(id: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().copied().find(|a| a.id == id)
}

/// One account.
#[derive(Debug)]
pub struct Account {
    /// Its kind.
    pub kind: AccountKind,
    /// Its id on the command line and in addresses.
    pub id: &'static str,
    /// The seed's name of it.
    pub title: &'static str,
    /// What Configuration Manager's *Accounts* node calls it.
    pub display_name: &'static str,
    /// What it is for, one or two sentences.
    pub purpose: &'static str,
    /// The operations that run under it; nothing else ever does.
    pub used_by: &'static [Use],
    /// What one binding belongs to.
    pub held_per: Scope,
    /// How many there may be for one [`Account::held_per`].
    pub cardinality: Cardinality,
    /// Who may be bound.
    pub accepts: &'static [PrincipalKind],
    /// Who acts when nobody is bound.
    pub default: DefaultIdentity,
    /// When somebody must be bound.
    pub mandatory_when: &'static [Situation],
    /// In which order identities are tried.
    pub attempt: Attempt,
    /// What it must have.
    pub requires: &'static [Held],
    /// What it must have besides in certain situations.
    pub requires_when: &'static [HeldWhen],
    /// What it must not have. For a bound user, [`BASE`] comes on top in the hardened profile, and
    /// [`crate::conditions::Condition`] says what must be true of it.
    pub forbids: &'static [Held],
    /// Kinds that must not share its principal.
    pub never_doubles_as: &'static [AccountKind],
    /// How its password or principal is changed.
    pub change_by: Change,
    /// Whether its use is off until somebody asks for it, because it is dangerous (`hardened` and `standard` alike).
    pub off_until_asked: bool,
    /// What people should know.
    pub advice: &'static [Advice],
    /// Sentences of the seed that fields honour: field and sentence id. [`Held`] and [`Advice`] carry their own.
    pub seed: &'static [(&'static str, &'static str)],
}

/// What no user that is bound to any kind may have in the hardened profile, but where [`Account::requires`] or
/// [`Account::requires_when`] asks for just that. A computer account has what its computer needs: see [`COMPUTER_BASE`].
pub const BASE: &[Held] = &[
    hardened(Right::LogOnInteractively, Place::Anywhere),
    hardened(Right::LogOnRemotely, Place::Anywhere),
    hardened(Right::LogOnAsBatchJob, Place::Anywhere),
    hardened(Right::LogOnAsService, Place::Anywhere),
    hardened(Right::LocalAdministrator, Place::Anywhere),
    hardened(Right::DomainAdministrator, Place::Anywhere),
    hardened(Right::Delegation, Place::Anywhere),
    hardened(Right::DirectoryReplication, Place::Anywhere),
    hardened(Right::RoamingProfile, Place::Anywhere),
];

/// What no computer account may have either that is bound to read or write a directory.
pub const COMPUTER_BASE: &[Held] = &[
    hardened(Right::DomainAdministrator, Place::Anywhere),
    hardened(Right::Delegation, Place::Anywhere),
    hardened(Right::DirectoryReplication, Place::Anywhere),
];

/// A right that is needed in a certain situation only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldWhen {
    /// When.
    pub when: Situation,
    /// What, where.
    pub held: Held,
}

/// A right that is needed in a certain situation only.
pub(crate) const fn when(when: Situation, held: Held) -> HeldWhen {
    HeldWhen { when, held }
}

/// Something to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// How much it weighs.
    pub weight: Weight,
    /// In our words.
    pub text: &'static str,
    /// Sentences of the seed, by id; none when this house says so by itself.
    pub seed: &'static [&'static str],
}

/// Something to know.
pub(crate) const fn note(text: &'static str, seed: &'static [&'static str]) -> Advice {
    Advice { weight: Weight::Note, text, seed }
}

/// Something that makes work easier.
pub(crate) const fn tip(text: &'static str, seed: &'static [&'static str]) -> Advice {
    Advice { weight: Weight::Tip, text, seed }
}

/// Something that must not be overlooked.
pub(crate) const fn important(text: &'static str, seed: &'static [&'static str]) -> Advice {
    Advice { weight: Weight::Important, text, seed }
}

/// Something that does harm when it is overlooked.
pub(crate) const fn warning(text: &'static str, seed: &'static [&'static str]) -> Advice {
    Advice { weight: Weight::Warning, text, seed }
}

worded! {
    /// How much an [`Advice`] weighs; where the seed says it, with the seed's own weight.
    pub enum Weight {
        Note = "note", "note";
        Tip = "tip", "tip";
        Important = "important", "important";
        Warning = "warning", "warning";
    }
}

worded! {
    /// An operation that runs under an account.
    pub enum Use {
        DiscoverGroups = "discover-groups", "discover groups and memberships in a directory";
        DiscoverSystems = "discover-systems", "discover computers in a directory";
        DiscoverUsers = "discover-users", "discover users in a directory";
        DiscoverForest = "discover-forest", "discover the network infrastructure of a forest";
        PublishToForest = "publish-to-forest", "publish site data to a forest";
        SynchronizeAssetIntelligence = "synchronize-asset-intelligence", "reach the Internet for the Asset Intelligence catalog";
        CertificateRegistrationDatabase = "certificate-registration-database", "read the site database for certificate registration";
        CaptureImage = "capture-image", "store a captured operating system image";
        PushClient = "push-client", "install the client on a computer";
        EnrollmentDatabase = "enrollment-database", "read and write the site database for enrollment";
        ManageExchangeDevices = "manage-exchange-devices", "find and manage mobile devices at an Exchange Server";
        ReachExchangeOnline = "reach-exchange-online", "reach the Internet for the Exchange Server connector";
        ManagementPointDatabase = "management-point-database", "send and retrieve information for clients in the site database";
        MulticastDatabase = "multicast-database", "read multicast information from the site database";
        ReadContent = "read-content", "read content on a distribution point";
        AccessPackage = "access-package", "read a package folder";
        ReadReportData = "read-report-data", "retrieve the data of reports";
        RemoteControl = "remote-control", "use remote tools on a client";
        InstallSiteSystem = "install-site-system", "install, reinstall, uninstall and configure site systems";
        PullFromSiteSystem = "pull-from-site-system", "pull data from a site system";
        SendAlertMail = "send-alert-mail", "send alerts as mail";
        ConfigureWsus = "configure-wsus", "configure WSUS";
        SynchronizeWsus = "synchronize-wsus", "ask WSUS to synchronize";
        SynchronizeUpdates = "synchronize-updates", "reach the Internet for software updates";
        MigrateObjects = "migrate-objects", "read objects of the source site";
        MigrateDatabase = "migrate-database", "read the database of the source site";
        JoinDomain = "join-domain", "join a newly imaged computer to a domain";
        ConnectNetworkFolder = "connect-network-folder", "connect to a shared folder in a task sequence";
        RunCommandLine = "run-command-line", "run a command line of a task sequence";
    }
}

impl Use {
    /// The account that the operation runs under.
    #[must_use]
    pub fn account(self) -> &'static Account {
        // Every use is some account's; `laws.rs` holds that it is one account's.
        ACCOUNTS.iter().copied().find(|account| account.used_by.contains(&self)).unwrap_or(ACCOUNTS[0])
    }

    /// Whether it is off until somebody asks for it, because it is dangerous (design promise 6).
    #[must_use]
    pub const fn off_until_asked(self) -> bool {
        matches!(self, Self::PublishToForest | Self::PushClient | Self::ReadContent)
    }

    /// What it connects to.
    #[must_use]
    pub const fn reaches(self) -> Reach {
        match self {
            Self::DiscoverGroups | Self::DiscoverSystems | Self::DiscoverUsers | Self::DiscoverForest | Self::PublishToForest | Self::JoinDomain => {
                Reach::Directory
            }
            Self::SynchronizeAssetIntelligence | Self::ReachExchangeOnline | Self::SynchronizeUpdates => Reach::Proxy,
            Self::CertificateRegistrationDatabase
            | Self::EnrollmentDatabase
            | Self::ManagementPointDatabase
            | Self::MulticastDatabase
            | Self::ReadReportData => Reach::SiteDatabase,
            Self::SendAlertMail => Reach::MailServer,
            Self::MigrateDatabase => Reach::SourceDatabase,
            Self::ManageExchangeDevices => Reach::ExchangeServer,
            Self::MigrateObjects => Reach::SourceSite,
            Self::CaptureImage | Self::ReadContent | Self::ConnectNetworkFolder | Self::AccessPackage => Reach::Share,
            Self::PushClient
            | Self::InstallSiteSystem
            | Self::PullFromSiteSystem
            | Self::ConfigureWsus
            | Self::SynchronizeWsus
            | Self::RemoteControl
            | Self::RunCommandLine => Reach::Computer,
        }
    }
}

worded! {
    /// What an operation connects to.
    pub enum Reach {
        Directory = "directory", "a directory";
        Computer = "computer", "a computer";
        Share = "share", "a shared folder";
        SiteDatabase = "site-database", "the site database";
        SourceDatabase = "source-database", "the database of a source site";
        MailServer = "mail-server", "an SMTP server";
        Proxy = "proxy", "a proxy server";
        ExchangeServer = "exchange-server", "an Exchange Server";
        SourceSite = "source-site", "the SMS Provider of a source site";
    }
}

worded! {
    /// What a binding belongs to.
    pub enum Scope {
        Hierarchy = "hierarchy", "the hierarchy";
        Site = "site", "a site";
        Forest = "forest", "a forest";
        DiscoveryLocation = "discovery-location", "a location of a discovery method";
        SiteSystem = "site-system", "a site system";
        Role = "role", "a site system role";
        Package = "package", "a package";
        TaskSequenceStep = "task-sequence-step", "a step of a task sequence";
        ExchangeServer = "exchange-server", "an Exchange Server";
        Proxy = "proxy", "a site system's proxy";
        SourceHierarchy = "source-hierarchy", "a source hierarchy";
        ClientSettings = "client-settings", "client settings";
    }
}

/// How many accounts one scope may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// At most one.
    One,
    /// Any number, in an order that counts.
    OrderedList,
    /// At most so many.
    UpTo(u32),
    /// Any number, without an order.
    Many,
}

impl core::fmt::Display for Cardinality {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::One => f.write_str("one"),
            Self::OrderedList => f.write_str("an ordered list"),
            Self::UpTo(most) => write!(f, "up to {most}"),
            Self::Many => f.write_str("any number"),
        }
    }
}

worded! {
    /// What a principal is.
    pub enum PrincipalKind {
        ComputerAccount = "computer-account", "a computer account";
        DomainUser = "domain-user", "a domain user";
        GlobalAccount = "global-account", "a global account: a domain user registered once for the hierarchy";
        LocalAccount = "local-account", "a local account of the computer that is reached";
        LocalDatabaseAccount = "local-database-account", "a local account of the database server";
        ServiceUser = "service-user", "a user of the service that is reached";
        Group = "group", "a group";
    }
}

worded! {
    /// Who acts when no account is bound.
    pub enum DefaultIdentity {
        Nobody = "nobody", "nobody: the operation does not run";
        SiteServerComputer = "site-server-computer", "the computer account of the site server";
        RoleComputer = "role-computer", "the computer account of the role's server";
        ClientComputer = "client-computer", "the client's own computer account";
        LocalSystem = "local-system", "the Local System account of the managed computer";
        Unauthenticated = "unauthenticated", "nobody: the connection is made without authentication";
        UsersAndAdministrators = "users-and-administrators", "the generic accounts Users and Administrators";
    }
}

worded! {
    /// When an account must be bound, or needs a right more.
    pub enum Situation {
        UntrustedForest = "untrusted-forest", "the forest is not trusted";
        UntrustedDomain = "untrusted-domain", "the role is in a domain that is not trusted by the site server's";
        DatabaseInUntrustedForest = "database-in-untrusted-forest", "the site database is in a forest that is not trusted";
        ProxyAuthenticates = "proxy-authenticates", "the proxy server or firewall requires authentication";
        MailServerAuthenticates = "mail-server-authenticates", "the SMTP server requires authentication";
        CaptureImageStep = "capture-image-step", "a task sequence has the step Capture Operating System Image";
        JoinDomainStep = "join-domain-step", "a task sequence has the step Join Domain or Workgroup with Join a domain";
        ConnectFolderStep = "connect-folder-step", "a task sequence has the step Connect to Network Folder";
        RunCommandLineStep = "run-command-line-step", "a step Run Command Line must not run as Local System";
        ReportingPointInstalled = "reporting-point-installed", "a reporting services point is installed";
        MigrationConfigured = "migration-configured", "migration from a source hierarchy is configured";
        ComputerAccountBound = "computer-account-bound", "the computer account of the site server is bound";
        DistributionPointsUpgraded = "distribution-points-upgraded", "distribution points of the source site, or secondary sites with one, are upgraded: for as long as that lasts";
        CommandLineNeedsAdministrator = "command-line-needs-administrator", "the command line needs administrative access: best as a local account made for this alone";
    }
}

worded! {
    /// In which order identities are tried.
    pub enum Attempt {
        BoundElseDefault = "bound-else-default", "the bound account; the default identity only when none is bound";
        BoundOnly = "bound-only", "the bound account and nobody else";
        InOrderThenSiteServer = "in-order-then-site-server", "each account of the list in order until one succeeds; then, only if switched on, the site server's computer account";
        AfterComputerAccountEachTime = "after-computer-account-each-time", "the computer account first; when it fails, each of these, every time, even if they failed before";
        AccessList = "access-list", "not tried: the principals are entered in access lists";
    }
}

worded! {
    /// How an account is changed.
    pub enum Change {
        NewPassword = "new-password", "a new password is set in the directory and here; the next connection uses it";
        ReplaceThenRetire = "replace-then-retire", "a new account is added and handed out; the old one is retired when nobody holds it any more";
        UpdateTaskSequence = "update-task-sequence", "the task sequence is updated with the new password; clients receive it with their next policy";
        Redistribute = "redistribute", "the list is changed and the package redistributed; updating the package changes nothing";
        ChangeList = "change-list", "the list is changed; clients receive it with their next policy";
    }
}
