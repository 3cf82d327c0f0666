//! The envelope around a client's message in an inbox: who sent what, and when it was taken.

use provost_domain::{MessageId, SmsId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a message is; decides the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// [`crate::client::registration::Registration`], verified by the management point.
    Registration,
    /// [`crate::client::heartbeat::Heartbeat`].
    Heartbeat,
    /// [`crate::client::inventory`].
    HardwareInventory,
    /// [`crate::client::state::StateReport`].
    State,
    /// [`crate::client::status::StatusReport`].
    Status,
    /// [`Presence`]; written by the management point itself.
    Presence,
    /// [`crate::directory::DirectoryReport`]; written by the site's discovery agents.
    Directory,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [Kind::Registration, Kind::Heartbeat, Kind::HardwareInventory, Kind::State, Kind::Status, Kind::Presence, Kind::Directory];

    /// Its word in headers and envelopes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Heartbeat => "heartbeat",
            Self::HardwareInventory => "hardware-inventory",
            Self::State => "state",
            Self::Status => "status",
            Self::Presence => "presence",
            Self::Directory => "directory",
        }
    }

    /// The kind that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// The inbox it goes to.
    #[must_use]
    pub const fn inbox(self) -> &'static provost_catalog::inboxes::Inbox {
        use provost_catalog::inboxes as i;
        match self {
            Self::Registration => &i::REGISTRATION,
            Self::Heartbeat | Self::Directory => &i::DISCOVERY,
            Self::HardwareInventory => &i::HARDWARE_INVENTORY,
            Self::State => &i::STATE,
            Self::Status => &i::STATUS,
            Self::Presence => &i::PRESENCE,
        }
    }

    /// Whether a client may send it; the others the site writes by itself.
    #[must_use]
    pub const fn sent_by_clients(self) -> bool {
        matches!(self, Self::Heartbeat | Self::HardwareInventory | Self::State | Self::Status)
    }

    /// Largest body in bytes.
    #[must_use]
    pub const fn body_bytes_max(self) -> usize {
        match self {
            Self::Registration => 16 * 1024,
            Self::Heartbeat => 64 * 1024,
            Self::HardwareInventory | Self::Directory => 16 * 1024 * 1024,
            Self::State => 1024 * 1024,
            Self::Status => 256 * 1024,
            Self::Presence => 4 * 1024 * 1024,
        }
    }
}

/// Header of one frame in an inbox file; the body follows it as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Id of the message; loaded once however often it comes.
    pub id: MessageId,
    /// What it is.
    pub kind: Kind,
    /// Client that sent it, proved by its certificate; absent for [`Kind::Presence`] and [`Kind::Directory`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<SmsId>,
    /// When it was taken, by the site's clock.
    pub received_at: Timestamp,
    /// Host name of the management point, or of the site system whose component wrote it.
    pub management_point: String,
}

impl Envelope {
    /// As the header bytes of a frame.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From the header bytes of a frame.
    ///
    /// # Errors
    /// When the bytes are no envelope.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Body of [`Kind::Presence`]: when clients were last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Client and time, any order, each client at most once.
    pub seen: Vec<(SmsId, Timestamp)>,
}
