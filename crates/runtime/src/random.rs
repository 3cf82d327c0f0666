//! The operating system's randomness.

use provost_domain::{MessageId, Timestamp};

/// `N` random bytes.
///
/// # Panics
/// When the operating system gives no randomness; nothing safe can be done then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system's random number generator answers");
    bytes
}

/// A new message id made at `at`.
#[must_use]
pub fn message_id(at: Timestamp) -> MessageId {
    MessageId::new(at, bytes())
}
