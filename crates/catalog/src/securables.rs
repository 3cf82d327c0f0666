//! Classes of things that permissions are given on (configmgr.md §8.4).

use crate::words::worded;

worded! {
    /// A securable class.
    pub enum Securable {
        Collection = "collection", "Collection";
        Package = "package", "Package";
        StatusMessage = "status-message", "Status message";
        Site = "site", "Site";
        Query = "query", "Query";
        MeteringRule = "metering-rule", "Metering rule";
        ConfigurationItem = "configuration-item", "Configuration item";
        OperatingSystemInstallPackage = "operating-system-install-package", "Operating system install package";
        StateMigration = "state-migration", "State migration";
        OperatingSystemImage = "operating-system-image", "Operating system image";
        BootImage = "boot-image", "Boot image";
        TaskSequencePackage = "task-sequence-package", "Task sequence package";
        DeviceSettingPackage = "device-setting-package", "Device setting package";
        DriverPackage = "driver-package", "Driver package";
        Driver = "driver", "Driver";
        SecurityScope = "security-scope", "Security scope";
        Application = "application", "Application";
        AdministrativeUser = "administrative-user", "Administrative user";
        SecurityRole = "security-role", "Security role";
        Alert = "alert", "Alert";
        Forest = "forest", "Active Directory forest";
        AntimalwarePolicy = "antimalware-policy", "Antimalware policy";
        AssetIntelligence = "asset-intelligence", "Asset Intelligence";
        Boundary = "boundary", "Boundary";
        BoundaryGroup = "boundary-group", "Boundary group";
        ClientSettings = "client-settings", "Client settings";
        DistributionPoint = "distribution-point", "Distribution point";
        ExchangeConnector = "exchange-connector", "Exchange connector";
        MigrationJob = "migration-job", "Migration job";
        SiteSystemRole = "site-system-role", "Site system role";
        SoftwareUpdate = "software-update", "Software update";
    }
}

impl Securable {
    /// Configuration Manager's `ObjectTypeID`, where it is known.
    #[must_use]
    pub const fn object_type_id(self) -> Option<u32> {
        Some(match self {
            Self::Collection => 1,
            Self::Package => 2,
            Self::StatusMessage => 4,
            Self::Site => 6,
            Self::Query => 7,
            Self::MeteringRule => 9,
            Self::ConfigurationItem => 11,
            Self::OperatingSystemInstallPackage => 14,
            Self::StateMigration => 17,
            Self::OperatingSystemImage => 18,
            Self::BootImage => 19,
            Self::TaskSequencePackage => 20,
            Self::DeviceSettingPackage => 21,
            Self::DriverPackage => 23,
            Self::Driver => 25,
            Self::SecurityScope => 29,
            Self::Application => 31,
            _ => return None,
        })
    }

    /// Whether objects of the class are assigned to security scopes; collections limit by themselves.
    #[must_use]
    pub const fn is_scoped(self) -> bool {
        matches!(
            self,
            Self::Package
                | Self::Site
                | Self::Query
                | Self::MeteringRule
                | Self::ConfigurationItem
                | Self::OperatingSystemInstallPackage
                | Self::OperatingSystemImage
                | Self::BootImage
                | Self::TaskSequencePackage
                | Self::DeviceSettingPackage
                | Self::DriverPackage
                | Self::Application
                | Self::BoundaryGroup
                | Self::DistributionPoint
                | Self::MigrationJob
        )
    }
}
