//! What tells states of an object apart.

use crate::Digest;

/// Tells states of an object apart: one that did not change has the digest that is known, and is not written again. Half of a
/// SHA-256: whoever wants to hide a change needs two states of an object with the same one, 2⁶⁴ trials; and there is one for
/// each of hundreds of thousands of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectDigest([u8; 16]);

impl ObjectDigest {
    /// Of the bytes by which an object is written.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&Digest::of(bytes).as_bytes()[..16]);
        Self(half)
    }

    /// From its 16 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}
