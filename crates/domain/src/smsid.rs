//! The client's identifier: `GUID:` and 36 characters in upper case (configmgr.md §2.4; its case never changes).

use std::fmt;
use std::str::FromStr;

/// Identity of a client. Made once from random bytes by the client and kept for its life.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SmsId([u8; 16]);

/// A text that is no [`SmsId`]: not `GUID:` followed by an upper-case UUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsIdError;

impl fmt::Display for SmsIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a client identifier is GUID: followed by 8-4-4-4-12 upper-case hexadecimal digits")
    }
}

impl std::error::Error for SmsIdError {}

impl SmsId {
    /// From 16 random bytes; version and variant bits are set.
    #[must_use]
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(*uuid::Builder::from_random_bytes(random).as_uuid().as_bytes())
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for SmsId {
    type Err = SmsIdError;

    fn from_str(text: &str) -> Result<Self, SmsIdError> {
        let hex = text.strip_prefix("GUID:").ok_or(SmsIdError)?;
        if hex.len() != 36 || hex.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(SmsIdError);
        }
        let uuid = uuid::Uuid::try_parse(hex).map_err(|_| SmsIdError)?;
        Ok(Self(*uuid.as_bytes()))
    }
}

impl fmt::Display for SmsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = uuid::Uuid::encode_buffer();
        let text = uuid::Uuid::from_bytes(self.0).hyphenated().encode_upper(&mut buffer);
        f.write_str("GUID:")?;
        f.write_str(text)
    }
}

impl fmt::Debug for SmsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for SmsId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for SmsId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_keeps_upper_case() {
        let id = SmsId::from_random([0xab; 16]);
        let text = id.to_string();
        assert!(text.starts_with("GUID:ABABABAB-"));
        assert_eq!(text.parse::<SmsId>(), Ok(id));
        assert_eq!(text.to_lowercase().parse::<SmsId>(), Err(SmsIdError));
    }
}
