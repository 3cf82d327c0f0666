//! Classes of things that permissions are given on (configmgr.md §8.4).

use crate::confidence::Confidence;
use crate::permissions::bits;
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
        ClientSettings = "client-settings", "Custom client settings";
        DistributionPoint = "distribution-point", "Distribution point";
        ExchangeConnector = "exchange-connector", "Exchange connector";
        MigrationJob = "migration-job", "Migration job";
        SiteSystemRole = "site-system-role", "Site system role";
        SoftwareUpdate = "software-update", "Software update";
        DistributionPointGroup = "distribution-point-group", "Distribution point group";
        SoftwareUpdateGroup = "software-update-group", "Software update group";
        SoftwareUpdatePackage = "software-update-package", "Software update package";
        AlertSubscription = "alert-subscription", "Alert subscription";
        ComputerAssociation = "computer-association", "Computer association";
        DefaultClientSettings = "default-client-settings", "Default client settings";
        DeploymentTemplate = "deployment-template", "Deployment template";
        DeviceEnrollmentProfile = "device-enrollment-profile", "Device enrollment profile";
        Folder = "folder", "Folder";
        GlobalCondition = "global-condition", "Global condition";
        MigrationSiteMapping = "migration-site-mapping", "Migration site mapping";
        SiteAddress = "site-address", "Site address";
        UserDeviceAffinity = "user-device-affinity", "User device affinity";
        VirtualEnvironment = "virtual-environment", "Virtual environment";
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

    /// How sure [`Self::object_type_id`] is. Numbers to 25 are those of console folders, the others were seen in roles that
    /// people exported; a real hierarchy tells them in `SMS_RbacSecuredObject`.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        match self {
            Self::Collection => Confidence::Documented,
            Self::StatusMessage | Self::Site | Self::SecurityScope | Self::Application => Confidence::Reported,
            _ => Confidence::Derived,
        }
    }

    /// Whether objects of the class are assigned to security scopes. Those of others are all or none; of collections,
    /// which ones is said by naming collections.
    #[must_use]
    pub const fn is_scoped(self) -> bool {
        matches!(
            self,
            Self::AlertSubscription
                | Self::Application
                | Self::BootImage
                | Self::BoundaryGroup
                | Self::ClientSettings
                | Self::ConfigurationItem
                | Self::DeviceSettingPackage
                | Self::DistributionPoint
                | Self::DistributionPointGroup
                | Self::DriverPackage
                | Self::Folder
                | Self::GlobalCondition
                | Self::MeteringRule
                | Self::MigrationJob
                | Self::OperatingSystemImage
                | Self::OperatingSystemInstallPackage
                | Self::Package
                | Self::Query
                | Self::Site
                | Self::SoftwareUpdateGroup
                | Self::SoftwareUpdatePackage
                | Self::TaskSequencePackage
        )
    }

    /// Whether it decides what people may do: whoever may change objects of the class can give themselves more.
    #[must_use]
    pub const fn is_security(self) -> bool {
        matches!(self, Self::AdministrativeUser | Self::SecurityRole | Self::SecurityScope)
    }

    /// Every operation that means something for the class.
    #[must_use]
    pub const fn operations(self) -> u32 {
        let plain = bits::READ | bits::MODIFY | bits::DELETE | bits::CREATE;
        let own = match self {
            Self::Collection => {
                bits::MOVE
                    | bits::FOLDER
                    | bits::REMOTE_CONTROL
                    | bits::MODIFY_RESOURCE
                    | bits::DELETE_RESOURCE
                    | bits::VIEW_COLLECTED_FILE
                    | bits::READ_RESOURCE
                    | bits::DEPLOY_PACKAGES
                    | bits::DEPLOY_CLIENT_SETTINGS
                    | bits::ENFORCE_SECURITY
                    | bits::DEPLOY_ANTIMALWARE
                    | bits::DEPLOY_APPLICATIONS
                    | bits::MODIFY_COLLECTION_SETTINGS
                    | bits::DEPLOY_CONFIGURATION_ITEMS
                    | bits::DEPLOY_TASK_SEQUENCES
                    | bits::MANAGE_BMC
                    | bits::VIEW_BMC
                    | bits::DEPLOY_SOFTWARE_UPDATES
                    | bits::DEPLOY_FIREWALL
            }
            Self::Site => {
                bits::METER_SITE
                    | bits::MANAGE_STATUS_FILTERS
                    | bits::MODIFY_CH_SETTINGS
                    | bits::IMPORT_MACHINE
                    | bits::MODIFY_CONNECTOR_POLICY
                    | bits::MANAGE_OSD_CERTIFICATE
                    | bits::REPORTS
            }
            Self::Application => bits::MOVE | bits::FOLDER | bits::APPROVE | bits::REPORTS,
            Self::StatusMessage => bits::RUN_REPORT,
            Self::ConfigurationItem => bits::MOVE | bits::FOLDER | bits::NETWORK_ACCESS | bits::REPORTS,
            Self::AntimalwarePolicy => bits::READ_DEFAULT | bits::MODIFY_DEFAULT | bits::REPORTS,
            Self::TaskSequencePackage => bits::MOVE | bits::FOLDER | bits::CREATE_MEDIA | bits::REPORTS,
            Self::StateMigration => bits::RECOVER_USER_STATE,
            Self::AssetIntelligence => bits::MANAGE_ASSET_INTELLIGENCE | bits::VIEW_ASSET_INTELLIGENCE | bits::REPORTS,
            Self::MigrationJob => bits::MANAGE_MIGRATION | bits::REPORTS,
            Self::MigrationSiteMapping => bits::SPECIFY_SOURCE_HIERARCHY,
            Self::BoundaryGroup => bits::ASSOCIATE_SITE_SYSTEM,
            Self::ClientSettings | Self::DefaultClientSettings => bits::MODIFY_POLICY,
            Self::DistributionPoint => bits::COPY,
            Self::DistributionPointGroup => bits::COPY | bits::ASSOCIATE,
            Self::Package
            | Self::Query
            | Self::MeteringRule
            | Self::OperatingSystemInstallPackage
            | Self::OperatingSystemImage
            | Self::BootImage
            | Self::DeviceSettingPackage
            | Self::DriverPackage
            | Self::Driver
            | Self::SoftwareUpdate
            | Self::SoftwareUpdateGroup
            | Self::SoftwareUpdatePackage => bits::MOVE | bits::FOLDER | bits::REPORTS,
            _ => 0,
        };
        plain | own | if self.is_scoped() { bits::SET_SCOPE } else { 0 }
    }
}
