//! Site codes (configmgr.md §1.2).

use std::fmt;
use std::str::FromStr;

/// The code of a site: exactly three characters of `A-Z` and `0-9`, and none of the reserved words.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteCode([u8; 3]);

/// Codes that are folder names or devices on Windows and therefore never a site's.
pub const RESERVED: &[&str] = &["AUX", "CON", "ENV", "NUL", "PRN", "SMS"];

/// Why a text is no site code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteCodeError {
    /// Not three characters long.
    Length(usize),
    /// A character outside `A-Z` and `0-9`; lower-case letters are outside.
    Character(char),
    /// One of [`RESERVED`].
    Reserved(String),
}

impl fmt::Display for SiteCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "a site code has exactly three characters, this one has {n}"),
            Self::Character(c) => write!(f, "a site code uses only A-Z and 0-9, not {c:?}"),
            Self::Reserved(code) => {
                write!(f, "{code} is reserved: Windows or Configuration Manager uses it as a folder or device name ({})", RESERVED.join(", "))
            }
        }
    }
}

impl std::error::Error for SiteCodeError {}

impl SiteCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl FromStr for SiteCode {
    type Err = SiteCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.chars().count();
        if count != 3 {
            return Err(SiteCodeError::Length(count));
        }
        if let Some(c) = text.chars().find(|c| !c.is_ascii_uppercase() && !c.is_ascii_digit()) {
            return Err(SiteCodeError::Character(c));
        }
        if RESERVED.contains(&text) {
            return Err(SiteCodeError::Reserved(text.to_owned()));
        }
        let mut code = [0; 3];
        code.copy_from_slice(text.as_bytes());
        Ok(Self(code))
    }
}

impl fmt::Display for SiteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SiteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for SiteCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for SiteCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reserved_codes_are_refused() {
        // Written out, so that none is forgotten in the list itself.
        assert_eq!(RESERVED, ["AUX", "CON", "ENV", "NUL", "PRN", "SMS"]);
        for code in RESERVED {
            assert_eq!(code.parse::<SiteCode>(), Err(SiteCodeError::Reserved((*code).to_owned())));
        }
    }

    #[test]
    fn form_is_checked() {
        assert_eq!("LABS".parse::<SiteCode>(), Err(SiteCodeError::Length(4)));
        assert_eq!("".parse::<SiteCode>(), Err(SiteCodeError::Length(0)));
        assert_eq!("lab".parse::<SiteCode>(), Err(SiteCodeError::Character('l')));
        assert_eq!("LÄB".parse::<SiteCode>(), Err(SiteCodeError::Character('Ä')));
        assert!("P01".parse::<SiteCode>().is_ok());
    }

    proptest! {
        #[test]
        fn what_parses_prints_the_same(text in "[A-Z0-9]{3}") {
            match text.parse::<SiteCode>() {
                Ok(code) => prop_assert_eq!(code.to_string(), text),
                Err(error) => prop_assert_eq!(error, SiteCodeError::Reserved(text)),
            }
        }
    }
}
