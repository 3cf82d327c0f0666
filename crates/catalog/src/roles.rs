//! Site system roles (configmgr.md §1.3, §1.4), and the core servers of a site: which account, group, inboxes and
//! database principal each has. Grants, inbox permissions and group membership are derived from here.

use crate::accounts::AccountKind;
use crate::database::Principal;
use crate::groups::GroupKind;
use crate::inboxes::{DISCOVERY, HARDWARE_INVENTORY, Inbox, PRESENCE, REGISTRATION, STATE, STATUS};
use crate::words::worded;

worded! {
    /// Kinds of site.
    pub enum SiteType {
        Central = "central", "central administration site";
        Primary = "primary", "primary site";
        Secondary = "secondary", "secondary site";
    }
}

/// One role.
#[derive(Debug)]
pub struct Role {
    /// Its id on the command line and in addresses.
    pub id: &'static str,
    /// Its name.
    pub title: &'static str,
    /// What it does.
    pub purpose: &'static str,
    /// Kinds of site that may have it.
    pub allowed_at: &'static [SiteType],
    /// How many there may be.
    pub count: &'static str,
    /// Accounts that it works with.
    pub accounts: &'static [AccountKind],
    /// Groups through which it reaches the site server when it is remote.
    pub groups: &'static [GroupKind],
    /// Inboxes that it writes to.
    pub writes: &'static [&'static Inbox],
    /// Who it is to the site database.
    pub principal: Option<Principal>,
    /// Whether this version runs it.
    pub runs_in_this_version: bool,
}

/// The role with this id.
#[must_use]
pub fn role(id: &str) -> Option<&'static Role> {
    ROLES.iter().find(|r| r.id == id)
}

const PRIMARY: &[SiteType] = &[SiteType::Primary];
const CLIENT_FACING: &[SiteType] = &[SiteType::Primary, SiteType::Secondary];
const NOT_SECONDARY: &[SiteType] = &[SiteType::Central, SiteType::Primary];
const EVERY: &[SiteType] = SiteType::ALL;
const STATUS_GROUP: &[GroupKind] = &[GroupKind::SiteSystemStatus];
/// Only at the top of a hierarchy.
const TOP: &str = "one in the hierarchy, at its top";

/// A role that a later version runs.
const fn later(
    id: &'static str,
    title: &'static str,
    purpose: &'static str,
    allowed_at: &'static [SiteType],
    count: &'static str,
    accounts: &'static [AccountKind],
) -> Role {
    Role { id, title, purpose, allowed_at, count, accounts, groups: STATUS_GROUP, writes: &[&STATUS], principal: None, runs_in_this_version: false }
}

/// Every role: the core of a site first, then those that are installed on site systems.
pub const ROLES: &[Role] = &[
    Role {
        id: "site-server",
        title: "Site server",
        purpose: "Runs the components that load what clients send, decide, and write policy; holds the inboxes.",
        allowed_at: EVERY,
        count: "one for each site",
        accounts: &[
            AccountKind::ActiveDirectoryGroupDiscovery,
            AccountKind::ActiveDirectorySystemDiscovery,
            AccountKind::ActiveDirectoryUserDiscovery,
            AccountKind::ActiveDirectoryForest,
            AccountKind::ClientPushInstallation,
            AccountKind::SiteSystemInstallation,
            AccountKind::SmtpServerConnection,
            AccountKind::ExchangeServerConnection,
            AccountKind::SoftwareUpdatePointConnection,
            AccountKind::SourceSite,
            AccountKind::SourceSiteDatabase,
        ],
        groups: &[GroupKind::SiteToSite],
        writes: &[&STATUS],
        principal: Some(Principal::SiteComponentManager),
        runs_in_this_version: true,
    },
    Role {
        id: "site-database-server",
        title: "Site database server",
        purpose: "Keeps the site database, in SQLite beside the site or in PostgreSQL.",
        allowed_at: EVERY,
        count: "one for each site",
        accounts: &[],
        groups: &[GroupKind::DViewAccess],
        writes: &[],
        principal: None,
        runs_in_this_version: true,
    },
    Role {
        id: "provider",
        title: "SMS Provider",
        purpose: "The one door for people: API and console.",
        allowed_at: NOT_SECONDARY,
        count: "one or more for each site, one for each computer",
        accounts: &[],
        groups: &[GroupKind::SmsAdmins, GroupKind::SiteSystemProvider],
        writes: &[],
        principal: Some(Principal::Provider),
        runs_in_this_version: true,
    },
    Role {
        id: "management-point",
        title: "Management point",
        purpose: "Answers clients: registration, policy, and everything they send.",
        allowed_at: CLIENT_FACING,
        count: "15 for a primary site, one for a secondary site",
        accounts: &[AccountKind::ManagementPointConnection],
        groups: &[GroupKind::SiteSystemManagementPoint],
        writes: &[&DISCOVERY, &REGISTRATION, &HARDWARE_INVENTORY, &STATE, &STATUS, &PRESENCE],
        principal: Some(Principal::ManagementPoint),
        runs_in_this_version: true,
    },
    later(
        "distribution-point",
        "Distribution point",
        "Stores content and gives it to clients, by HTTP, SMB, multicast or for network boot.",
        CLIENT_FACING,
        "250 for a site",
        &[AccountKind::MulticastConnection, AccountKind::NetworkAccess, AccountKind::PackageAccess],
    ),
    later(
        "fallback-status-point",
        "Fallback status point",
        "Takes state messages of clients that cannot reach a management point.",
        PRIMARY,
        "any number",
        &[],
    ),
    later("state-migration-point", "State migration point", "Keeps user state while an operating system is installed.", CLIENT_FACING, "any number", &[]),
    later(
        "software-update-point",
        "Software update point",
        "Brings software updates from WSUS.",
        EVERY,
        "any number",
        &[AccountKind::SoftwareUpdatePointConnection, AccountKind::SoftwareUpdatePointProxy],
    ),
    later(
        "asset-intelligence-synchronization-point",
        "Asset Intelligence synchronization point",
        "Downloads the software catalog.",
        NOT_SECONDARY,
        TOP,
        &[AccountKind::AssetIntelligenceProxy],
    ),
    later("endpoint-protection-point", "Endpoint Protection point", "Holds the licence and default settings of Endpoint Protection.", NOT_SECONDARY, TOP, &[]),
    later("service-connection-point", "Service connection point", "Connects the hierarchy with services on the Internet.", NOT_SECONDARY, TOP, &[]),
    later(
        "reporting-services-point",
        "Reporting services point",
        "Shows reports on the site database.",
        NOT_SECONDARY,
        "any number",
        &[AccountKind::ReportingServicesPoint],
    ),
    later(
        "enrollment-point",
        "Enrollment point",
        "Enrols mobile devices and issues their certificates.",
        PRIMARY,
        "any number",
        &[AccountKind::EnrollmentPointConnection],
    ),
    later("enrollment-proxy-point", "Enrollment proxy point", "The front of the enrollment point for devices.", PRIMARY, "any number", &[]),
    later(
        "certificate-registration-point",
        "Certificate registration point",
        "Checks certificate requests of devices.",
        NOT_SECONDARY,
        "any number",
        &[AccountKind::CertificateRegistrationPoint],
    ),
    later(
        "exchange-server-connector",
        "Exchange Server connector",
        "Finds and manages mobile devices that connect to an Exchange Server.",
        PRIMARY,
        "one for each Exchange organisation",
        &[AccountKind::ExchangeServerConnection, AccountKind::ExchangeConnectorProxy],
    ),
];
