//! Inbox folders: durable deposits, claims and bad files.
//!
//! An inbox is a folder that is a queue. Who deposits writes frames to a temporary name, syncs, renames, and syncs the
//! folder; who owns the inbox claims files in the order of their names and removes each once its messages are in the
//! database. Frames are opaque here: a header, a body, a checksum.

mod deposit;
mod folders;
mod frame;
mod watch;

pub use deposit::{DepositError, Depositor};
pub use folders::{Claimed, Count, Inboxes};
pub use frame::{BadFrame, FILE_BYTES_MAX, Frame, FrameRef, Part, parts, read_frames, write_frame};
pub use watch::Watch;
