//! Names and filters as text (RFC 4514, RFC 4515): what comes from people or directories is escaped before it becomes part of
//! either, so that it stays a value.

use std::fmt::Write;

/// Most parts of a distinguished name that are read.
const PARTS_MAX: usize = 128;

/// A value as part of a filter (RFC 4515 §3).
#[must_use]
pub fn filter_text(value: &str) -> String {
    filter_bytes_unless(value.as_bytes(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.' | b',' | b'=' | b'@'))
}

/// Bytes as part of a filter, such as a GUID or a SID.
#[must_use]
pub fn filter_bytes(value: &[u8]) -> String {
    filter_bytes_unless(value, |_| false)
}

fn filter_bytes_unless(value: &[u8], plain: impl Fn(u8) -> bool) -> String {
    let mut text = String::with_capacity(value.len());
    for &byte in value {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(text, "\\{byte:02x}");
        }
    }
    text
}

/// A value as part of a distinguished name (RFC 4514 §2.4).
#[must_use]
pub fn name_value(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => text.extend(['\\', c]),
            '#' if at == 0 => text.push_str("\\#"),
            ' ' if at == 0 || at == last => text.push_str("\\ "),
            // As Active Directory writes the line feed in names of deleted and of conflicting objects.
            c if c.is_ascii_control() => {
                let _ = write!(text, "\\{:02X}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text
}

/// One part of a distinguished name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The attribute's name, such as `OU`, as written.
    pub attribute: String,
    /// Its value, without escapes.
    pub value: String,
}

/// The parts of a distinguished name, the object's own first; none when it is not one, or has parts of several attributes.
#[must_use]
pub fn parts(dn: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    for text in split(dn)? {
        let (attribute, value) = text.split_once('=')?;
        let attribute = attribute.trim();
        let named = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if attribute.is_empty() || !attribute.chars().all(named) || parts.len() == PARTS_MAX {
            return None;
        }
        parts.push(Part { attribute: attribute.to_owned(), value: unescaped(value)? });
    }
    (!parts.is_empty()).then_some(parts)
}

/// The distinguished name of the object above, as written; none at the top.
#[must_use]
pub fn parent(dn: &str) -> Option<&str> {
    let first = split(dn)?.next()?;
    dn.get(first.len() + 1..)
}

/// The DNS name of the domain that an object is in, from the `DC` parts at the end of its name; in lower case.
#[must_use]
pub fn dns_domain(dn: &str) -> Option<String> {
    let parts = parts(dn)?;
    let labels = parts.iter().rev().take_while(|part| part.attribute.eq_ignore_ascii_case("DC")).count();
    let names: Vec<&str> = parts[parts.len() - labels..].iter().map(|part| part.value.as_str()).collect();
    (labels > 0).then(|| names.join(".").to_lowercase())
}

/// The distinguished name of a domain with this DNS name.
#[must_use]
pub fn domain_dn(dns_domain: &str) -> String {
    let parts: Vec<String> = dns_domain.trim_end_matches('.').split('.').map(|label| format!("DC={}", name_value(label))).collect();
    parts.join(",")
}

/// The texts between commas that are not escaped.
fn split(dn: &str) -> Option<impl Iterator<Item = &str>> {
    let mut ends = Vec::new();
    let mut escaped = false;
    for (at, byte) in dn.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => ends.push(at),
            _ => {}
        }
    }
    if escaped || dn.is_empty() {
        return None;
    }
    ends.push(dn.len());
    let mut start = 0;
    Some(ends.into_iter().map(move |end| {
        let part = &dn[start..end];
        start = end + 1;
        part
    }))
}

/// A value without its escapes.
fn unescaped(text: &str) -> Option<String> {
    let trimmed = text.trim_start_matches(' ');
    let mut bytes = Vec::with_capacity(trimmed.len());
    // Blanks at the end count only where they are escaped.
    let mut kept = 0;
    let mut rest = trimmed.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => {
                let first = rest.next()?;
                match char::from(first).to_digit(16) {
                    Some(high) => {
                        let low = char::from(rest.next()?).to_digit(16)?;
                        bytes.push(u8::try_from(high << 4 | low).ok()?);
                    }
                    None => bytes.push(first),
                }
                kept = bytes.len();
            }
            // Parts of several attributes are not used by Active Directory.
            b'+' => return None,
            byte => {
                bytes.push(byte);
                if byte != b' ' {
                    kept = bytes.len();
                }
            }
        }
    }
    bytes.truncate(kept);
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_survives_a_name(first in ".{1,40}", second in "[ #\"+,;<>\\\\=\u{0}\n日]{1,12}") {
            let dn = format!("CN={},OU={},DC=corp,DC=example,DC=test", name_value(&first), name_value(&second));
            let parts = parts(&dn).expect("a name");
            prop_assert_eq!(parts.len(), 5);
            prop_assert_eq!(&parts[0].value, &first);
            prop_assert_eq!(&parts[1].value, &second);
            prop_assert_eq!(dns_domain(&dn), Some("corp.example.test".to_owned()));
            let above = format!("OU={},DC=corp,DC=example,DC=test", name_value(&second));
            prop_assert_eq!(parent(&dn), Some(above.as_str()));
        }

        #[test]
        fn a_value_stays_a_value_in_a_filter(value in ".{0,40}") {
            let filter = format!("(&(objectClass=user)(cn={}))", filter_text(&value));
            prop_assert!(ldap3::parse_filter(&filter).is_ok(), "{}", filter);
            let inside = filter_text(&value);
            prop_assert!(!inside.contains(['(', ')', '*', '\0']) && inside.is_ascii());
        }

        #[test]
        fn any_text_is_taken_apart_without_harm(text in ".{0,80}") {
            let _ = (parts(&text), parent(&text), dns_domain(&text));
        }
    }

    #[test]
    fn blanks_and_signs_at_the_ends_are_part_of_a_value_where_they_are_escaped() {
        for (value, written) in
            [(" x ", "\\ x\\ "), ("  x  ", "\\  x \\ "), (" ", "\\ "), ("#x", "\\#x"), (" #x ", "\\ #x\\ "), ("x#", "x#"), ("x\\ ", "x\\\\\\ ")]
        {
            assert_eq!(name_value(value), written);
            let dn = format!("CN={written},DC=corp,DC=test");
            assert_eq!(parts(&dn).expect("a name")[0].value, value, "{dn}");
            assert_eq!(parent(&dn), Some("DC=corp,DC=test"));
        }
        // Those that are not escaped are none of it.
        assert_eq!(parts("CN=  x  , DC=test").expect("a name")[0].value, "x");
        assert_eq!(filter_text(" #x "), " \\23x ");
    }

    #[test]
    fn names_of_the_directory_are_read() {
        let deleted = parts("CN=PC1\\0ADEL:0b1e,CN=Deleted Objects,DC=corp,DC=test").expect("a name");
        assert_eq!(deleted[0].value, "PC1\nDEL:0b1e");
        assert_eq!(parts("CN=Smith\\, Ada,DC=corp").expect("a name")[0].value, "Smith, Ada");
        assert_eq!(parts("no name"), None);
        assert_eq!(parts("CN=a\\"), None);
        assert_eq!(parts("CN=a+SN=b,DC=c"), None);
        assert_eq!(dns_domain("CN=a,OU=b"), None);
        assert_eq!(domain_dn("corp.example.test"), "DC=corp,DC=example,DC=test");
        assert_eq!(parent("DC=test"), None);
        assert_eq!(filter_bytes(&[0, 0xff]), "\\00\\ff");
        assert_eq!(filter_text("a*(b)\\"), "a\\2a\\28b\\29\\5c");
    }
}
