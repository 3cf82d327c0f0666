//! What a discovery method found in a directory: records of many objects in one message, on their way through the
//! discovery inbox as every other record.

use crate::malformed::{Malformed, check_count, check_text};
use provost_domain::Timestamp;
use provost_domain::discovery::{DirectoryObject, Membership, ObjectDigest, guid_bytes, split_sid};
use serde::{Deserialize, Serialize};

/// Most objects of one report.
pub const OBJECTS_MAX: usize = 2000;
/// Most members of one membership; of a larger group the rest comes in further ones, none of which is complete.
pub const MEMBERS_MAX: usize = 100_000;
/// Most memberships of one report.
pub const MEMBERSHIPS_MAX: usize = 1000;
/// Longest distinguished name or value of an attribute, in bytes.
const TEXT_BYTES_MAX: usize = 4096;
/// Longest name, in bytes.
const NAME_BYTES_MAX: usize = 1024;
/// Most extra attributes of one object, and values of one of them.
const ATTRIBUTES_MAX: usize = 256;

/// What a report begins with, as this version writes it. One of an older version is JSON, and begins with a brace.
const FORM: u8 = 1;
/// Bytes before the objects: the form, and how many objects there are.
const HEAD_BYTES: usize = 5;

/// Records of what a method found. The order of fields, here and in what is in it, is the form that the first byte names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryReport<'t> {
    /// Id of the method.
    pub method: String,
    /// The run that found them.
    pub run_id: i64,
    /// When they were read.
    pub at: Timestamp,
    /// Objects, each SID once.
    #[serde(borrow)]
    pub objects: Vec<DirectoryObject<'t>>,
    /// How many of them the run reported before: it lost the domain controller that gave them, and the next gave them again.
    #[serde(default)]
    pub repeated: usize,
    /// Who is in which group.
    #[serde(default)]
    pub memberships: Vec<Membership>,
}

/// A report that was read, with what tells the states of its objects apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<'t> {
    /// What it says.
    pub report: DirectoryReport<'t>,
    /// Digests of its objects, in their order: each of the bytes by which this version writes the object.
    pub digests: Vec<ObjectDigest>,
}

/// What a report says besides its objects, behind them.
#[derive(Serialize, Deserialize)]
struct Rest<T, M> {
    method: T,
    run_id: i64,
    at: Timestamp,
    repeated: usize,
    memberships: M,
}

/// A report whose objects are written one by one: what is gathered is kept as it goes on disk, in one buffer for one report
/// after the other.
#[derive(Clone, Debug, Default)]
pub struct ObjectsWritten {
    count: u32,
    bytes: Vec<u8>,
}

impl ObjectsWritten {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count as usize
    }

    /// Their bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.is_empty() { 0 } else { self.bytes.len() }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds one.
    pub fn push(&mut self, object: &DirectoryObject<'_>) {
        if self.count == 0 {
            self.begin();
        }
        self.append(object);
        self.count += 1;
    }

    /// The bytes of the report with these objects, of which so many are repeated; it has none from then on.
    pub fn report(&mut self, method: &str, run_id: i64, at: Timestamp, repeated: usize, memberships: &[Membership]) -> &[u8] {
        if self.count == 0 {
            self.begin();
        }
        self.append(&Rest { method, run_id, at, repeated, memberships });
        let count = std::mem::take(&mut self.count).to_le_bytes();
        if let Some(head) = self.bytes.get_mut(1..HEAD_BYTES) {
            head.copy_from_slice(&count);
        }
        &self.bytes
    }

    fn begin(&mut self) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&[FORM]);
        // Until it is known how many they are.
        self.bytes.resize(HEAD_BYTES, 0);
    }

    /// Writes a value behind what is there. None of these can fail: the lengths of all are known. Were it otherwise, the reader
    /// would refuse the report.
    fn append(&mut self, value: &impl Serialize) {
        let bytes = std::mem::take(&mut self.bytes);
        self.bytes = postcard::to_extend(value, bytes).unwrap_or_default();
    }
}

