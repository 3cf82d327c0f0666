//! Signatures: ECDSA on P-256 with SHA-256 (FIPS 186-5), over exactly the bytes that travel.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// DER prefix of a SubjectPublicKeyInfo for an uncompressed P-256 point (RFC 5480 §2): algorithm, curve, bit string.
const P256_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A P-256 public key: an uncompressed point of 65 bytes. Base64 of its SubjectPublicKeyInfo as text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 65]);

/// A text or bytes that are no [`PublicKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyError;

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a public key is the SubjectPublicKeyInfo of a P-256 key in base64")
    }
}

impl std::error::Error for PublicKeyError {}

impl PublicKey {
    /// From an uncompressed point, as `ring` gives it.
    ///
    /// # Errors
    /// When it is not 65 bytes that begin with 4.
    pub fn from_point(point: &[u8]) -> Result<Self, PublicKeyError> {
        let point: [u8; 65] = point.try_into().map_err(|_| PublicKeyError)?;
        if point[0] == 4 { Ok(Self(point)) } else { Err(PublicKeyError) }
    }

    /// From a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// When it is not that of a P-256 key with an uncompressed point.
    pub fn from_spki(der: &[u8]) -> Result<Self, PublicKeyError> {
        Self::from_point(der.strip_prefix(&P256_PREFIX).ok_or(PublicKeyError)?)
    }

    /// Its SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn to_spki(&self) -> Vec<u8> {
        [&P256_PREFIX[..], &self.0].concat()
    }

    /// Its uncompressed point.
    #[must_use]
    pub const fn as_point(&self) -> &[u8; 65] {
        &self.0
    }

    /// Whether `signature` is this key's over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.to_spki()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        Self::from_spki(&STANDARD.decode(text).map_err(|_| PublicKeyError)?)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A document as text with a signature over exactly that text, so that nothing has to be written again to be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The document, as JSON text.
    pub payload: String,
    /// Base64 of the ASN.1 signature over the payload's bytes.
    pub signature: String,
}

impl Signed {
    /// A document with a signature made elsewhere (keys are never here).
    #[must_use]
    pub fn new(payload: String, signature: &[u8]) -> Self {
        Self { payload, signature: STANDARD.encode(signature) }
    }

    /// The payload, when `key` signed it.
    #[must_use]
    pub fn open(&self, key: &PublicKey) -> Option<&str> {
        let signature = STANDARD.decode(&self.signature).ok()?;
        key.verifies(self.payload.as_bytes(), &signature).then_some(self.payload.as_str())
    }
}
