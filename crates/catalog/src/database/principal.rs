//! Who connects to the site database, and everything that each may do there.

use super::{Grant, Right, Table};

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
const RD: &[Right] = &[Right::Select, Right::Delete];
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
            on(Table::DirectoryState, RIU),
            on(Table::SidBeginning, RIU),
            on(Table::Membership, RIUD),
            on(Table::GroupName, RIU),
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
            on(Table::DirectoryObject, R),
            on(Table::DirectoryState, RU),
            on(Table::SidBeginning, R),
            on(Table::Membership, R),
            on(Table::GroupName, R),
            on(Table::Forest, RIUD),
            on(Table::ForestDomain, RID),
            on(Table::ForestSite, RID),
            on(Table::ForestSubnet, RID),
            on(Table::ForestPublishing, RIUD),
            on(Table::WithdrawalLook, RIUD),
            on(Table::WithdrawalObject, RD),
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
            on(Table::WithdrawalLook, RU),
            on(Table::WithdrawalObject, RID),
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
            on(Table::DirectoryState, R),
            on(Table::SidBeginning, R),
            on(Table::Membership, R),
            on(Table::GroupName, R),
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
