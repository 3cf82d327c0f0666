//! Operations on securable classes: the permission bits of role-based administration (configmgr.md §8.3).

/// A bit of `GrantedOperations`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operation {
    /// The bit's number.
    pub bit: u8,
    /// Its generic meaning; empty when the bit has only class-specific ones.
    pub name: &'static str,
    /// What it means for particular classes: class and meaning.
    pub overloads: &'static [(&'static str, &'static str)],
}

const fn operation(bit: u8, name: &'static str, overloads: &'static [(&'static str, &'static str)]) -> Operation {
    Operation { bit, name, overloads }
}

impl Operation {
    /// The bit's value.
    #[must_use]
    pub const fn value(&self) -> u32 {
        1 << self.bit
    }
}

/// Every bit that is used, in order.
pub const OPERATIONS: &[Operation] = &[
    operation(0, "Read", &[]),
    operation(1, "Modify", &[]),
    operation(2, "Delete", &[]),
    operation(3, "Copy to Distribution Point", &[]),
    operation(4, "Set Security Scope", &[]),
    operation(5, "Remote Control", &[]),
    operation(7, "Modify Resource", &[]),
    operation(9, "Delete Resource", &[]),
    operation(10, "Create", &[("Administrative user", "Add")]),
    operation(11, "", &[("Collection", "View Collected File"), ("Application", "Approve")]),
    operation(12, "Read Resource", &[]),
    operation(13, "Manage Folder Item", &[]),
    operation(14, "", &[("Site", "Meter Site"), ("Collection", "Deploy Packages")]),
    operation(16, "", &[("Site", "Manage Status Filters"), ("Collection", "Deploy Client Settings")]),
    operation(17, "Manage Folder", &[]),
    operation(18, "", &[("Site", "Modify CH Settings"), ("Collection", "Enforce Security"), ("Configuration item", "Network Access")]),
    operation(19, "", &[("Site", "Import Machine"), ("Collection", "Deploy Antimalware Settings")]),
    operation(20, "", &[("Task sequence package", "Create Task Sequence Media"), ("Collection", "Deploy Applications")]),
    operation(21, "", &[("Collection", "Modify Collection Settings"), ("Site", "Modify Connector Policy")]),
    operation(22, "", &[("Site", "Manage OSD Certificate"), ("Migration job", "Manage"), ("Collection", "Deploy Configuration Items")]),
    operation(23, "", &[("State migration", "Recover User State"), ("Collection", "Deploy Task Sequences")]),
    operation(24, "", &[("Collection", "Manage BMC")]),
    operation(25, "", &[("Collection", "View BMC")]),
    operation(26, "", &[("Asset Intelligence", "Manage"), ("Collection", "Deploy Software Updates")]),
    operation(27, "", &[("Asset Intelligence", "View"), ("Collection", "Deploy Firewall Policies")]),
    operation(28, "Run Report", &[]),
    operation(29, "Modify Report", &[]),
];

/// Values of the bits that definitions name.
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
    /// View Collected File (collections), Approve (applications).
    pub const VIEW_COLLECTED_FILE: u32 = 1 << 11;
    /// Read Resource.
    pub const READ_RESOURCE: u32 = 1 << 12;
    /// Manage Folder Item.
    pub const MOVE: u32 = 1 << 13;
    /// Meter Site (sites), Deploy Packages (collections).
    pub const METER_SITE: u32 = 1 << 14;
    /// Deploy Packages (collections).
    pub const DEPLOY_PACKAGES: u32 = 1 << 14;
    /// Manage Folder.
    pub const FOLDER: u32 = 1 << 17;
    /// Import Machine (sites).
    pub const IMPORT_MACHINE: u32 = 1 << 19;
    /// Deploy Antimalware Settings (collections).
    pub const DEPLOY_ANTIMALWARE: u32 = 1 << 19;
    /// Deploy Applications (collections).
    pub const DEPLOY_APPLICATIONS: u32 = 1 << 20;
    /// Manage OSD Certificate (sites).
    pub const MANAGE_OSD_CERTIFICATE: u32 = 1 << 22;
    /// Deploy Configuration Items (collections).
    pub const DEPLOY_CONFIGURATION_ITEMS: u32 = 1 << 22;
    /// Recover User State (state migration).
    pub const RECOVER_USER_STATE: u32 = 1 << 23;
    /// Deploy Task Sequences (collections).
    pub const DEPLOY_TASK_SEQUENCES: u32 = 1 << 23;
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
    /// What authors of objects may do with them.
    pub const AUTHOR: u32 = READ | MODIFY | DELETE | SET_SCOPE | CREATE | MOVE | FOLDER;
    /// Every bit that is used.
    pub const ALL: u32 = {
        let (mut all, mut i) = (0, 0);
        while i < super::OPERATIONS.len() {
            all |= super::OPERATIONS[i].value();
            i += 1;
        }
        all
    };
}
