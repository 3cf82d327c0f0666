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
const RI: &[Right] = &[Right::Select, Right::Insert];
const RU: &[Right] = &[Right::Select, Right::Update];
const RIU: &[Right] = &[Right::Select, Right::Insert, Right::Update];
const RIUD: &[Right] = &[Right::Select, Right::Insert, Right::Update, Right::Delete];
const RID: &[Right] = &[Right::Select, Right::Insert, Right::Delete];

const fn on(table: Table, rights: &'static [Right]) -> Grant {
    Grant { table, rights }
}

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
        ],
    },
    PrincipalDefinition {
        principal: Principal::SiteComponentManager,
        name: "site_component_manager",
        grants: &[on(Table::Site, R), on(Table::ComponentState, RIU), on(Table::Ledger, RI)],
    },
];

impl Principal {
    /// The principal's definition.
    #[must_use]
    pub const fn definition(self) -> &'static PrincipalDefinition {
        &PRINCIPALS[self as usize]
    }
}
