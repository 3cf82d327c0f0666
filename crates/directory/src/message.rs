//! The form of LDAP messages that come from a server (RFC 4511 §4.1.1), checked before anything else reads them: bounded in
//! length and depth, an id, an operation that a server may send in the shape that it has, controls in theirs.

use crate::ber::{BOOLEAN, CONSTRUCTED, ENUMERATED, Elements, Header, INTEGER, OCTETS, SEQUENCE, SET, header, number};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Most bytes of one message. Active Directory gives at most 1,500 values of an attribute at a time.
pub(crate) const BYTES_MAX: usize = 16 << 20;
/// Most elements around an element; LDAP needs six.
const DEPTH_MAX: usize = 10;

pub(crate) const SEARCH_ENTRY: u8 = 0x64;
const SEARCH_REFERENCE: u8 = 0x73;
const INTERMEDIATE: u8 = 0x79;
const CONTROLS: u8 = 0xa0;
/// Answers that are a result: to bind, search, modify, add, delete, rename, compare, extended.
const RESULTS: [u8; 8] = [0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78];

const STEP: &str = "read";

/// Bytes of the message at the front, when they are all there.
///
/// # Errors
/// [`Outcome::Broken`] when it is no message, or too long.
pub fn whole(bytes: &[u8]) -> Result<Option<usize>, Failure> {
    match header(bytes) {
        Header::Incomplete => Ok(None),
        Header::Of { tag: SEQUENCE, header, content } if content <= BYTES_MAX => Ok((bytes.len() - header >= content).then_some(header + content)),
        Header::Of { tag: SEQUENCE, content, .. } => Err(broken(format!("a message of {content} bytes; at most {BYTES_MAX} are read"))),
        Header::Of { .. } | Header::Invalid => Err(broken("what comes is no LDAP message")),
    }
}

/// Checks the form of one whole message.
///
/// # Errors
/// [`Outcome::Broken`] with what is wrong.
pub fn check(message: &[u8]) -> Result<(), Failure> {
    // Of an entry, every element is looked at for its form or as what a later version of LDAP may add; of other messages not all are.
    if !is_entry(message) {
        nested(message, DEPTH_MAX).ok_or_else(|| broken("elements of a message do not fit into it"))?;
    }
    shaped(message).ok_or_else(|| broken("a message is not of the form that it should have"))
}

/// Whether a whole message is an entry that a search found.
pub(crate) fn is_entry(message: &[u8]) -> bool {
    let inner = Elements(message).tagged(SEQUENCE).map(Elements);
    inner.and_then(|mut inner| inner.tagged(INTEGER).and_then(|_| inner.any())).is_some_and(|(operation, _)| operation == SEARCH_ENTRY)
}

fn broken(what: impl std::fmt::Display) -> Failure {
    Failure::new(Outcome::Broken, STEP, what)
}

/// Whether every element fits into the one around it, to a bounded depth.
fn nested(bytes: &[u8], depth: usize) -> Option<()> {
    let mut elements = Elements(bytes);
    while !elements.is_empty() {
        let (tag, content) = elements.any()?;
        if tag & CONSTRUCTED != 0 {
            nested(content, depth.checked_sub(1)?)?;
        }
    }
    Some(())
}

fn shaped(message: &[u8]) -> Option<()> {
    let mut outer = Elements(message);
    let mut inner = Elements(outer.tagged(SEQUENCE)?);
    let id = inner.tagged(INTEGER)?;
    if !outer.is_empty() || id.len() > 4 || number(id)? < 0 {
        return None;
    }
    let (operation, content) = inner.any()?;
    let mut content = Elements(content);
    match operation {
        SEARCH_ENTRY => {
            text(&mut content)?;
            let mut attributes = Elements(content.tagged(SEQUENCE)?);
            while !attributes.is_empty() {
                let mut attribute = Elements(attributes.tagged(SEQUENCE)?);
                text(&mut attribute)?;
                let mut values = Elements(attribute.tagged(SET)?);
                while !values.is_empty() {
                    values.tagged(OCTETS)?;
                }
                nested(attribute.0, DEPTH_MAX)?;
            }
            nested(content.0, DEPTH_MAX)?;
        }
        SEARCH_REFERENCE => {
            while !content.is_empty() {
                text(&mut content)?;
            }
        }
        INTERMEDIATE => {}
        result if RESULTS.contains(&result) => {
            content.tagged(ENUMERATED).and_then(number)?;
            text(&mut content)?;
            text(&mut content)?;
            while !content.is_empty() {
                content.any()?;
            }
        }
        _ => return None,
    }
    // Active Directory's notice of disconnection has its name here, outside of where it belongs.
    if let Some(controls) = inner.tagged(CONTROLS) {
        let mut controls = Elements(controls);
        while !controls.is_empty() {
            let mut control = Elements(controls.tagged(SEQUENCE)?);
            text(&mut control)?;
            if let Some(critical) = control.tagged(BOOLEAN) {
                critical.first()?;
            }
            control.tagged(OCTETS);
            control.is_empty().then_some(())?;
        }
    }
    nested(inner.0, DEPTH_MAX)
}

