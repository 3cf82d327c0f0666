//! Addresses of mail.

use std::fmt;
use std::str::FromStr;

/// An address of mail, such as `ops@corp.example`: one `@`, ASCII, no quotes, no white space, so that it can stand in a
/// header and in a dialogue as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(String);

/// Longest address and longest part before the `@`, in bytes (RFC 5321 §4.5.3.1).
const ADDRESS_MAX: usize = 254;
const LOCAL_MAX: usize = 64;
const LABEL_MAX: usize = 63;

impl Address {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Address {
    type Err = super::Invalid;

    fn from_str(text: &str) -> Result<Self, super::Invalid> {
        let refused = || super::Invalid::Address(text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect());
        let (local, domain) = text.split_once('@').ok_or_else(refused)?;
        let atom = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
        let label = |part: &str| {
            let inside = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            inside && !part.is_empty() && part.len() <= LABEL_MAX && !part.starts_with('-') && !part.ends_with('-')
        };
        let fits = text.len() <= ADDRESS_MAX && local.len() <= LOCAL_MAX;
        if fits && local.split('.').all(atom) && domain.split('.').all(label) { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_addresses_are_taken() {
        for text in ["ops@corp.example", "o'neil+alerts@corp.example", "a@localhost", "first.last@mail-1.corp.example", "1@2.3"] {
            assert_eq!(text.parse::<Address>().expect("an address").as_str(), text);
        }
        assert_eq!("a@corp.example".parse::<Address>().expect("an address").domain(), "corp.example");
    }

    #[test]
    fn what_could_break_a_header_or_a_dialogue_is_refused() {
        let long = format!("{}@corp.example", "a".repeat(65));
        let longer = format!("a@{}example", "corp.".repeat(60));
        let label = format!("a@{}.example", "b".repeat(64));
        for text in [
            "",
            "@",
            "ops",
            "@corp.example",
            "ops@",
            "a@b@c",
            "a b@corp.example",
            "ops@corp.example\r\nBcc: all@corp.example",
            "ops@corp.example\n",
            "<ops@corp.example>",
            "Ops <ops@corp.example>",
            "\"a\"@corp.example",
            "a@[192.0.2.1]",
            ".a@corp.example",
            "a..b@corp.example",
            "a@corp..example",
            "a@-corp.example",
            "a@corp.example.",
            "ä@corp.example",
            "a@körp.example",
            "a,b@corp.example",
            &long,
            &longer,
            &label,
        ] {
            assert!(text.parse::<Address>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_address_holds_one_at_and_nothing_that_ends_a_line(text in "\\PC{0,300}|[a-z@. \r\n<>,;-]{0,40}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert_eq!(address.as_str(), &text);
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert!(text.len() <= ADDRESS_MAX);
                prop_assert!(text.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[]\\,;:\" ".contains(&b)));
            }
        }
    }
}
