//! The tables of the site database; `store` makes them.

/// A table of the site database that is not an inventory class's ([`crate::inventory::CLASSES`] names those).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// This site: one row.
    Site,
    /// Settings that people change.
    Setting,
    /// Counters that give rows a version in commit order.
    ChangeCounter,
    /// Devices: one row for each computer that is known.
    Device,
    /// Values of a device's array properties (MAC addresses, IP addresses, resource names).
    DeviceValue,
    /// Which discovery methods saw a device, where and when.
    DeviceAgent,
    /// Clients: key, certificate, approval.
    Client,
    /// When each client was last seen by a management point.
    ClientPresence,
    /// One-time approval tokens, hashed.
    ApprovalToken,
    /// Signed policy documents.
    Policy,
    /// Ids of messages that were loaded.
    Intake,
    /// Which inventory a device has: digest and times.
    InventoryState,
    /// Which classes a device could not offer, and why.
    InventoryUnavailable,
    /// Each distinct software product once.
    Software,
    /// All tables of inventory classes.
    InventoryClasses,
    /// The newest state of each topic of each client.
    StateMessage,
    /// The last serial number seen from each client and whether a resync was asked for.
    StateStream,
    /// Status messages.
    StatusMessage,
    /// What each component is doing.
    ComponentState,
    /// The ledger.
    Ledger,
    /// People who may sign in.
    Person,
    /// Sessions of people who signed in.
    Session,
    /// One-time sign-in links, hashed.
    SignInLink,
    /// Administrative users that are users or groups of a directory.
    DirectoryAdmin,
    /// Which of these let whom in, for each session of somebody of a directory.
    DirectorySession,
    /// Which principals are bound as which account, and how they stand.
    AccountBinding,
    /// Versions of sealed secrets: when, by whom, under which key. Not the secrets.
    Secret,
    /// Sealed secrets. Nobody who answers people reads this table.
    SealedSecret,
    /// Sign-ins that were refused and count towards a lock-out.
    AccountRefusal,
    /// Each connection that was made or tried under an account: the ledger's entries in a form to look through.
    AccountUse,
    /// The newest verdict of each check of each binding.
    AccountCheck,
    /// Failed checks that somebody answers for until a date.
    AccountWaiver,
    /// What people ask the account manager to do: verify, destroy retired secrets, change the site key.
    AccountTask,
    /// Which domains and forests this site's forest trusts.
    DomainTrust,
    /// The SMTP server for alerts: one row at most.
    MailServer,
    /// The proxy servers of site systems.
    ProxyServer,
    /// What people want to be told of.
    AlertRule,
    /// What they are told.
    Alert,
    /// Mail that is to be sent, and what became of it.
    AlertMail,
    /// How far each alert rule has looked.
    AlertCursor,
    /// Mobile devices that people enrol.
    Enrollment,
    /// How each discovery method is set: schedules, filters, attributes.
    DiscoveryMethod,
    /// Where discovery methods look.
    DiscoveryLocation,
    /// How far each location was read, for each domain controller.
    DiscoveryCursor,
    /// Runs of discovery methods: what people ask for, and what became of each.
    DiscoveryRun,
    /// Computers, users and groups of directories, by SID.
    DirectoryObject,
    /// What discovery compares of each of them, and changes whenever it finds it.
    DirectoryState,
    /// What SIDs begin with.
    SidBeginning,
    /// Who is a direct member of which group.
    Membership,
    /// Names and kinds of groups that are no objects here: distribution groups, and groups outside of what is looked at.
    GroupName,
    /// Forests: those that people added, and those that discovery found.
    Forest,
    /// Domains of forests.
    ForestDomain,
    /// Active Directory sites of forests.
    ForestSite,
    /// Subnets of Active Directory sites.
    ForestSubnet,
    /// Which forests the site publishes to, and what became of it.
    ForestPublishing,
    /// Looks at what is published in a forest before it is taken away for good.
    WithdrawalLook,
    /// What such a look saw, object by object.
    WithdrawalObject,
    /// Boundaries: network locations of clients.
    Boundary,
}

