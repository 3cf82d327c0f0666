//! What a directory's entry says, as an object.

use provost_broker::directory::Entry;
use provost_domain::Timestamp;
use provost_domain::discovery::{DirectoryObject, ObjectKind, group_type};
use provost_sd::{Guid, Sid};

/// Attributes that are always read.
pub(super) const ATTRIBUTES: &[&str] = &[
    "objectSid",
    "objectGUID",
    "objectClass",
    "sAMAccountName",
    "displayName",
    "userPrincipalName",
    "mail",
    "dNSHostName",
    "operatingSystem",
    "operatingSystemVersion",
    "groupType",
    "userAccountControl",
    "lastLogonTimestamp",
    "pwdLastSet",
];

/// Values of one extra attribute that are kept.
const VALUES_MAX: usize = 64;
/// Longest of them, in bytes; a longer one is cut.
const VALUE_BYTES_MAX: usize = 1024;
/// `userAccountControl`: the account is disabled (MS-ADTS §2.2.16).
const DISABLED: i64 = 2;
/// Seconds from 1601 to 1970.
const EPOCH_SECONDS: i64 = 11_644_473_600;

/// What an entry is.
pub(super) enum Read {
    /// A computer, a user or a group, and of a group whether it is a security group.
    Object(Box<DirectoryObject>, bool),
    /// Something else that has a SID, such as somebody of another forest.
    Other(String),
    /// Nothing that is known: it has no SID that may be read.
    Unreadable,
}

/// Reads an entry of a domain, with the extra attributes that are asked for.
pub(super) fn read(entry: &Entry, domain: &str, extra: &[String]) -> Read {
    let Some(sid) = entry.bytes("objectSid").and_then(|bytes| Sid::from_bytes(bytes).ok()) else { return Read::Unreadable };
    let sid = sid.to_string();
    let classes: Vec<&str> = entry.texts("objectClass").collect();
    let has = |class: &str| classes.iter().any(|known| known.eq_ignore_ascii_case(class));
    // A computer is a user as well, so it is asked first (MS-ADSC).
    let kind = match () {
        () if has("computer") => ObjectKind::Computer,
        () if has("group") => ObjectKind::Group,
        () if has("user") => ObjectKind::User,
        () => return Read::Other(sid),
    };
    let Some(name) = entry.text("sAMAccountName") else { return Read::Other(sid) };
    let text = |attribute: &str| shortened(entry.text(attribute).unwrap_or_default());
    let mut object = DirectoryObject::new(kind, &sid, domain, &clean(name), &shortened(&entry.dn));
    object.guid = entry.bytes("objectGUID").and_then(|bytes| bytes.try_into().ok()).map_or_else(String::new, |bytes| Guid::from_bytes(bytes).to_string());
    object.display_name = text("displayName");
    object.principal_name = text("userPrincipalName");
    object.mail = text("mail");
    object.dns_name = text("dNSHostName").to_lowercase();
    object.operating_system = format!("{} {}", text("operatingSystem"), text("operatingSystemVersion")).trim().to_owned();
    object.disabled = entry.number("userAccountControl").is_some_and(|control| control & DISABLED != 0);
    object.last_logon_at = entry.number("lastLogonTimestamp").and_then(file_time);
    object.password_set_at = entry.number("pwdLastSet").and_then(file_time);
    let mut security = true;
    if let (ObjectKind::Group, Some(value)) = (kind, entry.number("groupType")) {
        let (scope, is_security) = group_type(value);
        object.scope = Some(scope);
        security = is_security;
    }
    for attribute in extra {
        let values: Vec<String> = entry.all(attribute).take(VALUES_MAX).map(value).collect();
        if !values.is_empty() {
            object.attributes.insert(attribute.clone(), values);
        }
    }
    Read::Object(Box::new(object), security)
}

/// A value as text; bytes that are none in hexadecimal.
fn value(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => shortened(text),
        Err(_) => bytes.iter().take(VALUE_BYTES_MAX / 2).map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Cut at a character, without U+0000, which no database keeps.
fn shortened(text: &str) -> String {
    let end = (0..=VALUE_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    clean(&text[..end])
}

fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A time in units of 100 ns since 1601 (MS-DTYP §2.3.3); none for what means never.
fn file_time(value: i64) -> Option<Timestamp> {
    (value > 0 && value < i64::MAX).then(|| Timestamp::from_micros(value / 10).plus_seconds(-EPOCH_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_directories_are_read() {
        assert_eq!(file_time(116_444_736_000_000_000), Some(Timestamp::from_micros(0)));
        assert_eq!(file_time(131_000_000_000_000_000).map(|at| at.to_string()).as_deref(), Some("2016-02-15T08:53:20.000Z"));
        assert_eq!((file_time(0), file_time(i64::MAX)), (None, None));
    }

    #[test]
    fn values_are_text_and_bounded() {
        assert_eq!(value(b"a\0b"), "a\u{fffd}b");
        assert_eq!(value(&[0xff, 0x01]), "ff01");
        assert_eq!(value("ä".repeat(2000).as_bytes()).len(), VALUE_BYTES_MAX);
    }
}
