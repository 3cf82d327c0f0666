//! The built-in security roles (configmgr.md §8.2) with their permission bits.

use crate::confidence::Confidence;
use crate::permissions::bits;
use crate::securables::Securable;

/// Permissions on one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The class.
    pub class: Securable,
    /// Bits of `GrantedOperations`.
    pub operations: u32,
}

/// One security role.
#[derive(Debug)]
pub struct SecurityRole {
    /// Configuration Manager's id of it.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Another name that is seen for it; empty when there is none.
    pub alias: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// What it grants; of a class only those operations count that the class knows. [`Self::on_all_classes`] comes on top.
    pub grants: &'static [Grant],
    /// What it grants on every class that knows the operation.
    pub on_all_classes: u32,
    /// Whether [`Self::on_all_classes`] leaves out the classes that decide what people may do.
    pub except_security: bool,
    /// How sure the grants are: the vendor tells each role's purpose, and the operations of few.
    pub confidence: Confidence,
}

const fn on(class: Securable, operations: u32) -> Grant {
    Grant { class, operations }
}

const fn role(id: &'static str, name: &'static str, purpose: &'static str, grants: &'static [Grant], confidence: Confidence) -> SecurityRole {
    SecurityRole { id, name, alias: "", purpose, grants, on_all_classes: 0, except_security: false, confidence }
}

/// What who may deploy to a collection reads of it.
const LOOK: u32 = bits::READ | bits::READ_RESOURCE;

