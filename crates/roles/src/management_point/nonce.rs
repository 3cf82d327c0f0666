//! Nonces for registration: each works once, for five minutes, and costs nothing until it is used.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provost_domain::Timestamp;
use provost_runtime::random;
use ring::hmac;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a nonce works, in seconds.
const SECONDS: i64 = 300;
/// Most used nonces that are remembered; beyond it registrations wait until some are too old to be used again.
const USED_MAX: usize = 100_000;

/// What a nonce turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ours, fresh, and used up now.
    Good,
    /// Ours, and used before.
    Replayed,
    /// Not ours, or too old, or from before a restart.
    Unknown,
    /// Too many were used lately.
    Busy,
}

/// Issues and takes back nonces.
pub struct Nonces {
    key: hmac::Key,
    /// Used nonces and when they were issued.
    used: Mutex<HashMap<[u8; 12], Timestamp>>,
}

impl Nonces {
    /// With a key of its own, which lives as long as the process.
    pub fn new() -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &random::bytes::<32>()), used: Mutex::default() }
    }

    /// A fresh nonce: when it was issued, random bytes, and a tag that only this process can make.
    pub fn issue(&self, now: Timestamp) -> String {
        let mut bytes = now.as_micros().to_be_bytes().to_vec();
        bytes.extend(random::bytes::<12>());
        let tag = hmac::sign(&self.key, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Uses a nonce up.
    pub fn take(&self, nonce: &str, now: Timestamp) -> Verdict {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(nonce) else { return Verdict::Unknown };
        let Some((said, tag)) = bytes.split_at_checked(20) else { return Verdict::Unknown };
        if hmac::verify(&self.key, said, tag).is_err() {
            return Verdict::Unknown;
        }
        let (Ok(at), Ok(random)) = (said[..8].try_into(), <[u8; 12]>::try_from(&said[8..])) else { return Verdict::Unknown };
        let issued = Timestamp::from_micros(i64::from_be_bytes(at));
        let fresh = |at: Timestamp| (0..=SECONDS).contains(&now.seconds_since(at));
        if !fresh(issued) {
            return Verdict::Unknown;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= USED_MAX {
            used.retain(|_, at| fresh(*at));
            if used.len() >= USED_MAX {
                return Verdict::Busy;
            }
        }
        if used.insert(random, issued).is_some() { Verdict::Replayed } else { Verdict::Good }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_once_for_five_minutes() {
        let now = Timestamp::from_micros(1_000_000_000_000);
        let nonces = Nonces::new();
        let nonce = nonces.issue(now);
        assert_eq!(nonces.take(&nonce, now.plus_seconds(299)), Verdict::Good);
        assert_eq!(nonces.take(&nonce, now.plus_seconds(299)), Verdict::Replayed);
        assert_eq!(nonces.take(&nonces.issue(now), now.plus_seconds(301)), Verdict::Unknown);
        assert_eq!(nonces.take(&Nonces::new().issue(now), now), Verdict::Unknown);
        assert_eq!(nonces.take("", now), Verdict::Unknown);
        assert_eq!(nonces.take("AAAA", now), Verdict::Unknown);
    }
}
