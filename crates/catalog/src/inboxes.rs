//! The inbox tree of a site server (configmgr.md §2.2): a folder is a queue, and one component owns it.

mod folders;
mod reserved;

pub use folders::{FOLDERS, Folder, FolderKind};
pub use reserved::RESERVED_INBOXES;

use crate::components::ComponentName;
use crate::confidence::Confidence;

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
    /// How sure the folder and its files are.
    pub confidence: Confidence,
}

const fn inbox(
    name: &'static str,
    folder: &'static str,
    bad_folder: &'static str,
    extensions: &'static [&'static str],
    owner: ComponentName,
    meaning: &'static str,
    confidence: Confidence,
) -> Inbox {
    Inbox { name, folder, bad_folder, extensions, owner, meaning, read_by_this_version: true, confidence }
}

/// Heartbeats and other discovery records.
pub const DISCOVERY: Inbox = inbox(
    "discovery",
    "auth/ddm.box",
    "auth/ddm.box/BAD_DDRS",
    &["DDR"],
    ComponentName::DiscoveryDataManager,
    "discovery records of clients and discovery methods",
    Confidence::Documented,
);
/// Client registrations.
pub const REGISTRATION: Inbox = inbox(
    "registration",
    "auth/ddm.box/regreq",
    "auth/ddm.box/regreq/BAD_RDRS",
    &["RDR"],
    ComponentName::DiscoveryDataManager,
    "client registrations",
    Confidence::Remembered,
);
/// Hardware inventory.
pub const HARDWARE_INVENTORY: Inbox = inbox(
    "hardware-inventory",
    "auth/dataldr.box",
    "auth/dataldr.box/BADMIFS",
    &["MIF"],
    ComponentName::InventoryDataLoader,
    "hardware inventory reports",
    Confidence::Documented,
);
/// State messages.
pub const STATE: Inbox =
    inbox("state", "auth/statesys.box/incoming", "auth/statesys.box/corrupt", &["SMX"], ComponentName::StateSystem, "state messages", Confidence::Documented);
/// Status messages.
pub const STATUS: Inbox =
    inbox("status", "statmgr.box/statmsgs", "statmgr.box/BAD_SVFS", &["SVF"], ComponentName::StatusManager, "status messages", Confidence::Reported);
/// When clients were last seen.
pub const PRESENCE: Inbox =
    inbox("presence", "bgb.box", "bgb.box/bad", &["BOS"], ComponentName::NotificationManager, "when clients were last seen", Confidence::Remembered);

/// Every inbox that this version reads.
pub const INBOXES: &[Inbox] = &[DISCOVERY, REGISTRATION, HARDWARE_INVENTORY, STATE, STATUS, PRESENCE];

/// Every inbox: those that this version reads, then the others.
pub fn all() -> impl Iterator<Item = &'static Inbox> {
    INBOXES.iter().chain(RESERVED_INBOXES)
}
