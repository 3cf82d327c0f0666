//! What a directory's entry says, as an object.
//!
//! Whoever may write in a directory chooses what stands there, so that whatever it says becomes an object that the discovery
//! inbox takes, or none.

use provost_broker::directory::Entry;
use provost_domain::Timestamp;
use provost_domain::discovery::{DirectoryObject, ObjectKind, group_type, in_lower_case};
use provost_sd::{Guid, Sid};
use std::borrow::Cow;

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
/// What SIDs of the domain BUILTIN begin with (MS-DTYP §2.4.2.4).
const BUILTIN: &str = "S-1-5-32-";
/// Seconds from 1601 to 1970.
const EPOCH_SECONDS: i64 = 11_644_473_600;

/// What an entry is.
#[derive(Debug)]
pub enum Read<'e> {
    /// A computer, a user or a group, and of a group whether it is a security group.
    Object(Box<DirectoryObject<'e>>, bool),
    /// Something that has no SID, and so is nobody: a contact.
    Nobody,
    /// Something else that has a SID, such as somebody of another forest.
    Other(String),
    /// Nothing that is known: it has no SID that may be read.
    Unreadable,
}

/// Classes of what is listed in groups for its mail address and has no SID (MS-ADSC).
const NOBODY: &[&str] = &["contact", "publicFolder", "msExchDynamicDistributionList"];

/// Whether the account is disabled; none when that may not be read. Groups have none.
pub(super) fn disabled(entry: &Entry, kind: ObjectKind) -> Option<bool> {
    if kind == ObjectKind::Group { Some(false) } else { entry.number("userAccountControl").map(|control| control & DISABLED != 0) }
}

/// Reads an entry of the domain with this DNS name and this SID, with the extra attributes that are asked for. Without the SID
/// of the domain, which may not be readable, objects are not held to it.
#[must_use]
pub fn read<'e>(entry: &'e Entry, domain: &'e str, domain_sid: Option<&Sid>, extra: &[String]) -> Read<'e> {
    let Some(sid) = entry.bytes("objectSid").and_then(|bytes| Sid::from_bytes(bytes).ok()) else {
        let nobody = entry.texts("objectClass").any(|class| NOBODY.iter().any(|known| known.eq_ignore_ascii_case(class)));
        return if nobody { Read::Nobody } else { Read::Unreadable };
    };
    let is_of_another = domain_sid.is_some_and(|domain| !sid.is_in(domain));
    let sid = sid.to_string();
    // Groups such as Administrators have the same SID in every domain, so that one domain's would be taken for another's;
    // and what has the SID of another domain is no object of this one, whatever its directory says.
    if sid.starts_with(BUILTIN) || is_of_another {
        return Read::Other(sid);
    }
    let classes: Vec<&str> = entry.texts("objectClass").collect();
    let has = |class: &str| classes.iter().any(|known| known.eq_ignore_ascii_case(class));
    // A computer is a user as well, so it is asked first (MS-ADSC).
    let kind = match () {
        // A computer to Active Directory, but an account that services run as.
        () if has("msDS-GroupManagedServiceAccount") || has("msDS-ManagedServiceAccount") => return Read::Other(sid),
        () if has("computer") => ObjectKind::Computer,
        () if has("group") => ObjectKind::Group,
        () if has("user") => ObjectKind::User,
        () => return Read::Other(sid),
    };
    let Some(name) = entry.text("sAMAccountName") else { return Read::Other(sid) };
    let text = |attribute: &str| shortened(entry.text(attribute).unwrap_or_default());
    let mut object = DirectoryObject::new(kind, sid, domain, shortened(name), shortened(&entry.dn));
    object.guid =
        entry.bytes("objectGUID").and_then(|bytes| bytes.try_into().ok()).map_or_else(Cow::default, |bytes| Guid::from_bytes(bytes).to_string().into());
    object.display_name = text("displayName");
    object.principal_name = text("userPrincipalName");
    object.mail = text("mail");
    object.dns_name = shortened_again(in_lower_case(text("dNSHostName")));
    let (system, version) = (text("operatingSystem"), text("operatingSystemVersion"));
    object.operating_system = match (&*system, &*version) {
        (name, "") if name.trim() == name => system,
        _ => shortened(format!("{system} {version}").trim()).into_owned().into(),
    };
    object.disabled = disabled(entry, kind) == Some(true);
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
        Ok(text) => shortened(text).into_owned(),
        Err(_) => bytes.iter().take(VALUE_BYTES_MAX / 2).map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Without characters that no text has, and then cut at one, so that it is no longer than the reader of reports takes.
/// Control characters are for no reader; U+0000 no database keeps.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    // As nearly all are.
    if text.len() <= VALUE_BYTES_MAX && text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return text.into();
    }
    let text = text.replace(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r'), "\u{fffd}");
    let end = (0..=VALUE_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].to_owned().into()
}

