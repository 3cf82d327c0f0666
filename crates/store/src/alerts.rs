//! Alerts: the rules that people set, what was opened, the mail about it, and how far each rule has looked.
//!
//! Only the alert notification manager opens, counts and closes alerts and settles mail; it is one component with one
//! connection, so what it read is so still when it writes. People set rules, and may enqueue a test mail.

mod cursors;
mod found;
pub mod mails;
mod opened;
pub mod rules;

pub use cursors::{cursors, forget_cursors, set_cursors};
pub use found::{FailingComponent, NumberedMessage, SilentClient, failing_components, last_message_before, messages_after, silent_clients};
pub use opened::{FIELDS, by_id, forget_closed, newest, open, page, save, still_open};
