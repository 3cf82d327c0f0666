//! Globally unique identifiers as Windows writes them: the first three groups in little-endian, the rest as it stands
//! (MS-DTYP §2.3.4).

use std::fmt;
use std::str::FromStr;

/// A GUID, kept in the order of its bytes on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid([u8; 16]);

/// A text that is no [`Guid`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuidError;

impl fmt::Display for GuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GUID is 8-4-4-4-12 hexadecimal digits, with or without braces")
    }
}

impl std::error::Error for GuidError {}

/// Where each byte stands in the text, as it is read from left to right.
const TEXT_ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

impl Guid {
    /// From its bytes on the wire.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// From the number that its text is in hexadecimal: for constants.
    #[must_use]
    pub const fn of(number: u128) -> Self {
        let text = number.to_be_bytes();
        let mut bytes = [0; 16];
        let mut index = 0;
        while index < 16 {
            bytes[TEXT_ORDER[index]] = text[index];
            index += 1;
        }
        Self(bytes)
    }

    /// Its bytes on the wire.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for Guid {
    type Err = GuidError;

    fn from_str(text: &str) -> Result<Self, GuidError> {
        let bare = match text.strip_prefix('{') {
            Some(rest) => rest.strip_suffix('}').ok_or(GuidError)?,
            None => text,
        };
        let groups: Vec<&str> = bare.split('-').collect();
        let shaped =
            groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = shaped.then(|| u128::from_str_radix(&groups.concat(), 16).ok()).flatten();
        number.map(Self::of).ok_or(GuidError)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'-'; 36];
        for (index, at) in TEXT_ORDER.into_iter().enumerate() {
            let hyphens = index.saturating_sub(2).min(8) / 2;
            let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
            text[2 * index + hyphens] = digit(self.0[at] >> 4);
            text[2 * index + hyphens + 1] = digit(self.0[at] & 15);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_groups_are_little_endian() {
        let text = "bf967a86-0de6-11d0-a285-00aa003049e2";
        let guid: Guid = text.parse().expect("a GUID");
        assert_eq!(guid.as_bytes()[..8], [0x86, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11]);
        assert_eq!(guid.as_bytes()[8..], [0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2]);
        assert_eq!(guid.to_string(), text);
        assert_eq!(guid, Guid::of(0xbf96_7a86_0de6_11d0_a285_00aa_0030_49e2));
        assert_eq!(format!("{{{}}}", text.to_uppercase()).parse(), Ok(guid));
    }

    #[test]
    fn what_is_no_guid_is_refused() {
        for text in [
            "",
            "{}",
            "bf967a860de611d0a28500aa003049e2",
            "{bf967a86-0de6-11d0-a285-00aa003049e2",
            "bf967a86-0de6-11d0-a285-00aa003049e",
            "+f967a86-0de6-11d0-a285-00aa003049e2",
        ] {
            assert_eq!(text.parse::<Guid>(), Err(GuidError), "{text}");
        }
    }
}
