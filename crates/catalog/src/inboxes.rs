//! The inbox tree of a site server (configmgr.md §2.2): a folder is a queue, and one component owns it.

use crate::components::ComponentName;

/// One inbox.
#[derive(Debug)]
pub struct Inbox {
    /// Name on the command line and in addresses; unique.
    pub name: &'static str,
    /// Folder below `inboxes`, with `/` between its parts; the seed's spelling.
    pub folder: &'static str,
    /// Folder below `inboxes` where files go that could not be read, each with its reason beside it.
    pub bad_folder: &'static str,
    /// File extensions that belong here, upper case, without the dot.
    pub extensions: &'static [&'static str],
    /// The component that reads it; nobody else does.
    pub owner: ComponentName,
    /// What a file here means.
    pub meaning: &'static str,
    /// Whether this version of Provost reads it; the others are kept for the groups' permissions and later versions.
    pub read_by_this_version: bool,
}

const fn inbox(
    name: &'static str,
    folder: &'static str,
    bad_folder: &'static str,
    extensions: &'static [&'static str],
    owner: ComponentName,
    meaning: &'static str,
) -> Inbox {
    Inbox { name, folder, bad_folder, extensions, owner, meaning, read_by_this_version: true }
}

/// Heartbeats and other discovery records.
pub const DISCOVERY: Inbox = inbox(
    "discovery",
    "auth/ddm.box",
    "auth/ddm.box/BAD_DDRS",
    &["DDR"],
    ComponentName::DiscoveryDataManager,
    "discovery records of clients and discovery methods",
);
/// Client registrations.
pub const REGISTRATION: Inbox =
    inbox("registration", "auth/ddm.box/regreq", "auth/ddm.box/regreq/BAD_RDRS", &["RDR"], ComponentName::DiscoveryDataManager, "client registrations");
/// Hardware inventory.
pub const HARDWARE_INVENTORY: Inbox =
    inbox("hardware-inventory", "auth/dataldr.box", "auth/dataldr.box/BADMIFS", &["MIF"], ComponentName::InventoryDataLoader, "hardware inventory reports");
/// State messages.
pub const STATE: Inbox = inbox("state", "auth/statesys.box/incoming", "auth/statesys.box/corrupt", &["SMX"], ComponentName::StateSystem, "state messages");
/// Status messages.
pub const STATUS: Inbox = inbox("status", "statmgr.box/statmsgs", "statmgr.box/BAD_SVFS", &["SVF"], ComponentName::StatusManager, "status messages");
/// When clients were last seen.
pub const PRESENCE: Inbox = inbox("presence", "bgb.box", "bgb.box/bad", &["BOS"], ComponentName::NotificationManager, "when clients were last seen");

/// Every inbox that this version reads.
pub const INBOXES: &[Inbox] = &[DISCOVERY, REGISTRATION, HARDWARE_INVENTORY, STATE, STATUS, PRESENCE];

/// An inbox of the seed's tree that a later version reads; its folder and owner are known, because groups are granted
/// rights on it.
const fn reserved(
    name: &'static str,
    folder: &'static str,
    bad_folder: &'static str,
    extensions: &'static [&'static str],
    owner: ComponentName,
    meaning: &'static str,
) -> Inbox {
    Inbox { name, folder, bad_folder, extensions, owner, meaning, read_by_this_version: false }
}

/// Inboxes of configmgr.md §2.2 that a later version reads.
pub const RESERVED_INBOXES: &[Inbox] = &[
    reserved(
        "software-inventory",
        "auth/sinv.box",
        "sinv.box/BADSinv",
        &["SIC", "SID", "SIF"],
        ComponentName::SoftwareInventoryProcessor,
        "software inventory and collected files",
    ),
    reserved(
        "collected-files",
        "sinv.box/FileCol",
        "sinv.box/orphans",
        &["FIL"],
        ComponentName::SoftwareInventoryProcessor,
        "collected files, the five newest versions of each",
    ),
    reserved(
        "hardware-inventory-drop",
        "inventry.box",
        "inventry.box/bad",
        &["MIF"],
        ComponentName::InventoryDataLoader,
        "inventory that is not tied to a client",
    ),
    reserved(
        "despooler-receive",
        "despoolr.box/receive",
        "despoolr.box/bad",
        &["PCK", "SNI", "IST"],
        ComponentName::Despooler,
        "files that arrive from other sites",
    ),
    reserved("scheduler", "schedule.box", "schedule.box/bad", &["JOB"], ComponentName::Scheduler, "jobs of transfers to other sites"),
    reserved("scheduler-tosend", "schedule.box/tosend", "schedule.box/bad", &["I", "P", "W"], ComponentName::Scheduler, "what waits to go to other sites"),
    reserved("scheduler-requests", "schedule.box/requests", "schedule.box/bad", &["SR"], ComponentName::Scheduler, "send requests that are being built"),
    reserved("sender-lan", "schedule.box/outboxes/LAN", "schedule.box/bad", &["SRQ", "SRS"], ComponentName::Scheduler, "send requests of the standard sender"),
    reserved(
        "replication-incoming",
        "replmgr.box/incoming",
        "replmgr.box/bad",
        &["RPL", "RPT"],
        ComponentName::ReplicationManager,
        "replicated objects that arrived",
    ),
    reserved(
        "replication-outbound-high",
        "replmgr.box/outbound/high",
        "replmgr.box/bad",
        &["RPL", "RPT"],
        ComponentName::ReplicationManager,
        "objects to replicate first",
    ),
    reserved(
        "replication-outbound-normal",
        "replmgr.box/outbound/normal",
        "replmgr.box/bad",
        &["RPL", "RPT"],
        ComponentName::ReplicationManager,
        "objects to replicate",
    ),
    reserved(
        "replication-outbound-low",
        "replmgr.box/outbound/low",
        "replmgr.box/bad",
        &["RPL", "RPT"],
        ComponentName::ReplicationManager,
        "objects to replicate last",
    ),
    reserved(
        "distribution",
        "distmgr.box",
        "distmgr.box/bad",
        &["PKN", "DPN", "CER", "CML", "DPU"],
        ComponentName::DistributionManager,
        "changes of packages and distribution points",
    ),
    reserved(
        "distribution-incoming",
        "distmgr.box/incoming",
        "distmgr.box/bad",
        &["STA", "FWD", "DMD", "PUL"],
        ComponentName::DistributionManager,
        "status of distributions",
    ),
    reserved("client-configuration", "ccr.box", "ccr.box/bad", &["CCR"], ComponentName::ClientConfigManager, "requests to push a client"),
    reserved(
        "client-configuration-retry",
        "ccrretry.box",
        "ccr.box/bad",
        &["CCR"],
        ComponentName::ClientConfigManager,
        "push requests that wait for the hourly retry",
    ),
    reserved("hierarchy", "hman.box", "hman.box/bad", &["MCM", "CT1"], ComponentName::HierarchyManager, "changes of the hierarchy, keys, publishing"),
    reserved("collection-evaluation", "colleval.box", "colleval.box/bad", &["ADC", "UDC", "DC"], ComponentName::CollectionEvaluator, "collections to evaluate"),
];
