//! Database principals and their grants: who may do what to which table of the site database, once.
//! PostgreSQL `GRANT`s and the SQLite authorizer are derived from this; the tables themselves are made by `store`.

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
    /// Who is a direct member of which group.
    Membership,
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
            Table::Membership => "membership",
            Table::Forest => "forest",
            Table::ForestDomain => "forest_domain",
            Table::ForestSite => "forest_site",
            Table::ForestSubnet => "forest_subnet",
            Table::ForestPublishing => "forest_publishing",
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
        Table::Membership,
        Table::Forest,
        Table::ForestDomain,
        Table::ForestSite,
        Table::ForestSubnet,
        Table::ForestPublishing,
        Table::Boundary,
    ];
}

/// What may be done to a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read rows.
    Select,
    /// Add rows.
    Insert,
    /// Change rows.
    Update,
    /// Remove rows.
    Delete,
}

/// Rights on one table.
#[derive(Debug)]
pub struct Grant {
    /// The table.
    pub table: Table,
    /// What may be done to its rows.
    pub rights: &'static [Right],
}

/// Who connects to the site database. The schema's owner is none of them: only migration connects as owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// Discovery data manager.
    DiscoveryDataManager,
    /// Inventory data loader.
    InventoryDataLoader,
    /// State system.
    StateSystem,
    /// Status manager.
    StatusManager,
    /// Notification manager.
    NotificationManager,
    /// Policy provider.
    PolicyProvider,
    /// Management point: reads only.
    ManagementPoint,
    /// Provider: what people ask for.
    Provider,
    /// Site component manager.
    SiteComponentManager,
    /// Broker: finds the account bound for a use and opens its secret.
    Broker,
    /// Account manager: verifies accounts, destroys retired secrets, changes the site key.
    AccountManager,
    /// Alert notification manager.
    AlertNotificationManager,
    /// Active Directory system discovery agent.
    AdSystemDiscoveryAgent,
    /// Active Directory user discovery agent.
    AdUserDiscoveryAgent,
    /// Active Directory group discovery agent.
    AdGroupDiscoveryAgent,
    /// Active Directory forest discovery manager.
    AdForestDiscoveryManager,
    /// Hierarchy manager: publishes to directories.
    HierarchyManager,
    /// Certificate registration point: reads only, for what it writes goes by state messages (seed crp-04).
    CertificateRegistrationPoint,
    /// Enrollment point: reads and writes enrolments.
    EnrollmentPoint,
    /// Distribution point with multicast: reads only.
    MulticastDistributionPoint,
    /// Reporting services point: reads what reports show.
    ReportingServicesPoint,
}

/// A principal's name and grants.
#[derive(Debug)]
pub struct PrincipalDefinition {
    /// The principal.
    pub principal: Principal,
    /// Its name; in PostgreSQL the login is `provost_<site code in lower case>_<name>`.
    pub name: &'static str,
    /// Everything it may do; what is not here is refused.
    pub grants: &'static [Grant],
}

const R: &[Right] = &[Right::Select];
const I: &[Right] = &[Right::Insert];
const RI: &[Right] = &[Right::Select, Right::Insert];
const RU: &[Right] = &[Right::Select, Right::Update];
const RUD: &[Right] = &[Right::Select, Right::Update, Right::Delete];
const RIU: &[Right] = &[Right::Select, Right::Insert, Right::Update];
const RIUD: &[Right] = &[Right::Select, Right::Insert, Right::Update, Right::Delete];
const RID: &[Right] = &[Right::Select, Right::Insert, Right::Delete];

const fn on(table: Table, rights: &'static [Right]) -> Grant {
    Grant { table, rights }
}

/// What an agent that reads directories may do: what it finds goes through the discovery inbox.
const DISCOVERY_AGENT: &[Grant] =
    &[on(Table::DiscoveryMethod, R), on(Table::DiscoveryLocation, R), on(Table::DiscoveryCursor, RIUD), on(Table::DiscoveryRun, RIUD)];

