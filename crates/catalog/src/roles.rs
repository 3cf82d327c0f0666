//! Site system roles (configmgr.md §1.3, §1.4), and the core servers of a site: which account, group, inboxes and
//! database principal each has. Grants, inbox permissions and group membership are derived from here.

mod application_catalog_web_service_point;
mod application_catalog_website_point;
mod asset_intelligence_synchronization_point;
mod certificate_registration_point;
mod component_server;
mod database_replica_server;
mod distribution_point;
mod endpoint_protection_point;
mod enrollment_point;
mod enrollment_proxy_point;
mod exchange_server_connector;
mod fallback_status_point;
mod management_point;
mod provider;
mod reporting_services_point;
mod service_connection_point;
mod site_database_server;
mod site_server;
mod software_update_point;
mod state_migration_point;

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::Inbox;
use crate::words::worded;

macro_rules! book {
    ($($module:ident $kind:ident)+) => {
        /// The roles: the core of a site first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RoleKind { $(#[doc = concat!("Defined in `roles/", stringify!($module), ".rs`.")] $kind,)+ }

        /// Every role, in the order of [`RoleKind`].
        pub const ROLES: &[&Role] = &[$(&$module::ROLE,)+];

        /// The files that define them, in the same order.
        const FILES: &[&str] = &[$(concat!("roles/", stringify!($module), ".rs"),)+];
    };
}

book! {
    site_server SiteServer
    component_server ComponentServer
    site_database_server SiteDatabaseServer
    database_replica_server DatabaseReplicaServer
    provider Provider
    management_point ManagementPoint
    distribution_point DistributionPoint
    fallback_status_point FallbackStatusPoint
    state_migration_point StateMigrationPoint
    software_update_point SoftwareUpdatePoint
    asset_intelligence_synchronization_point AssetIntelligenceSynchronizationPoint
    endpoint_protection_point EndpointProtectionPoint
    service_connection_point ServiceConnectionPoint
    reporting_services_point ReportingServicesPoint
    enrollment_point EnrollmentPoint
    enrollment_proxy_point EnrollmentProxyPoint
    certificate_registration_point CertificateRegistrationPoint
    exchange_server_connector ExchangeServerConnector
    application_catalog_web_service_point ApplicationCatalogWebServicePoint
    application_catalog_website_point ApplicationCatalogWebsitePoint
}

impl RoleKind {
    /// The role's definition.
    #[must_use]
    pub const fn definition(self) -> &'static Role {
        ROLES[self as usize]
    }

    /// The file that defines it, below the catalog's sources.
    #[must_use]
    pub const fn file(self) -> &'static str {
        FILES[self as usize]
    }
}

/// The role with this id.
#[must_use]
pub fn role(id: &str) -> Option<&'static Role> {
    ROLES.iter().copied().find(|r| r.id == id)
}

/// One role.
#[derive(Debug)]
pub struct Role {
    /// Its kind.
    pub kind: RoleKind,
    /// Its id on the command line and in addresses.
    pub id: &'static str,
    /// Configuration Manager's name of it in `SMS_SCI_SysResUse`; empty when it has none there.
    pub configmgr_name: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What it does.
    pub purpose: &'static str,
    /// Kinds of site that may have it, and how many.
    pub allowed: &'static [Allowed],
    /// Accounts that it works with.
    pub accounts: &'static [AccountKind],
    /// Groups on its computer, and groups through which it reaches the site server when it is remote.
    pub groups: &'static [GroupKind],
    /// Inboxes that it writes to.
    pub writes: &'static [&'static Inbox],
    /// Who it is to the site database.
    pub principal: Option<Principal>,
    /// Configuration Manager's database roles for the same connection, for people who come from there.
    pub configmgr_database_roles: &'static [&'static str],
    /// Whether this version runs it.
    pub runs_in_this_version: bool,
    /// What people should know.
    pub notes: &'static [&'static str],
}

/// A kind of site that may have a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The kind of site.
    pub at: SiteType,
    /// How many such a site may have.
    pub most: Most,
}

worded! {
    /// Kinds of site.
    pub enum SiteType {
        Central = "central", "central administration site";
        Primary = "primary", "primary site";
        Secondary = "secondary", "secondary site";
    }
}

/// How many of a role there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// Any number.
    Any,
    /// So many for one site.
    UpTo(u32),
    /// One in the whole hierarchy, at its top: the central administration site, or the primary site that has none above.
    OneAtTheTop,
    /// One for each Exchange organisation.
    OneForEachExchangeOrganisation,
}

impl core::fmt::Display for Most {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Any => f.write_str("any number"),
            Self::UpTo(1) => f.write_str("one"),
            Self::UpTo(most) => write!(f, "up to {most}"),
            Self::OneAtTheTop => f.write_str("one in the hierarchy, at its top"),
            Self::OneForEachExchangeOrganisation => f.write_str("one for each Exchange organisation"),
        }
    }
}
