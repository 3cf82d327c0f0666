//! Operations on securable classes: the permission bits of role-based administration (configmgr.md §8.3).

use crate::securables::Securable;

/// A bit of `GrantedOperations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The bit's number.
    pub bit: u8,
    /// What it means for any class; empty when it means something for particular ones only.
    pub name: &'static str,
    /// What it means for particular classes.
    pub overloads: &'static [(Securable, &'static str)],
}

const fn operation(bit: u8, name: &'static str, overloads: &'static [(Securable, &'static str)]) -> Operation {
    Operation { bit, name, overloads }
}

impl Operation {
    /// The bit's value.
    #[must_use]
    pub const fn value(&self) -> u32 {
        1 << self.bit
    }

    /// What it means for a class; empty when it means nothing there.
    #[must_use]
    pub fn name_on(&self, class: Securable) -> &'static str {
        self.overloads.iter().find(|(on, _)| *on == class).map_or(self.name, |(_, name)| name)
    }
}

/// Every bit that is used, in order. Bits 6, 8 and 15 are not.
pub const OPERATIONS: &[Operation] = &[
    operation(0, "Read", &[]),
    operation(1, "Modify", &[]),
    operation(2, "Delete", &[]),
    operation(3, "Copy to Distribution Point", &[]),
    operation(4, "Set Security Scope", &[]),
    operation(5, "Remote Control", &[]),
    operation(7, "Modify Resource", &[]),
    operation(9, "Delete Resource", &[]),
    operation(10, "Create", &[(Securable::AdministrativeUser, "Add")]),
    operation(11, "", &[(Securable::Collection, "View Collected File"), (Securable::Application, "Approve")]),
    operation(12, "Read Resource", &[]),
    operation(13, "Manage Folder Item", &[]),
    operation(14, "", &[(Securable::Site, "Meter Site"), (Securable::Collection, "Deploy Packages")]),
    operation(16, "", &[(Securable::Site, "Manage Status Filters"), (Securable::Collection, "Deploy Client Settings")]),
    operation(17, "Manage Folder", &[]),
    operation(
        18,
        "",
        &[
            (Securable::Site, "Modify CH Settings"),
            (Securable::Collection, "Enforce Security"),
            (Securable::ConfigurationItem, "Network Access"),
            (Securable::AntimalwarePolicy, "Read Default"),
        ],
    ),
    operation(19, "", &[(Securable::Site, "Import Machine"), (Securable::Collection, "Deploy Antimalware Settings")]),
    operation(
        20,
        "",
        &[
            (Securable::TaskSequencePackage, "Create Task Sequence Media"),
            (Securable::DistributionPointGroup, "Associate"),
            (Securable::BoundaryGroup, "Associate Site System"),
            (Securable::ClientSettings, "Modify Policy"),
            (Securable::DefaultClientSettings, "Modify Policy"),
            (Securable::Collection, "Deploy Applications"),
        ],
    ),
    operation(
        21,
        "",
        &[
            (Securable::Collection, "Modify Collection Settings"),
            (Securable::Site, "Modify Connector Policy"),
            (Securable::AntimalwarePolicy, "Modify Default"),
        ],
    ),
    operation(
        22,
        "",
        &[
            (Securable::Site, "Manage OSD Certificate"),
            (Securable::MigrationJob, "Manage"),
            (Securable::MigrationSiteMapping, "Specify Source Hierarchy"),
            (Securable::Collection, "Deploy Configuration Items"),
        ],
    ),
    operation(23, "", &[(Securable::StateMigration, "Recover User State"), (Securable::Collection, "Deploy Task Sequences")]),
    operation(24, "", &[(Securable::Collection, "Manage BMC")]),
    operation(25, "", &[(Securable::Collection, "View BMC")]),
    operation(26, "", &[(Securable::AssetIntelligence, "Manage"), (Securable::Collection, "Deploy Software Updates")]),
    operation(27, "", &[(Securable::AssetIntelligence, "View"), (Securable::Collection, "Deploy Firewall Policies")]),
    operation(28, "Run Report", &[]),
    operation(29, "Modify Report", &[]),
];

/// Values of the bits, by name.
pub mod bits {
    /// Read.
    pub const READ: u32 = 1;
    /// Modify.
    pub const MODIFY: u32 = 1 << 1;
    /// Delete.
    pub const DELETE: u32 = 1 << 2;
    /// Copy to Distribution Point.
    pub const COPY: u32 = 1 << 3;
    /// Set Security Scope.
    pub const SET_SCOPE: u32 = 1 << 4;
    /// Remote Control.
    pub const REMOTE_CONTROL: u32 = 1 << 5;
    /// Modify Resource.
    pub const MODIFY_RESOURCE: u32 = 1 << 7;
    /// Delete Resource.
    pub const DELETE_RESOURCE: u32 = 1 << 9;
    /// Create.
    pub const CREATE: u32 = 1 << 10;
    /// Add (administrative users).
    pub const ADD: u32 = 1 << 10;
    /// View Collected File (collections).
    pub const VIEW_COLLECTED_FILE: u32 = 1 << 11;
    /// Approve (applications).
    pub const APPROVE: u32 = 1 << 11;
    /// Read Resource.
    pub const READ_RESOURCE: u32 = 1 << 12;
    /// Manage Folder Item.
    pub const MOVE: u32 = 1 << 13;
    /// Meter Site (sites).
    pub const METER_SITE: u32 = 1 << 14;
    /// Deploy Packages (collections).
    pub const DEPLOY_PACKAGES: u32 = 1 << 14;
    /// Manage Status Filters (sites).
    pub const MANAGE_STATUS_FILTERS: u32 = 1 << 16;
    /// Deploy Client Settings (collections).
    pub const DEPLOY_CLIENT_SETTINGS: u32 = 1 << 16;
    /// Manage Folder.
    pub const FOLDER: u32 = 1 << 17;
    /// Modify CH Settings (sites).
    pub const MODIFY_CH_SETTINGS: u32 = 1 << 18;
    /// Enforce Security (collections).
    pub const ENFORCE_SECURITY: u32 = 1 << 18;
    /// Network Access (configuration items).
    pub const NETWORK_ACCESS: u32 = 1 << 18;
    /// Read Default (antimalware policies).
    pub const READ_DEFAULT: u32 = 1 << 18;
    /// Import Machine (sites).
    pub const IMPORT_MACHINE: u32 = 1 << 19;
    /// Deploy Antimalware Settings (collections).
    pub const DEPLOY_ANTIMALWARE: u32 = 1 << 19;
    /// Create Task Sequence Media (task sequences).
    pub const CREATE_MEDIA: u32 = 1 << 20;
    /// Associate (distribution point groups).
    pub const ASSOCIATE: u32 = 1 << 20;
    /// Associate Site System (boundary groups).
    pub const ASSOCIATE_SITE_SYSTEM: u32 = 1 << 20;
    /// Modify Policy (client settings).
    pub const MODIFY_POLICY: u32 = 1 << 20;
    /// Deploy Applications (collections).
    pub const DEPLOY_APPLICATIONS: u32 = 1 << 20;
    /// Modify Collection Settings (collections).
    pub const MODIFY_COLLECTION_SETTINGS: u32 = 1 << 21;
    /// Modify Connector Policy (sites).
    pub const MODIFY_CONNECTOR_POLICY: u32 = 1 << 21;
    /// Modify Default (antimalware policies).
    pub const MODIFY_DEFAULT: u32 = 1 << 21;
    /// Manage OSD Certificate (sites).
    pub const MANAGE_OSD_CERTIFICATE: u32 = 1 << 22;
    /// Manage (migration jobs).
    pub const MANAGE_MIGRATION: u32 = 1 << 22;
    /// Specify Source Hierarchy (migration site mappings).
    pub const SPECIFY_SOURCE_HIERARCHY: u32 = 1 << 22;
    /// Deploy Configuration Items (collections).
    pub const DEPLOY_CONFIGURATION_ITEMS: u32 = 1 << 22;
    /// Recover User State (state migration).
    pub const RECOVER_USER_STATE: u32 = 1 << 23;
    /// Deploy Task Sequences (collections).
    pub const DEPLOY_TASK_SEQUENCES: u32 = 1 << 23;
    /// Manage BMC (collections).
    pub const MANAGE_BMC: u32 = 1 << 24;
    /// View BMC (collections).
    pub const VIEW_BMC: u32 = 1 << 25;
    /// Manage (Asset Intelligence).
    pub const MANAGE_ASSET_INTELLIGENCE: u32 = 1 << 26;
    /// Deploy Software Updates (collections).
    pub const DEPLOY_SOFTWARE_UPDATES: u32 = 1 << 26;
    /// View (Asset Intelligence).
    pub const VIEW_ASSET_INTELLIGENCE: u32 = 1 << 27;
    /// Deploy Firewall Policies (collections).
    pub const DEPLOY_FIREWALL: u32 = 1 << 27;
    /// Run Report.
    pub const RUN_REPORT: u32 = 1 << 28;
    /// Modify Report.
    pub const MODIFY_REPORT: u32 = 1 << 29;
    /// What authors of objects may do with them.
    pub const AUTHOR: u32 = READ | MODIFY | DELETE | CREATE | SET_SCOPE | MOVE | FOLDER;
    /// Both operations on reports.
    pub const REPORTS: u32 = RUN_REPORT | MODIFY_REPORT;
    /// Every bit; of a class only those count that [`crate::securables::Securable::operations`] has.
    pub const ALL: u32 = u32::MAX;
}
