//! The threads of a site: what each is called, where it logs, and which database principal it connects as.

use crate::database::Principal;

/// Name of a component; the site's supervisor, inboxes, status messages and logs use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComponentName {
    /// Loads discovery records and registrations.
    DiscoveryDataManager,
    /// Loads hardware inventory.
    InventoryDataLoader,
    /// Loads software inventory (a later version).
    SoftwareInventoryProcessor,
    /// Loads state messages.
    StateSystem,
    /// Loads status messages of clients and of the site's own components.
    StatusManager,
    /// Records when each client was last seen.
    NotificationManager,
    /// Writes and signs policy.
    PolicyProvider,
    /// Counts inbox files, wakes the owners of inboxes.
    InboxMonitor,
    /// Receives files from other sites (a later version).
    Despooler,
    /// Sends files to other sites (a later version).
    Scheduler,
    /// Sends and receives replicated objects (a later version).
    ReplicationManager,
    /// Distributes content (a later version).
    DistributionManager,
    /// Pushes clients (a later version).
    ClientConfigManager,
    /// Publishes to directories.
    HierarchyManager,
    /// Evaluates collections (a later version).
    CollectionEvaluator,
    /// Answers clients.
    ManagementPoint,
    /// Answers people: API and console.
    Provider,
    /// Starts, watches and restarts the others.
    SiteComponentManager,
    /// Loads metering data (a later version).
    SoftwareMeteringProcessor,
    /// Copies files to other sites (a later version).
    Sender,
    /// Exchanges configuration items with other sites (a later version).
    ObjectReplicationManager,
    /// Sends packages to distribution points (a later version).
    PackageTransferManager,
    /// Evaluates deployments (a later version).
    OfferManager,
    /// Asks WSUS to synchronize (a later version).
    WsusSynchronizationManager,
    /// Configures WSUS (a later version).
    WsusConfigurationManager,
    /// Verifies accounts and keeps their secrets.
    AccountManager,
    /// Turns what happens into alerts and sends them as mail.
    AlertNotificationManager,
    /// Discovers computers in directories.
    AdSystemDiscoveryAgent,
    /// Discovers users in directories.
    AdUserDiscoveryAgent,
    /// Discovers groups and their members in directories.
    AdGroupDiscoveryAgent,
    /// Discovers domains, sites and subnets of forests.
    AdForestDiscoveryManager,
}

/// One component.
#[derive(Debug)]
pub struct Component {
    /// Its name in code.
    pub name: ComponentName,
    /// Its name in tables, addresses and status messages; kebab case.
    pub id: &'static str,
    /// Configuration Manager's name of the same thread, for people who come from there.
    pub configmgr_name: &'static str,
    /// Its name as people read it.
    pub title: &'static str,
    /// The file its log lines go to.
    pub log_file: &'static str,
    /// What it does, one sentence.
    pub purpose: &'static str,
    /// The principal it connects to the site database as; `None` when it never connects.
    pub principal: Option<Principal>,
    /// Whether this version runs it.
    pub runs_in_this_version: bool,
    /// Whether others go first where there is not enough of the machine for all: what fills inboxes may wait, and who empties
    /// them, and who answers clients and people, may not.
    pub gives_way: bool,
}

impl Component {
    const fn giving_way(mut self) -> Self {
        self.gives_way = true;
        self
    }
}

const fn running(
    name: ComponentName,
    id: &'static str,
    configmgr_name: &'static str,
    title: &'static str,
    log_file: &'static str,
    principal: Option<Principal>,
    purpose: &'static str,
) -> Component {
    Component { name, id, configmgr_name, title, log_file, purpose, principal, runs_in_this_version: true, gives_way: false }
}

const fn later(
    name: ComponentName,
    id: &'static str,
    configmgr_name: &'static str,
    title: &'static str,
    log_file: &'static str,
    purpose: &'static str,
) -> Component {
    Component { name, id, configmgr_name, title, log_file, purpose, principal: None, runs_in_this_version: false, gives_way: false }
}

