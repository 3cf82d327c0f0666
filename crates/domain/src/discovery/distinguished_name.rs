//! Distinguished names (RFC 4514) as people write them: one written form, and where in which domain they are.

use std::fmt;
use std::str::FromStr;

/// Most bytes of a name that is read.
const BYTES_MAX: usize = 4096;

/// A distinguished name in its one written form: types in upper case, values in lower case (a directory does not mind
/// their case), nothing escaped that needs no escape.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DistinguishedName {
    /// Relative names, the leaf first, each as it is written.
    parts: Vec<String>,
    /// Its DNS domain, from its last parts.
    domain: String,
}

/// A text that is no distinguished name of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDistinguished {
    /// It has more bytes than are read.
    TooLong,
    /// A part has no `type=value`, or an escape that is none.
    Part(String),
    /// It does not end with `DC=` parts, so it is in no domain.
    NoDomain,
}

impl fmt::Display for NotDistinguished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "it has more than {BYTES_MAX} bytes"),
            Self::Part(part) => write!(f, "{part:?} is no part of a distinguished name"),
            Self::NoDomain => f.write_str("it does not end with the parts of a domain, such as DC=corp,DC=example,DC=test"),
        }
    }
}

impl std::error::Error for NotDistinguished {}

impl DistinguishedName {
    /// The head of a domain: `DC=corp,DC=example,DC=test` for `corp.example.test`; none when the name is no domain's.
    #[must_use]
    pub fn of_domain(domain: &str) -> Option<Self> {
        let domain = crate::accounts::trust::domain_name(domain)?;
        Some(Self { parts: domain.split('.').map(|label| format!("DC={label}")).collect(), domain })
    }

    /// The DNS name of the domain that it is in.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether it is the head of its domain.
    #[must_use]
    pub fn is_domain(&self) -> bool {
        self.parts.iter().all(|part| part.starts_with("DC="))
    }

    /// Whether `other` is this one or beneath it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.parts.ends_with(&self.parts)
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts.join(","))
    }
}

impl FromStr for DistinguishedName {
    type Err = NotDistinguished;

    /// Reads a name, also one with `LDAP://` before it, as Configuration Manager shows paths.
    fn from_str(text: &str) -> Result<Self, NotDistinguished> {
        let text = text.trim();
        let text = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("ldap://")).map_or(text, |_| &text[7..]);
        if text.len() > BYTES_MAX {
            return Err(NotDistinguished::TooLong);
        }
        let parts = split(text, ',').into_iter().map(part).collect::<Result<Vec<String>, _>>()?;
        let labels: Vec<&str> = parts.iter().rev().map_while(|part| part.strip_prefix("DC=")).collect();
        let domain: Vec<&str> = labels.into_iter().rev().collect();
        match crate::accounts::trust::domain_name(&domain.join(".")) {
            Some(domain) => Ok(Self { parts, domain }),
            None => Err(NotDistinguished::NoDomain),
        }
    }
}

/// Splits at a sign that no backslash is before.
fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut pieces, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == sign && !escaped {
            pieces.push(&text[from..at]);
            from = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    pieces.push(&text[from..]);
    pieces
}

/// One relative name in its written form; several values of one are joined by `+`.
fn part(text: &str) -> Result<String, NotDistinguished> {
    let wrong = || NotDistinguished::Part(text.chars().filter(|c| !c.is_control()).take(64).collect());
    let mut pairs = Vec::new();
    for pair in split(text, '+') {
        let (ty, value) = pair.split_once('=').ok_or_else(wrong)?;
        let ty = ty.trim();
        let is_type = !ty.is_empty() && ty.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        let value = is_type.then(|| unescaped(trimmed(value))).flatten().filter(|value| !value.is_empty()).ok_or_else(wrong)?;
        pairs.push(format!("{}={}", ty.to_ascii_uppercase(), escaped(&value.to_lowercase())));
    }
    pairs.sort_unstable();
    Ok(pairs.join("+"))
}

/// Without spaces around it; one after a backslash belongs to the value.
fn trimmed(value: &str) -> &str {
    let value = value.trim_start_matches(' ');
    let end = value.trim_end_matches(' ');
    let backslashes = end.len() - end.trim_end_matches('\\').len();
    if backslashes % 2 == 1 && end.len() < value.len() { &value[..=end.len()] } else { end }
}