impl DirectoryReport<'_> {
    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { method, run_id, at, objects, repeated, memberships } = self;
        let mut written = ObjectsWritten::default();
        objects.iter().for_each(|object| written.push(object));
        written.report(method, *run_id, *at, *repeated, memberships);
        written.bytes
    }
}

/// Reads a report and holds it to its bounds.
///
/// # Errors
/// When the bytes are not this shape or a bound is broken.
pub fn parse(bytes: &[u8]) -> Result<Read<'_>, Malformed> {
    let read = match bytes.first() {
        Some(&FORM) => read(bytes)?,
        _ => read_older(bytes)?,
    };
    check(&read.report)?;
    Ok(read)
}

/// Reads a report of this version.
fn read(bytes: &[u8]) -> Result<Read<'_>, Malformed> {
    let wrong = |error: postcard::Error| Malformed::new(format_args!("it is no report: {error}"));
    let ([_, count @ ..], mut rest) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or_else(|| wrong(postcard::Error::DeserializeUnexpectedEnd))?;
    let count = usize::try_from(u32::from_le_bytes(*count)).unwrap_or(usize::MAX);
    check_count("objects", count, OBJECTS_MAX)?;
    let (mut objects, mut digests) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for _ in 0..count {
        let (object, after) = postcard::take_from_bytes(rest).map_err(wrong)?;
        objects.push(object);
        digests.push(ObjectDigest::of(rest.get(..rest.len() - after.len()).unwrap_or_default()));
        rest = after;
    }
    let (Rest { method, run_id, at, repeated, memberships }, rest) = postcard::take_from_bytes(rest).map_err(wrong)?;
    if !rest.is_empty() {
        return Err(Malformed::new(format_args!("{} bytes are left behind it", rest.len())));
    }
    Ok(Read { report: DirectoryReport { method, run_id, at, objects, repeated, memberships }, digests })
}

/// Reads a report of an older version.
fn read_older(bytes: &[u8]) -> Result<Read<'_>, Malformed> {
    let report: DirectoryReport<'_> = serde_json::from_slice(bytes)?;
    let mut written = Vec::new();
    let digests = report.objects.iter().map(|object| {
        written.clear();
        written = postcard::to_extend(object, std::mem::take(&mut written)).unwrap_or_default();
        ObjectDigest::of(&written)
    });
    let digests = digests.collect();
    Ok(Read { report, digests })
}

/// Holds a report to its bounds.
fn check(report: &DirectoryReport<'_>) -> Result<(), Malformed> {
    let DirectoryReport { method, run_id: _, at: _, objects, repeated, memberships } = report;
    check_text("method", method, 64)?;
    check_count("objects", objects.len(), OBJECTS_MAX)?;
    check_count("repeated", *repeated, objects.len())?;
    check_count("memberships", memberships.len(), MEMBERSHIPS_MAX)?;
    for object in objects {
        check_sid("sid", &object.sid)?;
        if !object.guid.is_empty() && guid_bytes(&object.guid).is_none() {
            return Err(Malformed::new("guid holds what is no GUID"));
        }
        let names = [
            ("domain", &object.domain),
            ("account_name", &object.account_name),
            ("display_name", &object.display_name),
            ("principal_name", &object.principal_name),
            ("mail", &object.mail),
            ("dns_name", &object.dns_name),
            ("operating_system", &object.operating_system),
        ];
        for (field, text) in names {
            check_text(field, text, NAME_BYTES_MAX)?;
        }
        check_text("distinguished_name", &object.distinguished_name, TEXT_BYTES_MAX)?;
        check_count("attributes", object.attributes.len(), ATTRIBUTES_MAX)?;
        for (name, values) in &object.attributes {
            check_text("attributes", name, NAME_BYTES_MAX)?;
            check_count("attributes", values.len(), ATTRIBUTES_MAX)?;
            values.iter().try_for_each(|value| check_text("attributes", value, TEXT_BYTES_MAX))?;
        }
    }
    for membership in memberships {
        check_sid("group", &membership.group)?;
        check_text("name", &membership.name, NAME_BYTES_MAX)?;
        check_count("members", membership.members.len() + membership.beside.len(), MEMBERS_MAX)?;
        membership.members.iter().try_for_each(|member| check_sid("members", member))?;
    }
    Ok(())
}

