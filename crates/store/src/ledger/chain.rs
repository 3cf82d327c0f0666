//! The keyed hash of one entry.

use super::Entry;
use crate::keys::Secret;
use provost_domain::Digest;
use ring::hmac;

/// What stands for the entry before the first.
pub const GENESIS: Digest = Digest::from_bytes([0; 32]);

/// The key of the chain. Cannot be printed.
pub struct LedgerKey(hmac::Key);

impl LedgerKey {
    /// From 32 bytes; `None` when there are more or fewer.
    #[must_use]
    pub fn new(secret: &Secret) -> Option<Self> {
        (secret.expose().len() == 32).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose())))
    }
}

/// The keyed hash of an entry, over its number, all its fields and the hash before it. Each field goes in with its length,
/// so that no two different entries are written the same. The entry's own hash is not looked at.
#[must_use]
pub fn chain(key: &LedgerKey, entry: &Entry) -> Digest {
    // Without `..`: a new field must be decided on.
    let Entry { seq, at, actor, origin, act, object, detail, previous, hash: _ } = entry;
    let mut context = hmac::Context::with_key(&key.0);
    context.update(b"provost ledger 1");
    context.update(&seq.to_be_bytes());
    context.update(&at.as_micros().to_be_bytes());
    for field in [actor, origin, act, object, detail] {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field.as_bytes());
    }
    context.update(previous.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(context.sign().as_ref());
    Digest::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::Timestamp;

    #[test]
    fn every_field_and_its_borders_count() {
        let key = LedgerKey::new(&Secret::new(vec![7; 32])).expect("a key");
        let entry = || Entry {
            seq: 1,
            at: Timestamp::from_micros(2),
            actor: "ab".into(),
            origin: "c".into(),
            act: "d".into(),
            object: "e".into(),
            detail: "f".into(),
            previous: GENESIS,
            hash: GENESIS,
        };
        let others = [
            Entry { seq: 2, ..entry() },
            Entry { at: Timestamp::from_micros(3), ..entry() },
            Entry { actor: "a".into(), origin: "bc".into(), ..entry() },
            Entry { origin: "x".into(), ..entry() },
            Entry { act: "x".into(), ..entry() },
            Entry { object: "x".into(), ..entry() },
            Entry { detail: "x".into(), ..entry() },
            Entry { previous: Digest::from_bytes([1; 32]), ..entry() },
        ];
        let hashes: std::collections::BTreeSet<_> = others.iter().chain([&entry()]).map(|e| chain(&key, e)).collect();
        assert_eq!(hashes.len(), others.len() + 1);
        let other_key = LedgerKey::new(&Secret::new(vec![8; 32])).expect("a key");
        assert_ne!(chain(&key, &entry()), chain(&other_key, &entry()));
        assert!(LedgerKey::new(&Secret::new(vec![7; 31])).is_none());
    }
}
