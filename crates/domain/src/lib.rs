//! The rules: pure values in, values out.
//!
//! Nothing here opens a file, a socket or a database, reads a clock or draws randomness: time and random bytes are
//! arguments, so that every rule can be proved from values alone.

pub mod accounts;
pub mod alerts;
pub mod approval;
pub mod boundary;
pub mod certificate;
pub mod digest;
pub mod discovery;
mod failure;
pub mod filter;
pub mod inventory;
pub mod message_id;
pub mod outcome;
pub mod publishing;
pub mod rate;
pub mod registration;
mod shell_word;
mod short_lists;
pub mod site_code;
pub mod smsid;
pub mod state;
pub mod status;
pub mod suggestion;
pub mod timestamp;

pub use approval::Approval;
pub use digest::Digest;
pub use failure::Failure;
pub use message_id::MessageId;
pub use shell_word::{powershell_word, shell_word};
pub use short_lists::short_lists;
pub use site_code::SiteCode;
pub use smsid::SmsId;
pub use timestamp::Timestamp;

/// Number of a device record; given out by the site, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ResourceId(pub i64);

impl std::fmt::Display for ResourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
