//! One sealed record: `1 | nonce | data key, wrapped | nonce | secret, padded and sealed`.

use super::key::SiteKey;
use super::{SecretId, VaultError};
use crate::database::StoreError;
use crate::keys::Secret;
use provost_domain::SiteCode;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

const FORMAT: u8 = 1;
const TAG: usize = 16;
const DATA_KEY: usize = 32;
const WRAPPED: usize = NONCE_LEN + DATA_KEY + TAG;
/// Secrets are padded to a multiple of this, so that a record's length tells little of a password's.
const PADDING: usize = 64;
/// Longest secret, in bytes.
pub(super) const BYTES_MAX: usize = 4096;

/// What a record is bound to.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub site: SiteCode,
    pub secret: SecretId,
    pub version: i64,
}

impl Place {
    fn named(&self, what: &str) -> Vec<u8> {
        format!("provost vault {what}\0{}\0{}\0{}", self.site, self.secret, self.version).into_bytes()
    }
}

/// Seals a secret.
pub(super) fn seal(key: &SiteKey, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
    let length = u16::try_from(secret.expose().len()).ok().filter(|length| usize::from(*length) <= BYTES_MAX);
    let length = length.ok_or_else(|| trouble("sealing a secret", "it is too long"))?;
    let mut data_key = Secret::new(random::<DATA_KEY>()?.to_vec());
    let padded = (2 + secret.expose().len()).next_multiple_of(PADDING);
    let mut body = Secret::new(Vec::with_capacity(padded + TAG));
    body.extend(&length.to_le_bytes());
    body.extend(secret.expose());
    body.pad(padded);

    let mut record = vec![FORMAT];
    record.extend(wrap(key, place, &data_key)?);
    let nonce = random::<NONCE_LEN>()?;
    record.extend(nonce);
    let cipher = cipher(data_key.expose())?;
    let tag = cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.named("secret")), body.expose_mut());
    record.extend(body.expose());
    record.extend(tag.map_err(|_| trouble("sealing a secret", "the cipher refuses"))?.as_ref());
    data_key.clear();
    Ok(record)
}

/// Opens a record.
pub(super) fn open(key: &SiteKey, place: Place, record: &[u8]) -> Result<Secret, VaultError> {
    let damaged = || VaultError::Damaged(place.secret);
    let data_key = unwrap(key, place, record)?;
    let rest = &record[1 + WRAPPED..];
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let mut body = Secret::new(body.to_vec());
    let opened = cipher(data_key.expose())?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place.named("secret")), body.expose_mut())
        .map_err(|_| damaged())?;
    let (length, padded) = opened.split_first_chunk::<2>().ok_or_else(damaged)?;
    let secret = padded.get(..usize::from(u16::from_le_bytes(*length))).ok_or_else(damaged)?;
    Ok(Secret::new(secret.to_vec()))
}

/// Seals a record's data key under another site key; the secret itself stays sealed.
pub(super) fn rewrap(old: &SiteKey, new: &SiteKey, place: Place, record: &[u8]) -> Result<Vec<u8>, VaultError> {
    let data_key = unwrap(old, place, record)?;
    let mut wrapped = vec![FORMAT];
    wrapped.extend(wrap(new, place, &data_key)?);
    wrapped.extend(&record[1 + WRAPPED..]);
    Ok(wrapped)
}

fn wrap(key: &SiteKey, place: Place, data_key: &Secret) -> Result<Vec<u8>, VaultError> {
    let nonce = random::<NONCE_LEN>()?;
    let mut body = Secret::new(data_key.expose().to_vec());
    let cipher = key.cipher().ok_or_else(|| trouble("sealing a key", "the site key is of the wrong length"))?;
    let tag = cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.named("key")), body.expose_mut());
    let tag = tag.map_err(|_| trouble("sealing a key", "the cipher refuses"))?;
    Ok([&nonce[..], body.expose(), tag.as_ref()].concat())
}

fn unwrap(key: &SiteKey, place: Place, record: &[u8]) -> Result<Secret, VaultError> {
    let damaged = || VaultError::Damaged(place.secret);
    let (format, rest) = record.split_first().ok_or_else(damaged)?;
    if *format != FORMAT || rest.len() < WRAPPED {
        return Err(damaged());
    }
    let (nonce, wrapped) = rest[..WRAPPED].split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
    let mut body = Secret::new(wrapped.to_vec());
    let cipher = key.cipher().ok_or_else(damaged)?;
    let opened = cipher.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place.named("key")), body.expose_mut());
    Ok(Secret::new(opened.map_err(|_| damaged())?.to_vec()))
}

fn cipher(data_key: &[u8]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, data_key).map(LessSafeKey::new).map_err(|_| trouble("using a data key", "it is of the wrong length"))
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| trouble("making a key", "the operating system gives no randomness"))?;
    Ok(bytes)
}

fn trouble(attempt: &str, cause: &str) -> VaultError {
    VaultError::Store(StoreError::unavailable(attempt, cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(secret: i64, version: i64) -> Place {
        Place { site: "LAB".parse().expect("a site code"), secret: SecretId(secret), version }
    }

    #[test]
    fn a_record_opens_at_its_own_place_with_its_own_key_and_nowhere_else() {
        let (key, other) = (SiteKey::random().expect("a key"), SiteKey::random().expect("a key"));
        let record = seal(&key, place(1, 1), &Secret::new(b"p%40ss".to_vec())).expect("a record");
        assert_eq!(open(&key, place(1, 1), &record).expect("a secret").expose(), b"p%40ss");
        for elsewhere in [place(2, 1), place(1, 2), Place { site: "P01".parse().expect("a site code"), ..place(1, 1) }] {
            assert_eq!(open(&key, elsewhere, &record).err(), Some(VaultError::Damaged(elsewhere.secret)));
        }
        assert!(open(&other, place(1, 1), &record).is_err());
        let again = rewrap(&key, &other, place(1, 1), &record).expect("a record");
        assert_eq!(open(&other, place(1, 1), &again).expect("a secret").expose(), b"p%40ss");
        assert!(open(&key, place(1, 1), &again).is_err());
    }

    #[test]
    fn a_changed_or_shortened_record_never_opens() {
        let key = SiteKey::random().expect("a key");
        let record = seal(&key, place(1, 1), &Secret::new(b"secret".to_vec())).expect("a record");
        for i in 0..record.len() {
            let mut changed = record.clone();
            changed[i] ^= 1;
            assert!(open(&key, place(1, 1), &changed).is_err(), "byte {i}");
            assert!(open(&key, place(1, 1), &record[..i]).is_err(), "{i} bytes");
        }
    }

    #[test]
    fn length_tells_little() {
        let key = SiteKey::random().expect("a key");
        let length = |bytes: usize| seal(&key, place(1, 1), &Secret::new(vec![b'x'; bytes])).expect("a record").len();
        assert_eq!(length(1), length(62));
        assert_eq!(length(63), length(126));
        assert!(seal(&key, place(1, 1), &Secret::new(vec![0; BYTES_MAX + 1])).is_err());
    }

    proptest! {
        #[test]
        fn every_password_comes_back(text in "\\PC{0,300}", raw in prop::collection::vec(any::<u8>(), 0..300)) {
            let key = SiteKey::random().expect("a key");
            for bytes in [text.into_bytes(), raw] {
                let record = seal(&key, place(7, 3), &Secret::new(bytes.clone())).expect("a record");
                let opened = open(&key, place(7, 3), &record).expect("a secret");
                prop_assert_eq!(opened.expose(), &bytes[..]);
            }
        }
    }
}
