//! Why a client's message is not taken, and the bounds that all of its texts are held to.

use std::fmt;

/// A message that is not what it should be; says where, for the answer and for the file beside a rejected message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl Malformed {
    /// With what is wrong.
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Holds a text to at most `bytes_max` bytes and to characters that every database keeps (PostgreSQL has no U+0000).
///
/// # Errors
/// Names the field that breaks a bound.
pub fn check_text(field: &str, text: &str, bytes_max: usize) -> Result<(), Malformed> {
    if text.len() > bytes_max {
        return Err(Malformed(format!("{field} has {} bytes; at most {bytes_max} are taken", text.len())));
    }
    if text.contains('\0') {
        return Err(Malformed(format!("{field} has the character U+0000")));
    }
    Ok(())
}

/// Holds a list to at most `entries_max` entries.
///
/// # Errors
/// Names the list that is too long.
pub fn check_count(field: &str, entries: usize, entries_max: usize) -> Result<(), Malformed> {
    if entries > entries_max {
        return Err(Malformed(format!("{field} has {entries} entries; at most {entries_max} are taken")));
    }
    Ok(())
}