/// The value behind its escapes; none when one of them is none or the bytes are no text.
fn unescaped(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let first = rest.next()?;
        match (char::from(first).to_digit(16), first) {
            (Some(high), _) => {
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            (None, b' ' | b'"' | b'#' | b'+' | b',' | b';' | b'<' | b'=' | b'>' | b'\\') => bytes.push(first),
            (None, _) => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

/// The value with the escapes that RFC 4514 §2.4 asks for.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut text = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', c]),
            '#' if index == 0 => text.push_str("\\#"),
            ' ' if index == 0 || index == last => text.push_str("\\ "),
            c if c.is_ascii_control() => text.push_str(&format!("\\{:02x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, NotDistinguished> {
        text.parse::<DistinguishedName>().map(|name| name.to_string())
    }

    #[test]
    fn a_name_has_one_written_form() {
        assert_eq!(read("ou=Computers, dc=Corp,DC=example,dc=test").as_deref(), Ok("OU=computers,DC=corp,DC=example,DC=test"));
        assert_eq!(read("LDAP://OU=Computers,DC=corp,DC=example").as_deref(), Ok("OU=computers,DC=corp,DC=example"));
        assert_eq!(read(r"OU=a\2Cb\, c,DC=corp,DC=test").as_deref(), Ok(r"OU=a\,b\, c,DC=corp,DC=test"));
        assert_eq!(read(r"CN=\#x\ ,DC=corp,DC=test").as_deref(), Ok(r"CN=\#x\ ,DC=corp,DC=test"));
        assert_eq!(read(r"CN=b+OU=a,DC=corp,DC=test").as_deref(), Ok("CN=b+OU=a,DC=corp,DC=test"));
        assert_eq!(read(r"CN=\C3\A4,DC=corp,DC=test").as_deref(), Ok("CN=ä,DC=corp,DC=test"));
    }

    #[test]
    fn blanks_and_signs_at_the_ends_are_part_of_a_name_where_they_are_escaped() {
        for name in
            [r"OU=\ x\ ,DC=corp,DC=test", r"OU=\#x,DC=corp,DC=test", r"OU=\ #x\ ,DC=corp,DC=test", r"OU=\ ,DC=corp,DC=test", r"OU=x\\\ ,DC=corp,DC=test"]
        {
            assert_eq!(read(name).as_deref(), Ok(name));
        }
        assert_eq!(read(r"OU=\20x\20,DC=corp,DC=test").as_deref(), Ok(r"OU=\ x\ ,DC=corp,DC=test"));
        assert_eq!(read("OU= x ,DC=corp,DC=test").as_deref(), Ok("OU=x,DC=corp,DC=test"));
    }

    #[test]
    fn what_is_no_name_of_a_domain_is_refused() {
        assert_eq!(read("OU=x"), Err(NotDistinguished::NoDomain));
        assert_eq!(read("DC=corp,DC=test,OU=x"), Err(NotDistinguished::NoDomain));
        for wrong in ["", "OU", "OU=,DC=corp,DC=test", r"OU=\zz,DC=corp,DC=test", r"OU=\ff,DC=corp,DC=test", "O U=x,DC=corp,DC=test"] {
            assert!(matches!(read(wrong), Err(NotDistinguished::Part(_))), "{wrong:?}");
        }
        assert_eq!(read(&format!("OU={},DC=corp,DC=test", "x".repeat(BYTES_MAX))), Err(NotDistinguished::TooLong));
    }

    #[test]
    fn a_container_contains_itself_and_what_is_beneath_it() {
        let parse = |text: &str| text.parse::<DistinguishedName>().expect("a name");
        let (domain, outer, inner) = (parse("DC=corp,DC=test"), parse("OU=A,DC=corp,DC=test"), parse(r"CN=x\,y,OU=a,DC=CORP,DC=test"));
        assert!(domain.is_domain() && !outer.is_domain());
        assert!(domain.contains(&inner) && outer.contains(&inner) && outer.contains(&outer) && !inner.contains(&outer));
        assert!(!outer.contains(&parse("OU=BA,DC=corp,DC=test")), "not by its letters");
        assert_eq!(inner.domain(), "corp.test");
        assert_eq!(DistinguishedName::of_domain("Corp.Test"), Some(domain));
    }

    proptest! {
        #[test]
        fn any_value_survives_being_written(value in "\\PC{1,20}") {
            let written = format!("OU={},DC=corp,DC=test", escaped(&value.to_lowercase()));
            let once = read(&written)?;
            prop_assert_eq!(read(&once)?, once);
        }

        #[test]
        fn reading_comes_back_whatever_it_is_given(text in "\\PC{0,60}") {
            if let Ok(name) = text.parse::<DistinguishedName>() {
                prop_assert_eq!(name.to_string().parse::<DistinguishedName>(), Ok(name));
            }
        }
    }
}