/// What was changed after it was [`shortened`].
fn shortened_again(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Owned(text) => shortened(&text).into_owned().into(),
        text => text,
    }
}

/// A time in units of 100 ns since 1601 (MS-DTYP §2.3.3); none for what means never.
fn file_time(value: i64) -> Option<Timestamp> {
    (value > 0 && value < i64::MAX).then(|| Timestamp::from_micros(value / 10).plus_seconds(-EPOCH_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::super::reports::TOGETHER_BYTES;
    use super::*;
    use provost_wire::directory::DirectoryReport;
    use provost_wire::envelope::Kind;

    #[test]
    fn times_of_directories_are_read() {
        assert_eq!(file_time(116_444_736_000_000_000), Some(Timestamp::from_micros(0)));
        assert_eq!(file_time(131_000_000_000_000_000).map(|at| at.to_string()).as_deref(), Some("2016-02-15T08:53:20.000Z"));
        assert_eq!((file_time(0), file_time(i64::MAX)), (None, None));
    }

    #[test]
    fn the_largest_object_is_one_that_reports_may_hold() {
        for character in ["\"", "\0", "\u{1}", "\n", "\u{80}", "ä", "İ"] {
            let text = shortened(&shortened(&character.repeat(5000)).to_lowercase()).into_owned();
            let mut object = DirectoryObject::new(ObjectKind::Computer, "S-1-5-21-1-2-3-1104", "corp.example.test", &text, &text);
            for field in [&mut object.display_name, &mut object.principal_name, &mut object.mail, &mut object.dns_name] {
                *field = (&text).into();
            }
            let twice = format!("{text} {text}");
            object.operating_system = shortened(&twice);
            object.attributes = (0..64).map(|number| (format!("{number:064}"), vec![value(text.as_bytes()); VALUES_MAX])).collect();
            let report = DirectoryReport {
                method: "ad-system".to_owned(),
                run_id: 1,
                at: Timestamp::default(),
                objects: vec![object],
                repeated: 0,
                memberships: Vec::new(),
            };
            let body = report.to_bytes();
            assert_eq!(provost_wire::directory::parse(&body).map(|read| read.report), Ok(report));
            assert!(body.len() + TOGETHER_BYTES < Kind::Directory.body_bytes_max(), "{character:?} {}", body.len());
        }
    }

    #[test]
    fn a_sid_is_of_the_domain_that_gave_it() {
        let is_of = |sid: &str, domain: &str| sid.parse::<Sid>().expect("a SID").is_in(&domain.parse().expect("a SID"));
        assert!(is_of("S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3"));
        assert!(!is_of("S-1-5-21-1-2-33-1104", "S-1-5-21-1-2-3"));
        assert!(!is_of("S-1-5-21-1-2-3-4-1104", "S-1-5-21-1-2-3"));
    }

    #[test]
    fn values_are_text_and_bounded() {
        assert_eq!(value(b"a\0b"), "a\u{fffd}b");
        assert_eq!(value(&[0xff, 0x01]), "ff01");
        assert_eq!(value("ä".repeat(2000).as_bytes()).len(), VALUE_BYTES_MAX);
    }
}
