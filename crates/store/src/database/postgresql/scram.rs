//! What PostgreSQL keeps of a password. It is computed here, so that the password itself never travels in a statement
//! that the server might log.

use crate::keys::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::{hmac, pbkdf2};
use std::num::NonZeroU32;

/// PostgreSQL's own number of rounds; the passwords are 256 random bits.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(4096) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};

/// The verifier of RFC 7677 (SCRAM-SHA-256) in PostgreSQL's notation.
pub(super) fn verifier(password: &Secret, salt: [u8; 16]) -> String {
    let mut salted = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.expose(), &mut salted);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    salted.fill(0);
    std::hint::black_box(&salted);
    let stored = digest(&SHA256, hmac::sign(&key, b"Client Key").as_ref());
    let server = hmac::sign(&key, b"Server Key");
    format!("SCRAM-SHA-256${ROUNDS}:{}${}:{}", STANDARD.encode(salt), STANDARD.encode(stored), STANDARD.encode(server))
}