/// A SID in its text form (MS-DTYP §2.4.2.1): at most 15 sub-authorities of ten digits. The last of them is kept as the number of
/// 32 bits that it is, so it is written as one.
fn check_sid(field: &str, text: &str) -> Result<(), Malformed> {
    let rest = text.strip_prefix("S-1-").filter(|rest| rest.len() <= 180);
    let parts = |rest: &str| {
        let mut before = b'-';
        let are = rest.bytes().all(|byte| {
            (byte.is_ascii_digit() || byte == b'-' && before != b'-') && {
                before = byte;
                true
            }
        });
        are && before != b'-'
    };
    if rest.is_some_and(parts) && split_sid(text).is_some() { Ok(()) } else { Err(Malformed::new(format_args!("{field} holds what is no SID"))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::discovery::{GroupScope, ObjectKind};

    fn report() -> DirectoryReport<'static> {
        let user = DirectoryObject::new(ObjectKind::User, "S-1-5-21-1-2-3-1104", "corp.example.test", "alice", "CN=Alice,DC=corp");
        let membership = Membership {
            group: "S-1-5-21-1-2-3-513".to_owned(),
            name: "x".to_owned(),
            security: true,
            beside: vec![1104],
            members: vec![user.sid.to_string()],
            complete: false,
            by_primary: true,
        };
        DirectoryReport { method: "ad-user".to_owned(), run_id: 7, at: Timestamp::default(), objects: vec![user], repeated: 1, memberships: vec![membership] }
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        assert_eq!(parse(&report().to_bytes()).map(|read| read.report), Ok(report()));
    }

    #[test]
    fn every_field_of_an_object_counts_in_its_digest() {
        let digest = |object: &DirectoryObject<'_>| {
            let report = DirectoryReport { objects: vec![object.clone()], repeated: 0, ..report() };
            parse(&report.to_bytes()).expect("a report").digests[0]
        };
        let changes: [fn(&mut DirectoryObject<'_>); 17] = [
            |o| o.kind = ObjectKind::Computer,
            |o| o.sid.to_mut().push('1'),
            |o| o.guid = "6f9619ff-8b86-d011-b42d-00c04fc964ff".into(),
            |o| o.domain.to_mut().push('1'),
            |o| o.account_name.to_mut().push('1'),
            |o| o.distinguished_name.to_mut().push('1'),
            |o| o.limited = true,
            |o| o.display_name.to_mut().push('1'),
            |o| o.principal_name.to_mut().push('1'),
            |o| o.mail.to_mut().push('1'),
            |o| o.dns_name.to_mut().push('1'),
            |o| o.operating_system.to_mut().push('1'),
            |o| o.scope = Some(GroupScope::Global),
            |o| o.disabled = true,
            |o| o.last_logon_at = Some(Timestamp::default()),
            |o| o.password_set_at = Some(Timestamp::default()),
            |o| drop(o.attributes.insert("department".to_owned(), vec![String::new()])),
        ];
        let user = report().objects.remove(0);
        let mut digests = vec![digest(&user)];
        assert_eq!(digests, [digest(&user)], "one that did not change has the digest that is known");
        for change in changes {
            let mut changed = user.clone();
            change(&mut changed);
            let digest = digest(&changed);
            assert!(!digests.contains(&digest), "{changed:?}");
            digests.push(digest);
        }
    }

    /// Reports that wait in an inbox are read by the next version: whoever changes what this is gives it a form of its own.
    #[test]
    fn the_form_stays() {
        let bytes: &[u8] = b"\x01\x01\0\0\0\x01\x13S-1-5-21-1-2-3-1104\0\x11corp.example.test\x05alice\x10CN=Alice,DC=corp\0\0\0\0\0\0\0\0\0\0\0\x07ad-user\x0e\0\x01\x01\x12S-1-5-21-1-2-3-513\x01x\x01\x01\xd0\x08\x01\x13S-1-5-21-1-2-3-1104\0\x01";
        assert_eq!(report().to_bytes(), bytes);
    }

    #[test]
    fn a_report_of_an_older_version_is_read() {
        let json = br#"{"objects":[{"kind":"user","sid":"S-1-5-21-1-2-3-1104","domain":"corp.example.test","account_name":"alice","distinguished_name":"CN=Alice,DC=corp"}],"method":"ad-user","run_id":7,"at":0,"repeated":1,"memberships":[{"group":"S-1-5-21-1-2-3-513","name":"x","security":true,"beside":[1104],"members":["S-1-5-21-1-2-3-1104"],"complete":false,"by_primary":true}]}"#;
        let digests = parse(&report().to_bytes()).expect("a report").digests;
        assert_eq!(parse(json), Ok(Read { report: report(), digests }), "its objects are those that are known");
    }

    #[test]
    fn whatever_is_cut_off_or_follows_is_no_report() {
        let bytes = report().to_bytes();
        for end in 0..bytes.len() {
            assert!(parse(&bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
        assert!(parse(&[&bytes[..], b"x"].concat()).is_err());
        let mut more = bytes;
        more[1..HEAD_BYTES].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(parse(&more).is_err(), "more objects than a report has");
    }

    #[test]
    fn a_report_whose_objects_were_written_one_by_one_is_the_same() {
        let mut expected = report();
        expected.repeated = 2;
        expected.objects.push(DirectoryObject::new(ObjectKind::Group, "S-1-5-21-1-2-3-1105", "corp.example.test", "a\"b", "CN=a\\\"b,DC=corp"));
        let mut written = ObjectsWritten::default();
        for _ in 0..2 {
            assert!(written.is_empty());
            expected.objects.iter().for_each(|object| written.push(object));
            assert_eq!(written.count(), 2);
            let bytes = written.report(&expected.method, expected.run_id, expected.at, 2, &expected.memberships);
            assert_eq!(parse(bytes).map(|read| read.report), Ok(expected.clone()));
        }
        expected.objects.clear();
        expected.repeated = 0;
        let bytes = written.report(&expected.method, expected.run_id, expected.at, 0, &expected.memberships);
        assert_eq!(parse(bytes).map(|read| read.report), Ok(expected));
    }

    #[test]
    fn bounds_hold() {
        let wrong: [fn(&mut DirectoryReport<'_>); 10] = [
            |r| r.repeated = 2,
            |r| r.objects[0].guid = "6f9619ff".into(),
            |r| r.objects[0].sid = "alice".into(),
            |r| r.objects[0].sid = format!("S-1-{}", "1-".repeat(100)).into(),
            |r| r.objects[0].sid = "S-1-5-21-1-2-3-4294967296".into(),
            |r| r.memberships[0].group = "S-1-5-21-1-2-3-0513".to_owned(),
            |r| r.objects[0].account_name = "a\0b".into(),
            |r| r.objects[0].distinguished_name = "x".repeat(TEXT_BYTES_MAX + 1).into(),
            |r| r.memberships[0].members[0] = "S-1--5".to_owned(),
            |r| r.objects = vec![r.objects[0].clone(); OBJECTS_MAX + 1],
        ];
        for change in wrong {
            let mut report = report();
            change(&mut report);
            assert!(parse(&report.to_bytes()).is_err());
        }
        let mut bytes = report().to_bytes();
        let at = bytes.windows(5).position(|five| five == b"alice").expect("a name");
        bytes[at] = 0xff;
        assert!(parse(&bytes).is_err(), "no text");
    }
}