/// Every principal, in the order of [`Principal`].
pub const PRINCIPALS: &[PrincipalDefinition] = &[
    PrincipalDefinition {
        principal: Principal::DiscoveryDataManager,
        name: "discovery_data_manager",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, R),
            on(Table::ChangeCounter, RU),
            on(Table::Intake, RID),
            on(Table::Device, RIU),
            on(Table::DeviceValue, RID),
            on(Table::DeviceAgent, RIU),
            on(Table::Client, RIU),
            on(Table::ApprovalToken, RU),
            on(Table::DiscoveryRun, RU),
            on(Table::DirectoryObject, RIU),
            on(Table::Membership, RIUD),
            on(Table::Ledger, RI),
        ],
    },
    PrincipalDefinition {
        principal: Principal::InventoryDataLoader,
        name: "inventory_data_loader",
        grants: &[
            on(Table::ChangeCounter, RU),
            on(Table::Intake, RID),
            on(Table::Client, RU),
            on(Table::InventoryState, RIU),
            on(Table::InventoryUnavailable, RID),
            on(Table::Software, RI),
            on(Table::InventoryClasses, RIUD),
        ],
    },
    PrincipalDefinition {
        principal: Principal::StateSystem,
        name: "state_system",
        grants: &[on(Table::ChangeCounter, RU), on(Table::Intake, RID), on(Table::Client, RU), on(Table::StateMessage, RIU), on(Table::StateStream, RIU)],
    },
    PrincipalDefinition {
        principal: Principal::StatusManager,
        name: "status_manager",
        grants: &[on(Table::Intake, RID), on(Table::Client, R), on(Table::StatusMessage, RID)],
    },
    PrincipalDefinition {
        principal: Principal::NotificationManager,
        name: "notification_manager",
        grants: &[on(Table::Intake, RID), on(Table::ClientPresence, RIU)],
    },
    PrincipalDefinition {
        principal: Principal::PolicyProvider,
        name: "policy_provider",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, R),
            on(Table::ChangeCounter, RU),
            on(Table::Client, RU),
            on(Table::StateStream, R),
            on(Table::Policy, RIUD),
        ],
    },
    PrincipalDefinition {
        principal: Principal::ManagementPoint,
        name: "management_point",
        grants: &[on(Table::Site, R), on(Table::Client, R), on(Table::Policy, R)],
    },
    PrincipalDefinition {
        principal: Principal::Provider,
        name: "provider",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, RIUD),
            on(Table::ChangeCounter, RU),
            on(Table::Device, RIUD),
            on(Table::DeviceValue, RID),
            on(Table::DeviceAgent, RIUD),
            on(Table::Client, RIUD),
            on(Table::ClientPresence, RIUD),
            on(Table::ApprovalToken, RIUD),
            on(Table::Policy, R),
            on(Table::InventoryState, RIUD),
            on(Table::InventoryUnavailable, RIUD),
            on(Table::Software, R),
            on(Table::InventoryClasses, RIUD),
            on(Table::StateMessage, RIUD),
            on(Table::StateStream, RIUD),
            on(Table::StatusMessage, R),
            on(Table::ComponentState, R),
            on(Table::Ledger, RI),
            on(Table::Person, RIUD),
            on(Table::Session, RIUD),
            on(Table::SignInLink, RIUD),
            on(Table::DirectoryAdmin, RID),
            on(Table::DirectorySession, RID),
            on(Table::AccountBinding, RIUD),
            on(Table::Secret, RIU),
            on(Table::SealedSecret, I),
            on(Table::AccountRefusal, R),
            on(Table::AccountUse, R),
            on(Table::AccountCheck, RID),
            on(Table::AccountWaiver, RIUD),
            on(Table::AccountTask, RI),
            on(Table::DomainTrust, RIUD),
            on(Table::MailServer, RIUD),
            on(Table::ProxyServer, RIUD),
            on(Table::AlertRule, RIUD),
            on(Table::Alert, R),
            on(Table::AlertMail, RI),
            on(Table::DiscoveryMethod, RIUD),
            on(Table::DiscoveryLocation, RIUD),
            on(Table::DiscoveryCursor, RID),
            on(Table::DiscoveryRun, RI),
            on(Table::DirectoryObject, RU),
            on(Table::Membership, R),
            on(Table::Forest, RIUD),
            on(Table::ForestDomain, RID),
            on(Table::ForestSite, RID),
            on(Table::ForestSubnet, RID),
            on(Table::ForestPublishing, RIUD),
            on(Table::Boundary, RIUD),
        ],
    },
    PrincipalDefinition {
        principal: Principal::SiteComponentManager,
        name: "site_component_manager",
        grants: &[on(Table::Site, R), on(Table::ComponentState, RIU), on(Table::Ledger, RI)],
    },
    PrincipalDefinition {
        principal: Principal::Broker,
        name: "broker",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, R),
            on(Table::AccountBinding, R),
            on(Table::Secret, R),
            on(Table::SealedSecret, R),
            on(Table::AccountRefusal, RIUD),
            on(Table::AccountUse, RID),
            on(Table::DomainTrust, R),
            on(Table::MailServer, R),
            on(Table::ProxyServer, R),
            on(Table::DiscoveryLocation, R),
            on(Table::Forest, R),
            on(Table::ForestPublishing, R),
            on(Table::Ledger, RI),
        ],
    },
    PrincipalDefinition {
        principal: Principal::AccountManager,
        name: "account_manager",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, R),
            on(Table::AccountBinding, RU),
            on(Table::Secret, RU),
            on(Table::SealedSecret, RUD),
            on(Table::AccountCheck, RIUD),
            on(Table::AccountWaiver, R),
            on(Table::AccountTask, RU),
            on(Table::DomainTrust, R),
            on(Table::MailServer, R),
            on(Table::ProxyServer, R),
            on(Table::Ledger, RI),
        ],
    },
    PrincipalDefinition {
        principal: Principal::AlertNotificationManager,
        name: "alert_notification_manager",
        grants: &[
            on(Table::Site, R),
            on(Table::Setting, R),
            on(Table::AlertRule, R),
            on(Table::Alert, RIUD),
            on(Table::AlertMail, RIUD),
            on(Table::AlertCursor, RIUD),
            on(Table::StatusMessage, R),
            on(Table::ComponentState, R),
            on(Table::Client, R),
            on(Table::ClientPresence, R),
            on(Table::MailServer, R),
        ],
    },
    PrincipalDefinition { principal: Principal::AdSystemDiscoveryAgent, name: "ad_system_discovery_agent", grants: DISCOVERY_AGENT },
    PrincipalDefinition { principal: Principal::AdUserDiscoveryAgent, name: "ad_user_discovery_agent", grants: DISCOVERY_AGENT },
    PrincipalDefinition { principal: Principal::AdGroupDiscoveryAgent, name: "ad_group_discovery_agent", grants: DISCOVERY_AGENT },
    PrincipalDefinition {
        principal: Principal::AdForestDiscoveryManager,
        name: "ad_forest_discovery_manager",
        grants: &[
            on(Table::DiscoveryMethod, R),
            on(Table::DiscoveryRun, RIUD),
            on(Table::DomainTrust, R),
            on(Table::Forest, RIU),
            on(Table::ForestDomain, RIU),
            on(Table::ForestSite, RIU),
            on(Table::ForestSubnet, RIU),
            on(Table::Boundary, RI),
        ],
    },
    PrincipalDefinition {
        principal: Principal::HierarchyManager,
        name: "hierarchy_manager",
        grants: &[
            on(Table::Setting, R),
            on(Table::DomainTrust, R),
            on(Table::Forest, R),
            on(Table::ForestPublishing, RU),
            on(Table::Boundary, R),
            on(Table::Ledger, RI),
        ],
    },
    PrincipalDefinition {
        principal: Principal::CertificateRegistrationPoint,
        name: "certificate_registration_point",
        grants: &[on(Table::Site, R), on(Table::Client, R)],
    },
    PrincipalDefinition {
        principal: Principal::EnrollmentPoint,
        name: "enrollment_point",
        grants: &[on(Table::Site, R), on(Table::Client, R), on(Table::Enrollment, RIU)],
    },
    PrincipalDefinition { principal: Principal::MulticastDistributionPoint, name: "multicast_distribution_point", grants: &[on(Table::Site, R)] },
    PrincipalDefinition {
        principal: Principal::ReportingServicesPoint,
        name: "reporting_services_point",
        grants: &[
            on(Table::Site, R),
            on(Table::Device, R),
            on(Table::DeviceValue, R),
            on(Table::DeviceAgent, R),
            on(Table::ClientPresence, R),
            on(Table::InventoryState, R),
            on(Table::InventoryUnavailable, R),
            on(Table::Software, R),
            on(Table::InventoryClasses, R),
            on(Table::StateMessage, R),
            on(Table::StatusMessage, R),
            on(Table::ComponentState, R),
            on(Table::DirectoryObject, R),
            on(Table::Membership, R),
        ],
    },
];

impl Principal {
    /// The principal's definition.
    #[must_use]
    pub const fn definition(self) -> &'static PrincipalDefinition {
        &PRINCIPALS[self as usize]
    }
}
