//! Message ids: UUID version 7 (RFC 9562 §5.7), so that ids of one time lie together in an index.

use crate::Timestamp;
use std::fmt;
use std::str::FromStr;

/// Id of one message. The sender makes it once; whoever loads the message loads it once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId([u8; 16]);

/// A text that is no message id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageIdError;

impl fmt::Display for MessageIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message id is a UUID of version 7")
    }
}

impl std::error::Error for MessageIdError {}

impl MessageId {
    /// A new id for a message made at `at`, with ten random bytes.
    #[must_use]
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_micros() / 1000).unwrap_or(0);
        Self(*uuid::Builder::from_unix_timestamp_millis(millis, &random).as_uuid().as_bytes())
    }

    /// When the id was made, to the millisecond, by its sender's clock.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        let b = &self.0;
        let millis = i64::from_be_bytes([0, 0, b[0], b[1], b[2], b[3], b[4], b[5]]);
        Timestamp::from_micros(millis * 1000)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = MessageIdError;

    fn from_str(text: &str) -> Result<Self, MessageIdError> {
        let uuid = uuid::Uuid::try_parse(text).map_err(|_| MessageIdError)?;
        if text.len() != 36 || uuid.get_version_num() != 7 {
            return Err(MessageIdError);
        }
        Ok(Self(*uuid.as_bytes()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        uuid::Uuid::from_bytes(self.0).hyphenated().fmt(f)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for MessageId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for MessageId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_its_time() {
        let at = Timestamp::from_micros(1_795_000_000_123_000);
        let id = MessageId::new(at, [7; 10]);
        assert_eq!(id.made_at(), at);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("00000000-0000-4000-8000-000000000000".parse::<MessageId>(), Err(MessageIdError));
    }
}