/// Every built-in role. They cannot be changed or deleted.
pub const SECURITY_ROLES: &[SecurityRole] = &[
    SecurityRole {
        on_all_classes: bits::ALL,
        ..role("SMS0001R", "Full Administrator", "Everything. The person who installs the site is the first.", &[], Confidence::Documented)
    },
    SecurityRole {
        on_all_classes: bits::READ | bits::RUN_REPORT,
        ..role("SMS0002R", "Read-only Analyst", "Views all objects.", &[on(Securable::Collection, bits::READ_RESOURCE)], Confidence::Derived)
    },
    role(
        "SMS0003R",
        "Remote Tools Operator",
        "Uses remote tools on computers of a collection.",
        &[on(Securable::Collection, LOOK | bits::REMOTE_CONTROL)],
        Confidence::Documented,
    ),
    role(
        "SMS0004R",
        "Asset Manager",
        "Runs the Asset Intelligence synchronization point, inventory classes and metering.",
        &[
            on(Securable::AssetIntelligence, bits::MANAGE_ASSET_INTELLIGENCE | bits::VIEW_ASSET_INTELLIGENCE),
            on(Securable::Site, bits::READ),
            on(Securable::MeteringRule, bits::AUTHOR),
            on(Securable::Collection, LOOK),
        ],
        Confidence::Derived,
    ),
    role(
        "SMS0006R",
        "Compliance Settings Manager",
        "Defines configuration items and baselines and deploys them.",
        &[on(Securable::ConfigurationItem, bits::AUTHOR), on(Securable::Collection, LOOK | bits::DEPLOY_CONFIGURATION_ITEMS)],
        Confidence::Derived,
    ),
    role(
        "SMS0007R",
        "Application Deployment Manager",
        "Deploys applications that others made.",
        &[
            on(Securable::Application, bits::READ | bits::APPROVE),
            on(Securable::Package, bits::READ),
            on(Securable::Collection, LOOK | bits::DEPLOY_APPLICATIONS | bits::DEPLOY_PACKAGES),
        ],
        Confidence::Derived,
    ),
    role(
        "SMS0008R",
        "Application Author",
        "Creates, changes and retires applications.",
        &[on(Securable::Application, bits::AUTHOR | bits::APPROVE | bits::RUN_REPORT)],
        Confidence::Documented,
    ),
    role(
        "SMS0009R",
        "Application Administrator",
        "Authors and deploys applications.",
        &[
            on(Securable::Application, bits::AUTHOR | bits::APPROVE | bits::RUN_REPORT),
            on(Securable::Package, bits::READ),
            on(Securable::Collection, LOOK | bits::DEPLOY_APPLICATIONS | bits::DEPLOY_PACKAGES),
        ],
        Confidence::Derived,
    ),
    role(
        "SMS000AR",
        "Operating System Deployment Manager",
        "Makes images and task sequences and deploys them. It can issue certificates with which clients can be impersonated.",
        &[
            on(Securable::OperatingSystemImage, bits::AUTHOR),
            on(Securable::BootImage, bits::AUTHOR),
            on(Securable::OperatingSystemInstallPackage, bits::AUTHOR),
            on(Securable::TaskSequencePackage, bits::AUTHOR | bits::CREATE_MEDIA),
            on(Securable::Driver, bits::AUTHOR),
            on(Securable::DriverPackage, bits::AUTHOR),
            on(Securable::StateMigration, bits::READ | bits::RECOVER_USER_STATE),
            on(Securable::Site, bits::READ | bits::MANAGE_OSD_CERTIFICATE | bits::IMPORT_MACHINE),
            on(Securable::Collection, LOOK | bits::DEPLOY_TASK_SEQUENCES),
        ],
        Confidence::Derived,
    ),
    SecurityRole {
        alias: "Infrastructure Manager",
        ..role(
            "SMS000BR",
            "Infrastructure Administrator",
            "Runs sites, site system roles, boundaries, discovery and client push.",
            &[
                on(Securable::Site, bits::AUTHOR | bits::METER_SITE),
                on(Securable::SiteSystemRole, bits::AUTHOR),
                on(Securable::DistributionPoint, bits::AUTHOR | bits::COPY),
                on(Securable::DistributionPointGroup, bits::AUTHOR | bits::COPY | bits::ASSOCIATE),
                on(Securable::SiteAddress, bits::AUTHOR),
                on(Securable::Boundary, bits::AUTHOR),
                on(Securable::BoundaryGroup, bits::AUTHOR | bits::ASSOCIATE_SITE_SYSTEM),
                on(Securable::Forest, bits::AUTHOR),
                on(Securable::Collection, LOOK | bits::MODIFY_RESOURCE),
            ],
            Confidence::Derived,
        )
    },
    role(
        "SMS000CR",
        "Software Update Manager",
        "Defines and deploys software updates.",
        &[
            on(Securable::SoftwareUpdate, bits::AUTHOR),
            on(Securable::SoftwareUpdateGroup, bits::AUTHOR),
            on(Securable::SoftwareUpdatePackage, bits::AUTHOR),
            on(Securable::DeploymentTemplate, bits::AUTHOR),
            on(Securable::Collection, LOOK | bits::DEPLOY_SOFTWARE_UPDATES),
        ],
        Confidence::Derived,
    ),
    SecurityRole {
        on_all_classes: bits::ALL,
        except_security: true,
        ..role("SMS000ER", "Operations Administrator", "Everything but security: no administrative users, security roles and scopes.", &[], Confidence::Derived)
    },
    role(
        "SMS000FR",
        "Security Administrator",
        "Administrative users, security roles and scopes.",
        &[on(Securable::AdministrativeUser, bits::AUTHOR), on(Securable::SecurityRole, bits::AUTHOR), on(Securable::SecurityScope, bits::AUTHOR)],
        Confidence::Derived,
    ),
    role(
        "SMS000GR",
        "Endpoint Protection Manager",
        "Defines and deploys antimalware and firewall policies.",
        &[on(Securable::AntimalwarePolicy, bits::AUTHOR), on(Securable::Collection, LOOK | bits::DEPLOY_ANTIMALWARE | bits::DEPLOY_FIREWALL)],
        Confidence::Derived,
    ),
    role(
        "SMS000HR",
        "Company Resource Access Manager",
        "Certificate, VPN and Wi-Fi profiles.",
        &[on(Securable::ConfigurationItem, bits::AUTHOR), on(Securable::Collection, LOOK | bits::DEPLOY_CONFIGURATION_ITEMS)],
        Confidence::Derived,
    ),
];

impl SecurityRole {
    /// Everything that it grants on a class.
    #[must_use]
    pub fn operations_on(&self, class: Securable) -> u32 {
        let own = self.grants.iter().filter(|g| g.class == class).fold(0, |all, g| all | g.operations);
        let general = if self.except_security && class.is_security() { 0 } else { self.on_all_classes };
        (own | general) & class.operations()
    }
}
