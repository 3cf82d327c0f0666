//! The 8 Windows groups of the seed: where each is, who is in it, what it grants, and what becomes of it.

mod collected_files_access;
mod dview_access;
mod remote_control_users;
mod site_system_management_point;
mod site_system_provider;
mod site_system_status;
mod site_to_site;
mod sms_admins;

use crate::accounts::Advice;
use crate::rights::Held;
use crate::words::worded;

macro_rules! book {
    ($($module:ident $kind:ident)+) => {
        /// The groups, in the seed's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum GroupKind { $(#[doc = concat!("Defined in `groups/", stringify!($module), ".rs`.")] $kind,)+ }

        /// Every group, in the order of [`GroupKind`].
        pub const GROUPS: &[&Group] = &[$(&$module::GROUP,)+];

        /// The files that define them, in the same order.
        const FILES: &[&str] = &[$(concat!("groups/", stringify!($module), ".rs"),)+];
    };
}

book! {
    collected_files_access CollectedFilesAccess
    dview_access DViewAccess
    remote_control_users RemoteControlUsers
    sms_admins SmsAdmins
    site_system_management_point SiteSystemManagementPoint
    site_system_provider SiteSystemProvider
    site_system_status SiteSystemStatus
    site_to_site SiteToSite
}

impl GroupKind {
    /// The group's definition.
    #[must_use]
    pub const fn definition(self) -> &'static Group {
        GROUPS[self as usize]
    }

    /// The file that defines it, below the catalog's sources.
    #[must_use]
    pub const fn file(self) -> &'static str {
        FILES[self as usize]
    }
}

/// The group with this id.
#[must_use]
pub fn group(id: &str) -> Option<&'static Group> {
    GROUPS.iter().copied().find(|g| g.id == id)
}

/// What every group is: a local security group, and a domain local group on a domain controller (seed groups-02,
/// groups-03).
pub const TYPE: &str = "a local security group; on a domain controller a domain local group, shared among all domain controllers of the domain";

/// One group.
#[derive(Debug)]
pub struct Group {
    /// Its kind.
    pub kind: GroupKind,
    /// Its id on the command line and in addresses.
    pub id: &'static str,
    /// Its name; `<sitecode>` stands for the site's code.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// The computers that have it.
    pub place: GroupPlace,
    /// When it is made.
    pub created: Created,
    /// Who keeps its members.
    pub maintained_by: Maintainer,
    /// Who is in it.
    pub members: &'static [Member],
    /// What its members may do.
    pub grants: &'static [Held],
    /// What others may do at the same places, as the seed says.
    pub others: &'static [OthersGrant],
    /// What becomes of it when its reason is gone.
    pub removal: Removal,
    /// Whether it is reserved: made, and not used.
    pub reserved: bool,
    /// How the `hardened` profile differs; empty when it does not.
    pub hardened: &'static str,
    /// What people should know.
    pub advice: &'static [Advice],
    /// Sentences of the seed that fields honour: field and sentence id.
    pub seed: &'static [(&'static str, &'static str)],
}

/// A grant to somebody else, named by the seed beside a group's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OthersGrant {
    /// To whom.
    pub to: &'static str,
    /// What.
    pub held: Held,
}

worded! {
    /// The computers that have a group.
    pub enum GroupPlace {
        PrimarySiteServer = "primary-site-server", "the primary site server";
        SiteServer = "site-server", "the site server";
        DatabaseServers = "database-servers", "the site database server or database replica server";
        Clients = "clients", "each client";
        ProviderComputers = "provider-computers", "each computer that has an SMS Provider";
    }
}

worded! {
    /// When a group is made.
    pub enum Created {
        WithTheSite = "with-the-site", "when the site is installed";
        WithTheProvider = "with-the-provider", "when an SMS Provider is installed";
        WithTheDatabase = "with-the-database", "when the site database is installed";
        WithRemoteTools = "with-remote-tools", "when the client receives policy that enables remote tools";
    }
}

worded! {
    /// Who keeps a group's members.
    pub enum Maintainer {
        Site = "site", "kept by the site automatically";
        PermittedViewers = "permitted-viewers", "kept by the site from the list of permitted viewers";
        Nobody = "nobody", "kept by nobody: it is not used";
    }
}

worded! {
    /// Who is in a group.
    pub enum Member {
        CollectedFileViewers = "collected-file-viewers", "administrative users to whom a security role grants View Collected Files on collections";
        PermittedViewers = "permitted-viewers", "the permitted viewers of remote control";
        AdministrativeUsers = "administrative-users", "each administrative user of the hierarchy";
        SiteServerComputer = "site-server-computer", "the computer account of the site server";
        RemoteManagementPoints = "remote-management-points", "the computer accounts of remote computers that have a management point of the site";
        RemoteProviders = "remote-providers", "the computer account, or the domain user that connects, of each remote SMS Provider computer of the site";
        RemoteSiteSystems = "remote-site-systems", "the computer account, or the domain user that connects, of each remote site system that runs the File Dispatch Manager";
        PartnerSiteComputers = "partner-site-computers", "the computer account of the parent site, and of each child site";
        FileReplicationAccounts = "file-replication-accounts", "accounts that were specified for file-based transfers";
    }
}

worded! {
    /// What becomes of a group when its reason is gone.
    pub enum Removal {
        StaysAfterUninstall = "stays-after-uninstall", "stays when the site is uninstalled and must be deleted by hand";
        StaysAfterDisable = "stays-after-disable", "stays when remote tools are disabled and must be deleted by hand on each client";
    }
}
