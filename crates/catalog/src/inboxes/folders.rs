//! Folders of the tree that are no inboxes: work in progress, stores, and what no version of Provost reads.

use crate::confidence::Confidence;
use crate::words::worded;

worded! {
    /// What a folder is for.
    pub enum FolderKind {
        Parent = "parent", "holds other folders";
        Work = "work", "work in progress";
        Retry = "retry", "to try again";
        Orphans = "orphans", "without an owner";
        Store = "store", "kept";
        Other = "other", "read by no version";
    }
}

/// One folder.
#[derive(Debug)]
pub struct Folder {
    /// Folder below `inboxes`, with `/` between its parts; the seed's spelling.
    pub folder: &'static str,
    /// Configuration Manager's component that works in it; empty when it is not known.
    pub configmgr_component: &'static str,
    /// What it is for.
    pub kind: FolderKind,
    /// What is in it.
    pub meaning: &'static str,
    /// How sure this is.
    pub confidence: Confidence,
}

const fn folder(folder: &'static str, configmgr_component: &'static str, kind: FolderKind, meaning: &'static str, confidence: Confidence) -> Folder {
    Folder { folder, configmgr_component, kind, meaning, confidence }
}

/// Folders of configmgr.md §2.2 that are no inboxes, nor an inbox's bad folder.
pub const FOLDERS: &[Folder] = &[
    folder("auth", "", FolderKind::Parent, "parent of the inboxes of authenticated clients", Confidence::Reported),
    folder("auth/dataldr.box/process", "SMS_INVENTORY_DATA_LOADER", FolderKind::Work, "hardware inventory that is being loaded", Confidence::Reported),
    folder("auth/dataldr.box/retry", "SMS_INVENTORY_DATA_LOADER", FolderKind::Retry, "hardware inventory to try again", Confidence::Reported),
    folder("auth/dataldr.box/orphans", "SMS_INVENTORY_DATA_LOADER", FolderKind::Orphans, "hardware inventory of nobody", Confidence::Reported),
    folder("sinv.box", "SMS_SOFTWARE_INVENTORY_PROCESSOR", FolderKind::Work, "software inventory that is being loaded", Confidence::Reported),
    folder("sinv.box/temp", "SMS_SOFTWARE_INVENTORY_PROCESSOR", FolderKind::Work, "software inventory that is being unpacked", Confidence::Reported),
    folder("sinv.box/orphans", "SMS_SOFTWARE_INVENTORY_PROCESSOR", FolderKind::Orphans, "software inventory of nobody", Confidence::Reported),
    folder(
        "sinv.box/FileCol",
        "SMS_SOFTWARE_INVENTORY_PROCESSOR",
        FolderKind::Store,
        "collected files: a folder for each device, the five newest versions of each file",
        Confidence::Seed,
    ),
    folder("swmproc.box/usage", "SMS_SOFTWARE_METERING_PROCESSOR", FolderKind::Work, "metering data that is being summed up", Confidence::Remembered),
    folder("auth/statesys.box/process", "SMS_STATE_SYSTEM", FolderKind::Work, "state messages that are being loaded", Confidence::Reported),
    folder("auth/statmgr.box", "SMS_STATUS_MANAGER", FolderKind::Parent, "status messages of clients on their way", Confidence::Reported),
    folder("statmgr.box", "SMS_STATUS_MANAGER", FolderKind::Parent, "parent of the status manager's folders; the status group writes here", Confidence::Seed),
    folder("statmgr.box/queue", "SMS_STATUS_MANAGER", FolderKind::Work, "status messages that are being loaded", Confidence::Reported),
    folder("statmgr.box/retry", "SMS_STATUS_MANAGER", FolderKind::Retry, "status messages while the database is away", Confidence::Reported),
    folder("statmgr.box/futureq", "SMS_STATUS_MANAGER", FolderKind::Retry, "status messages whose time is in the future", Confidence::Reported),
    folder("ccr.box/inproc", "SMS_CLIENT_CONFIG_MANAGER", FolderKind::Work, "push requests that are being done", Confidence::Remembered),
    folder("schedule.box/uid", "SMS_SCHEDULER", FolderKind::Store, "serial numbers of jobs", Confidence::Remembered),
    folder("replmgr.box/ready", "SMS_REPLICATION_MANAGER", FolderKind::Work, "objects that are packed", Confidence::Reported),
    folder("replmgr.box/process", "SMS_REPLICATION_MANAGER", FolderKind::Work, "objects that are being unpacked", Confidence::Reported),
    folder("replmgr.box/history", "SMS_REPLICATION_MANAGER", FolderKind::Store, "objects that were replicated", Confidence::Reported),
    folder("hman.box/pubkey", "SMS_HIERARCHY_MANAGER", FolderKind::Store, "public keys of other sites", Confidence::Documented),
    folder("hman.box/ForwardingMsg", "SMS_HIERARCHY_MANAGER", FolderKind::Work, "update manifests to pass on", Confidence::Documented),
    folder("hman.box/CFD", "SMS_HIERARCHY_MANAGER", FolderKind::Work, "content of updates", Confidence::Documented),
    folder("sitectrl.box", "SMS_SITE_CONTROL_MANAGER", FolderKind::Other, "site control; its settings are in the database now", Confidence::Documented),
    folder("sitestat.box", "SMS_SITE_SYSTEM_STATUS_SUMMARIZER", FolderKind::Other, "summaries of site systems, from child sites", Confidence::Reported),
    folder("compsumm.box", "SMS_COMPONENT_STATUS_SUMMARIZER", FolderKind::Other, "summaries of components, from child sites", Confidence::Reported),
    folder("offersum.box", "SMS_OFFER_STATUS_SUMMARIZER", FolderKind::Other, "summaries of deployments, from child sites", Confidence::Reported),
    folder("offerinf.box", "SMS_OFFER_MANAGER", FolderKind::Store, "what clients are to know of deployments", Confidence::Remembered),
    folder("aikbmgr.box", "SMS_AI_KB_MANAGER", FolderKind::Other, "Asset Intelligence catalog", Confidence::Remembered),
    folder("certmgr.box", "SMS_CERTIFICATE_MANAGER", FolderKind::Other, "certificates", Confidence::Documented),
    folder("notictrl.box", "", FolderKind::Other, "changes that the database announces", Confidence::Documented),
    folder("wolmgr.box/Partners", "SMS_WAKEONLAN_MANAGER", FolderKind::Other, "wake-up partners", Confidence::Documented),
    folder("smsbkup.box", "SMS_SITE_BACKUP", FolderKind::Other, "control file of the site backup", Confidence::Documented),
    folder("migmctrl.box", "SMS_MIGRATION_MANAGER", FolderKind::Other, "migration", Confidence::Documented),
    folder("epmgr.box", "SMS_ENDPOINT_PROTECTION_MANAGER", FolderKind::Other, "Endpoint Protection", Confidence::Remembered),
    folder("amtproxymgr.box", "SMS_AMT_PROXY_COMPONENT", FolderKind::Other, "out-of-band management", Confidence::Remembered),
    folder("businessappprocess.box", "", FolderKind::Other, "line-of-business applications", Confidence::Documented),
];
