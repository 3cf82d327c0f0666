//! Controls of Active Directory (MS-ADTS §3.1.1.3.4.1) in the form that `ldap3` sends.

use crate::ber::{Elements, INTEGER, OCTETS, SEQUENCE, number, put, put_number};
use ldap3::LdapResult;
use ldap3::controls::RawControl;

const PAGED: &str = "1.2.840.113556.1.4.319";
const DIR_SYNC: &str = "1.2.840.113556.1.4.841";
const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";
const DESCRIPTOR_PARTS: &str = "1.2.840.113556.1.4.801";
const EXTENDED_NAMES: &str = "1.2.840.113556.1.4.529";

/// GUIDs and SIDs in names are texts, and not digits of their bytes.
const AS_TEXTS: i64 = 1;

/// Objects are given as far as the account may read them, so that nobody needs the right to replicate (security.md RC-L17).
const OBJECT_SECURITY: i64 = 1;

/// Asks for a page (RFC 2696).
pub(crate) fn page(size: i64, cookie: &[u8]) -> RawControl {
    control(PAGED, |value| {
        put_number(value, INTEGER, size);
        put(value, OCTETS, cookie);
    })
}

/// Asks for what changed since a cookie.
pub(crate) fn dir_sync(bytes_max: i64, cookie: &[u8]) -> RawControl {
    control(DIR_SYNC, |value| {
        put_number(value, INTEGER, OBJECT_SECURITY);
        put_number(value, INTEGER, bytes_max);
        put(value, OCTETS, cookie);
    })
}

/// Asks for deleted objects too.
pub(crate) fn show_deleted() -> RawControl {
    RawControl { ctype: SHOW_DELETED.to_owned(), crit: true, val: None }
}

/// Asks for these parts of descriptors (MS-ADTS §3.1.1.3.4.1.11).
pub(crate) fn descriptor_parts(parts: i64) -> RawControl {
    control(DESCRIPTOR_PARTS, |value| put_number(value, INTEGER, parts))
}

/// Asks for names with GUID and SID before them (MS-ADTS §3.1.1.3.4.1.5). A server that does not know it gives names alone.
pub(crate) fn extended_names() -> RawControl {
    RawControl { crit: false, ..control(EXTENDED_NAMES, |value| put_number(value, INTEGER, AS_TEXTS)) }
}

fn control(name: &str, fill: impl FnOnce(&mut Vec<u8>)) -> RawControl {
    let mut content = Vec::new();
    fill(&mut content);
    let mut value = Vec::new();
    put(&mut value, SEQUENCE, &content);
    RawControl { ctype: name.to_owned(), crit: true, val: Some(value) }
}

/// The cookie of the next page; empty after the last. None when the server did not answer the control.
pub(crate) fn next_page(result: &LdapResult) -> Option<Vec<u8>> {
    let mut elements = Elements(Elements(value(result, PAGED)?).tagged(SEQUENCE)?);
    elements.tagged(INTEGER)?;
    elements.tagged(OCTETS).map(<[u8]>::to_vec)
}

/// Whether more changes are to be fetched, and the cookie to fetch them with.
pub(crate) fn next_changes(result: &LdapResult) -> Option<(bool, Vec<u8>)> {
    read_changes(value(result, DIR_SYNC)?)
}

/// Reads what comes with DirSync's answer.
pub fn read_changes(value: &[u8]) -> Option<(bool, Vec<u8>)> {
    let mut elements = Elements(Elements(value).tagged(SEQUENCE)?);
    let more = number(elements.tagged(INTEGER)?)? != 0;
    elements.tagged(INTEGER)?;
    let cookie = elements.tagged(OCTETS)?.to_vec();
    elements.is_empty().then_some((more, cookie))
}

fn value<'a>(result: &'a LdapResult, name: &str) -> Option<&'a [u8]> {
    result.ctrls.iter().find(|control| control.1.ctype == name)?.1.val.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_written_as_its_page_says() {
        assert_eq!(page(1000, b"ab").val.expect("a value"), [0x30, 8, 2, 2, 3, 0xe8, 4, 2, b'a', b'b']);
    }

    #[test]
    fn changes_are_read_and_anything_else_is_not() {
        assert_eq!(read_changes(&[0x30, 9, 2, 1, 1, 2, 1, 0, 4, 1, 7]), Some((true, vec![7])));
        assert_eq!(read_changes(&[0x30, 9, 2, 1, 1, 2, 1, 0, 4, 2, 7]), None);
        assert_eq!(read_changes(&[]), None);
    }
}