fn text(elements: &mut Elements<'_>) -> Option<()> {
    std::str::from_utf8(elements.tagged(OCTETS)?).ok().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::put;
    use proptest::prelude::*;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, tag, &parts.concat());
        bytes
    }

    fn entry(name: &[u8]) -> Vec<u8> {
        let values = element(SET, &[&element(OCTETS, &[b"\xff\xfe"])]);
        let attribute = element(SEQUENCE, &[&element(OCTETS, &[name]), &values]);
        let operation = element(SEARCH_ENTRY, &[&element(OCTETS, &[b"CN=a"]), &element(SEQUENCE, &[&attribute])]);
        element(SEQUENCE, &[&element(INTEGER, &[&[5]]), &operation])
    }

    #[test]
    fn messages_as_servers_send_them_pass() {
        assert_eq!(check(&entry(b"objectGUID")), Ok(()));
        let result = element(0x65, &[&element(ENUMERATED, &[&[0]]), &element(OCTETS, &[]), &element(OCTETS, &[])]);
        let control = element(SEQUENCE, &[&element(OCTETS, &[b"1.2.840.113556.1.4.319"]), &element(OCTETS, &[b"x"])]);
        let message = element(SEQUENCE, &[&element(INTEGER, &[&[5]]), &result, &element(CONTROLS, &[&control])]);
        assert_eq!(check(&message), Ok(()));
        assert_eq!(whole(&message), Ok(Some(message.len())));
        assert_eq!(whole(&message[..message.len() - 1]), Ok(None));
    }

    #[test]
    fn what_a_later_ldap_may_add_to_an_entry_has_to_fit_into_it() {
        let name = element(OCTETS, &[b"objectGUID"]);
        let values = element(SET, &[&element(OCTETS, &[b"x"])]);
        let (fits, does_not) = (element(0xa5, &[&element(OCTETS, &[b"more"])]), element(0xa5, &[&[OCTETS, 9, 1]]));
        let nothing = Vec::new();
        let with = |in_attribute: &[u8], in_entry: &[u8], in_message: &[u8]| {
            let attribute = element(SEQUENCE, &[&name, &values, in_attribute]);
            let operation = element(SEARCH_ENTRY, &[&element(OCTETS, &[b"CN=a"]), &element(SEQUENCE, &[&attribute]), in_entry]);
            check(&element(SEQUENCE, &[&element(INTEGER, &[&[5]]), &operation, in_message])).is_ok()
        };
        assert!(with(&nothing, &nothing, &nothing) && with(&fits, &fits, &fits));
        assert!(!with(&does_not, &nothing, &nothing));
        assert!(!with(&nothing, &does_not, &nothing));
        assert!(!with(&nothing, &nothing, &does_not));
    }

    #[test]
    fn what_no_server_sends_is_refused() {
        assert!(check(&entry(b"\xff")).is_err(), "a name that is no text");
        assert!(check(&element(SEQUENCE, &[])).is_err(), "nothing inside");
        assert!(check(&element(SEQUENCE, &[&element(INTEGER, &[&[5]])])).is_err(), "no operation");
        let request = element(SEQUENCE, &[&element(INTEGER, &[&[5]]), &element(0x63, &[])]);
        assert!(check(&request).is_err(), "an operation that only clients ask for");
        let mut deep = Vec::new();
        for _ in 0..100_000 {
            deep.extend_from_slice(&[0x30, 0x84, 0, 0x7f, 0xff, 0xff]);
        }
        assert!(check(&deep).is_err(), "nested without end");
        assert!(whole(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]).is_err(), "absurdly long");
        assert!(whole(b"HTTP/1.1 400 Bad Request").is_err(), "another protocol");
    }

    proptest! {
        #[test]
        fn a_changed_message_is_refused_or_passes_without_harm(at in 0usize..60, byte in any::<u8>()) {
            let mut message = entry(b"description");
            let at = at % message.len();
            message[at] = byte;
            let _ = (whole(&message), check(&message));
        }
    }
}
