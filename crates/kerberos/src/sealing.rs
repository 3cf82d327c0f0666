//! Messages between two sides that know each other.

use crate::foreign::{Flags, Refusal, SecurityContext};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Encrypts what is sent, and takes only what was encrypted: changed, repeated and reordered messages are refused.
pub struct Sealing {
    context: SecurityContext,
}

impl Sealing {
    pub(crate) fn of(context: SecurityContext, complete: bool) -> Result<Self, Failure> {
        if complete && context.flags().has(Flags::SEALED) {
            return Ok(Self { context });
        }
        let said = if complete { "encryption was not agreed" } else { "the exchange is not complete" };
        Err(Failure::new(Outcome::NothingSafe, "agree on encryption", said))
    }

    /// A message, encrypted for the other side; some sixty bytes longer.
    ///
    /// # Errors
    /// When it cannot be encrypted.
    pub fn wrap(&mut self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        self.context.wrap(message, true).map_err(|said| failure("encrypt", &said))
    }

    /// The key that both sides agreed on, for a protocol that signs by itself instead: SMB (MS-SMB2 §3.2.5.3).
    ///
    /// # Errors
    /// [`Outcome::Broken`] when the library has none.
    pub fn key(&mut self) -> Result<Vec<u8>, Failure> {
        self.context.session_key().map_err(|said| failure("agree on a key", &said))
    }

    /// A message of the other side, decrypted.
    ///
    /// # Errors
    /// [`Outcome::Broken`] when it was changed, came before, comes out of order, or was not encrypted.
    pub fn unwrap(&mut self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        self.context.unwrap(message, true).map_err(|said| failure("decrypt", &said))
    }

    /// A message that is signed and not encrypted. Only for the choice of a layer in SASL, which has to be so (RFC 4752 §3.1).
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn wrap_signed(&mut self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        self.context.wrap(message, false).map_err(|said| failure("sign", &said))
    }

    /// A message of the other side that need not be encrypted. Only for the choice of a layer in SASL (RFC 4752 §3.1).
    ///
    /// # Errors
    /// As [`Sealing::unwrap`].
    pub fn unwrap_signed(&mut self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        self.context.unwrap(message, false).map_err(|said| failure("check a signature", &said))
    }
}

fn failure(step: &'static str, refusal: &Refusal) -> Failure {
    Failure::new(Outcome::Broken, step, &refusal.said)
}