/// Every component, in the order of [`ComponentName`].
pub const COMPONENTS: &[Component] = &[
    running(
        ComponentName::DiscoveryDataManager,
        "discovery-data-manager",
        "SMS_DISCOVERY_DATA_MANAGER",
        "Discovery data manager",
        "ddm.log",
        Some(Principal::DiscoveryDataManager),
        "Turns discovery records and registrations into devices and clients.",
    ),
    running(
        ComponentName::InventoryDataLoader,
        "inventory-data-loader",
        "SMS_INVENTORY_DATA_LOADER",
        "Inventory data loader",
        "dataldr.log",
        Some(Principal::InventoryDataLoader),
        "Loads hardware inventory into rows.",
    ),
    later(
        ComponentName::SoftwareInventoryProcessor,
        "software-inventory-processor",
        "SMS_SOFTWARE_INVENTORY_PROCESSOR",
        "Software inventory processor",
        "sinvproc.log",
        "Loads software inventory and collected files.",
    ),
    running(
        ComponentName::StateSystem,
        "state-system",
        "SMS_STATE_SYSTEM",
        "State system",
        "statesys.log",
        Some(Principal::StateSystem),
        "Loads state messages and notices gaps in their serial numbers.",
    ),
    running(
        ComponentName::StatusManager,
        "status-manager",
        "SMS_STATUS_MANAGER",
        "Status manager",
        "statmgr.log",
        Some(Principal::StatusManager),
        "Loads status messages of clients and of the site itself.",
    ),
    running(
        ComponentName::NotificationManager,
        "notification-manager",
        "SMS_NOTIFICATION_MANAGER",
        "Notification manager",
        "bgbmgr.log",
        Some(Principal::NotificationManager),
        "Records when each client was last seen.",
    ),
    running(
        ComponentName::PolicyProvider,
        "policy-provider",
        "SMS_POLICY_PROVIDER",
        "Policy provider",
        "policypv.log",
        Some(Principal::PolicyProvider),
        "Writes and signs what each client is to do.",
    ),
    running(
        ComponentName::InboxMonitor,
        "inbox-monitor",
        "SMS_INBOX_MONITOR",
        "Inbox monitor",
        "inboxmon.log",
        None,
        "Notices files that drop into inboxes and wakes the owner.",
    ),
    later(ComponentName::Despooler, "despooler", "SMS_DESPOOLER", "Despooler", "despool.log", "Unpacks what arrives from other sites."),
    later(ComponentName::Scheduler, "scheduler", "SMS_SCHEDULER", "Scheduler", "schedule.log", "Packs what goes to other sites."),
    later(
        ComponentName::ReplicationManager,
        "replication-manager",
        "SMS_REPLICATION_MANAGER",
        "Replication manager",
        "replmgr.log",
        "Exchanges objects with other sites.",
    ),
    later(
        ComponentName::DistributionManager,
        "distribution-manager",
        "SMS_DISTRIBUTION_MANAGER",
        "Distribution manager",
        "distmgr.log",
        "Brings content to distribution points.",
    ),
    later(
        ComponentName::ClientConfigManager,
        "client-config-manager",
        "SMS_CLIENT_CONFIG_MANAGER",
        "Client configuration manager",
        "ccm.log",
        "Installs clients on discovered computers.",
    ),
    running(
        ComponentName::HierarchyManager,
        "hierarchy-manager",
        "SMS_HIERARCHY_MANAGER",
        "Hierarchy manager",
        "hman.log",
        Some(Principal::HierarchyManager),
        "Publishes the site to the directories of forests that it is switched on for, and extends their schema when asked to.",
    ),
    later(
        ComponentName::CollectionEvaluator,
        "collection-evaluator",
        "SMS_COLLECTION_EVALUATOR",
        "Collection evaluator",
        "colleval.log",
        "Keeps collections' members up to date.",
    ),
    running(
        ComponentName::ManagementPoint,
        "management-point",
        "SMS_MP_CONTROL_MANAGER",
        "Management point",
        "mpcontrol.log",
        Some(Principal::ManagementPoint),
        "Answers clients: registration, policy, and everything they send.",
    ),
    running(
        ComponentName::Provider,
        "provider",
        "SMS_PROVIDER",
        "Provider",
        "SMSProv.log",
        Some(Principal::Provider),
        "Answers people: command line, API and console.",
    ),
    running(
        ComponentName::SiteComponentManager,
        "site-component-manager",
        "SMS_SITE_COMPONENT_MANAGER",
        "Site component manager",
        "sitecomp.log",
        Some(Principal::SiteComponentManager),
        "Starts the other components, watches and restarts them.",
    ),
    later(
        ComponentName::SoftwareMeteringProcessor,
        "software-metering-processor",
        "SMS_SOFTWARE_METERING_PROCESSOR",
        "Software metering processor",
        "swmproc.log",
        "Loads which programs were used, and for how long.",
    ),
    later(ComponentName::Sender, "sender", "SMS_LAN_SENDER", "Sender", "sender.log", "Copies files to other sites."),
    later(
        ComponentName::ObjectReplicationManager,
        "object-replication-manager",
        "SMS_OBJECT_REPLICATION_MANAGER",
        "Object replication manager",
        "objreplmgr.log",
        "Exchanges configuration items with other sites.",
    ),
    later(
        ComponentName::PackageTransferManager,
        "package-transfer-manager",
        "SMS_PACKAGE_TRANSFER_MANAGER",
        "Package transfer manager",
        "PkgXferMgr.log",
        "Sends packages to distribution points.",
    ),
    later(ComponentName::OfferManager, "offer-manager", "SMS_OFFER_MANAGER", "Offer manager", "offermgr.log", "Evaluates deployments."),
    later(
        ComponentName::WsusSynchronizationManager,
        "wsus-synchronization-manager",
        "SMS_WSUS_SYNC_MANAGER",
        "WSUS synchronization manager",
        "wsyncmgr.log",
        "Asks an upstream server or the vendor for updates.",
    ),
    later(
        ComponentName::WsusConfigurationManager,
        "wsus-configuration-manager",
        "SMS_WSUS_CONFIGURATION_MANAGER",
        "WSUS configuration manager",
        "WCM.log",
        "Sets products, classifications and the upstream server of WSUS.",
    ),
    running(
        ComponentName::AccountManager,
        "account-manager",
        "SMS_ACCOUNT_MANAGER",
        "Account manager",
        "acctmgr.log",
        Some(Principal::AccountManager),
        "Verifies that accounts hold what they need and nothing more, and keeps their secrets.",
    ),
    running(
        ComponentName::AlertNotificationManager,
        "alert-notification-manager",
        "SMS_ALERT_NOTIFICATION",
        "Alert notification manager",
        "alertnotify.log",
        Some(Principal::AlertNotificationManager),
        "Turns what happens into alerts and sends them as mail.",
    ),
    running(
        ComponentName::AdSystemDiscoveryAgent,
        "ad-system-discovery-agent",
        "SMS_AD_SYSTEM_DISCOVERY_AGENT",
        "Active Directory system discovery agent",
        "adsysdis.log",
        Some(Principal::AdSystemDiscoveryAgent),
        "Finds computers in the directory locations that are specified.",
    )
    .giving_way(),
    running(
        ComponentName::AdUserDiscoveryAgent,
        "ad-user-discovery-agent",
        "SMS_AD_USER_DISCOVERY_AGENT",
        "Active Directory user discovery agent",
        "adusrdis.log",
        Some(Principal::AdUserDiscoveryAgent),
        "Finds users in the directory locations that are specified.",
    )
    .giving_way(),
    running(
        ComponentName::AdGroupDiscoveryAgent,
        "ad-group-discovery-agent",
        "SMS_AD_SECURITY_GROUP_DISCOVERY_AGENT",
        "Active Directory group discovery agent",
        "adsgdis.log",
        Some(Principal::AdGroupDiscoveryAgent),
        "Finds groups and their members in the directory locations that are specified.",
    )
    .giving_way(),
    running(
        ComponentName::AdForestDiscoveryManager,
        "ad-forest-discovery-manager",
        "SMS_AD_FOREST_DISCOVERY_MANAGER",
        "Active Directory forest discovery manager",
        "ADForestDisc.log",
        Some(Principal::AdForestDiscoveryManager),
        "Finds domains, sites and subnets of forests, and makes boundaries of them.",
    )
    .giving_way(),
];

impl ComponentName {
    /// The component's definition.
    #[must_use]
    pub const fn definition(self) -> &'static Component {
        &COMPONENTS[self as usize]
    }
}