impl Table {
    /// Name in the database; `None` for [`Table::InventoryClasses`], which stands for several.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Table::Site => "site",
            Table::Setting => "setting",
            Table::ChangeCounter => "change_counter",
            Table::Device => "device",
            Table::DeviceValue => "device_value",
            Table::DeviceAgent => "device_agent",
            Table::Client => "client",
            Table::ClientPresence => "client_presence",
            Table::ApprovalToken => "approval_token",
            Table::Policy => "policy",
            Table::Intake => "intake",
            Table::InventoryState => "inventory_state",
            Table::InventoryUnavailable => "inventory_unavailable",
            Table::Software => "software",
            Table::InventoryClasses => return None,
            Table::StateMessage => "state_message",
            Table::StateStream => "state_stream",
            Table::StatusMessage => "status_message",
            Table::ComponentState => "component_state",
            Table::Ledger => "ledger",
            Table::Person => "person",
            Table::Session => "session",
            Table::SignInLink => "sign_in_link",
            Table::DirectoryAdmin => "directory_admin",
            Table::DirectorySession => "directory_session",
            Table::AccountBinding => "account_binding",
            Table::Secret => "secret",
            Table::SealedSecret => "sealed_secret",
            Table::AccountRefusal => "account_refusal",
            Table::AccountUse => "account_use",
            Table::AccountCheck => "account_check",
            Table::AccountWaiver => "account_waiver",
            Table::AccountTask => "account_task",
            Table::DomainTrust => "domain_trust",
            Table::MailServer => "mail_server",
            Table::ProxyServer => "proxy_server",
            Table::AlertRule => "alert_rule",
            Table::Alert => "alert",
            Table::AlertMail => "alert_mail",
            Table::AlertCursor => "alert_cursor",
            Table::Enrollment => "enrollment",
            Table::DiscoveryMethod => "discovery_method",
            Table::DiscoveryLocation => "discovery_location",
            Table::DiscoveryCursor => "discovery_cursor",
            Table::DiscoveryRun => "discovery_run",
            Table::DirectoryObject => "directory_object",
            Table::DirectoryState => "directory_state",
            Table::SidBeginning => "sid_beginning",
            Table::Membership => "membership",
            Table::GroupName => "group_name",
            Table::Forest => "forest",
            Table::ForestDomain => "forest_domain",
            Table::ForestSite => "forest_site",
            Table::ForestSubnet => "forest_subnet",
            Table::ForestPublishing => "forest_publishing",
            Table::WithdrawalLook => "withdrawal_look",
            Table::WithdrawalObject => "withdrawal_object",
            Table::Boundary => "boundary",
        })
    }

    /// Every table.
    pub const ALL: &'static [Table] = &[
        Table::Site,
        Table::Setting,
        Table::ChangeCounter,
        Table::Device,
        Table::DeviceValue,
        Table::DeviceAgent,
        Table::Client,
        Table::ClientPresence,
        Table::ApprovalToken,
        Table::Policy,
        Table::Intake,
        Table::InventoryState,
        Table::InventoryUnavailable,
        Table::Software,
        Table::InventoryClasses,
        Table::StateMessage,
        Table::StateStream,
        Table::StatusMessage,
        Table::ComponentState,
        Table::Ledger,
        Table::Person,
        Table::Session,
        Table::SignInLink,
        Table::DirectoryAdmin,
        Table::DirectorySession,
        Table::AccountBinding,
        Table::Secret,
        Table::SealedSecret,
        Table::AccountRefusal,
        Table::AccountUse,
        Table::AccountCheck,
        Table::AccountWaiver,
        Table::AccountTask,
        Table::DomainTrust,
        Table::MailServer,
        Table::ProxyServer,
        Table::AlertRule,
        Table::Alert,
        Table::AlertMail,
        Table::AlertCursor,
        Table::Enrollment,
        Table::DiscoveryMethod,
        Table::DiscoveryLocation,
        Table::DiscoveryCursor,
        Table::DiscoveryRun,
        Table::DirectoryObject,
        Table::DirectoryState,
        Table::SidBeginning,
        Table::Membership,
        Table::GroupName,
        Table::Forest,
        Table::ForestDomain,
        Table::ForestSite,
        Table::ForestSubnet,
        Table::ForestPublishing,
        Table::WithdrawalLook,
        Table::WithdrawalObject,
        Table::Boundary,
    ];
}
