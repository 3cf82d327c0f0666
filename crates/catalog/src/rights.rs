//! Rights and the places they hold at: what accounts need, must not have, and what groups grant.

use crate::words::worded;

worded! {
    /// A right that somebody can hold at a [`Place`].
    pub enum Right {
        AccessFromNetwork = "access-from-network", "Access this computer from the network";
        LogOnInteractively = "log-on-interactively", "interactive log on";
        LogOnLocally = "log-on-locally", "Log on locally";
        LogOnRemotely = "log-on-remotely", "Log on through Remote Desktop Services";
        LogOnAsBatchJob = "log-on-as-batch-job", "Log on as a batch job";
        LogOnAsService = "log-on-as-service", "Log on as a service";
        LocalAdministrator = "local-administrator", "membership of the local group Administrators";
        DomainAdministrator = "domain-administrator", "membership of Domain Admins";
        WsusAdministrator = "wsus-administrator", "membership of the local group WSUS Administrators";
        DistributedComUser = "distributed-com-user", "membership of Distributed COM Users";
        SmsAdmin = "sms-admin", "membership of SMS Admins";
        JoinDomain = "join-domain", "Domain Join";
        AddWorkstations = "add-workstations", "the privilege to add workstations to a domain (SeMachineAccountPrivilege)";
        ResetPassword = "reset-password", "Reset password";
        ReadConfidential = "read-confidential", "reading of confidential attributes, such as kept passwords";
        ChangePermissions = "change-permissions", "changing of permissions and owners";
        Delegation = "delegation", "delegation: acting as others towards other servers";
        DirectoryReplication = "directory-replication", "replication of the directory, which carries every password's hash";
        RoamingProfile = "roaming-profile", "a roaming profile";
        Read = "read", "Read";
        ReadAndExecute = "read-and-execute", "Read & execute";
        ListFolder = "list-folder", "List folder contents";
        Write = "write", "Write";
        Modify = "modify", "Modify";
        Execute = "execute", "Execute";
        FullControl = "full-control", "Full Control";
        Delete = "delete", "Delete";
        PassProxy = "pass-proxy", "leave to pass the proxy server or firewall";
        SendMail = "send-mail", "leave to send mail";
        RunExchangeCmdlets = "run-exchange-cmdlets", "the Exchange PowerShell cmdlets of the connector";
        RunCommandLine = "run-command-line", "what the command line of the step needs";
        MoreThanNeeded = "more-than-needed", "any further right";
        EntriesForOthers = "entries-for-others", "a list with entries for others than whoever publishes and the domain itself";
        EnableAccount = "wmi-enable-account", "Enable Account";
        RemoteEnable = "wmi-remote-enable", "Remote Enable";
        ExecuteMethods = "wmi-execute-methods", "Execute Methods";
        ProviderWrite = "wmi-provider-write", "Provider Write";
        RemoteActivation = "dcom-remote-activation", "DCOM Remote Activation";
    }
}

worded! {
    /// Where a right is held.
    pub enum Place {
        Anywhere = "anywhere", "anywhere";
        DiscoveryLocations = "discovery-locations", "the directory locations that are specified for discovery";
        OutsideLocations = "outside-locations", "the rest of the domain, outside the directory locations that are specified, by an entry of its own";
        Administrators = "administrators", "the users that administer the domain";
        Forest = "forest", "each forest whose network infrastructure is discovered";
        SystemManagement = "system-management", "the container System Management and all its child objects, in each forest that is published to";
        SiteDatabase = "site-database", "the site database";
        DatabaseServer = "database-server", "the computer that runs the site database";
        DistributionPoint = "distribution-point", "the distribution point or other server that holds the package content";
        PackageContent = "package-content", "the content that the client needs";
        CaptureShare = "capture-share", "the network share where captured images are stored";
        SharedFolder = "shared-folder", "the shared folder that the step names";
        PushTarget = "push-target", "the computers where the client is to be installed";
        SiteSystem = "site-system", "the site systems that it installs and configures";
        WsusServer = "wsus-server", "the computer where WSUS is installed";
        ProxyServer = "proxy-server", "the proxy server or firewall";
        MailServer = "mail-server", "the SMTP server";
        ExchangeServer = "exchange-server", "the Exchange Server computer";
        SourceSite = "source-site", "the source site";
        SourceSiteClass = "source-site-class", "the class Site of the source site";
        SourceDatabase = "source-database", "the database of the source site";
        SourceDomain = "source-domain", "the domain of the source site";
        JoinedDomain = "joined-domain", "the domain that the computer joins";
        ManagedComputer = "managed-computer", "the managed computer";
        Inboxes = "inboxes", "the folder inboxes on the site server";
        InboxSubfolders = "inbox-subfolders", "the subfolders of inboxes that it writes to";
        StatusInbox = "status-inbox", "the folder inboxes\\statmgr.box on the site server";
        DespoolerReceive = "despooler-receive", "the folder inboxes\\despoolr.box\\receive on the site server";
        CollectedFiles = "collected-files", "the folder sinv.box\\FileCol on the site server";
        OsdBoot = "osd-boot", "the folders below OSD\\boot on the site server";
        OsdBin = "osd-bin", "the folders below OSD\\Bin on the site server";
        RootSmsNamespace = "root-sms", "the WMI namespace Root\\SMS";
        SiteServerAndProviders = "site-server-and-providers", "the site server and each SMS Provider computer";
        PackageShare = "package-share", "the package share of a distribution point";
    }
}

worded! {
    /// How strict a site is about accounts and groups.
    pub enum Profile {
        Standard = "standard", "standard: what the seed says";
        Hardened = "hardened", "hardened: what the seed says, and least privilege beyond it";
    }
}

/// A right at a place, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The right.
    pub right: Right,
    /// Where.
    pub place: Place,
    /// Sentence of the seed, by id; empty when only [`Profile::Hardened`] holds it.
    pub seed: &'static str,
}

impl Held {
    /// The mildest profile that holds it.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        if self.seed.is_empty() { Profile::Hardened } else { Profile::Standard }
    }
}

/// A right at a place, as a sentence of the seed says.
#[must_use]
pub const fn held(right: Right, place: Place, seed: &'static str) -> Held {
    Held { right, place, seed }
}

/// A right at a place, in the hardened profile only: no sentence of the seed says so.
#[must_use]
pub const fn hardened(right: Right, place: Place) -> Held {
    Held { right, place, seed: "" }
}
