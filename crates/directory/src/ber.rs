//! BER as LDAP uses it (RFC 4511 §5.1): definite lengths and tags of one byte. Nothing is read beyond what is there.

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// The bit of a tag that says that elements are inside.
pub(crate) const CONSTRUCTED: u8 = 0x20;

/// What stands at the front of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// Too few bytes to tell.
    Incomplete,
    /// No BER as LDAP uses it.
    Invalid,
    /// An element.
    Of {
        /// Its tag.
        tag: u8,
        /// Bytes of tag and length.
        header: usize,
        /// Bytes of content.
        content: usize,
    },
}

/// Reads tag and length.
pub(crate) fn header(bytes: &[u8]) -> Header {
    let (Some(&tag), Some(&first)) = (bytes.first(), bytes.get(1)) else { return Header::Incomplete };
    // Tags of more than one byte do not occur in LDAP.
    if tag & 0x1f == 0x1f {
        return Header::Invalid;
    }
    if first < 0x80 {
        return Header::Of { tag, header: 2, content: usize::from(first) };
    }
    let count = usize::from(first & 0x7f);
    // 0x80 is the indefinite length, which LDAP forbids; Active Directory always writes four bytes.
    if count == 0 || count > 4 {
        return Header::Invalid;
    }
    match bytes.get(2..2 + count) {
        None => Header::Incomplete,
        Some(length) => Header::Of { tag, header: 2 + count, content: length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)) },
    }
}

/// Reads elements one after another.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a>(pub(crate) &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element's tag and content; none at the end, and where the bytes are no element.
    pub(crate) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let Header::Of { tag, header, content } = header(self.0) else { return None };
        let end = header.checked_add(content)?;
        let inside = self.0.get(header..end)?;
        self.0 = &self.0[end..];
        Some((tag, inside))
    }

    /// The content of the next element when it has this tag.
    pub(crate) fn tagged(&mut self, tag: u8) -> Option<&'a [u8]> {
        let before = self.0;
        match self.any() {
            Some((found, inside)) if found == tag => Some(inside),
            _ => {
                self.0 = before;
                None
            }
        }
    }

    /// Whether nothing is left.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A number of at most eight bytes.
pub(crate) fn number(content: &[u8]) -> Option<i64> {
    let first = *content.first()?;
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    (content.len() <= 8).then(|| content.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// Appends an element. `into` has room for it where what is written is a secret: nothing is moved then.
pub(crate) fn put(into: &mut Vec<u8>, tag: u8, content: &[u8]) {
    put_header(into, tag, content.len());
    into.extend_from_slice(content);
}

/// Appends tag and length.
pub(crate) fn put_header(into: &mut Vec<u8>, tag: u8, length: usize) {
    into.push(tag);
    let bytes = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    match length {
        0..0x80 => into.push(bytes[3]),
        _ => {
            let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
            into.push(0x80 | u8::try_from(4 - skipped).unwrap_or(4));
            into.extend_from_slice(&bytes[skipped..]);
        }
    }
}

/// Appends a number.
pub(crate) fn put_number(into: &mut Vec<u8>, tag: u8, number: i64) {
    let bytes = number.to_be_bytes();
    let needless = |at: usize| bytes[at] == if number < 0 { 0xff } else { 0 } && (bytes[at + 1] & 0x80 != 0) == (number < 0);
    let skipped = (0..7).take_while(|at| needless(*at)).count();
    put(into, tag, &bytes[skipped..]);
}

/// Bytes that tag and length take for so much content.
pub(crate) const fn header_length(content: usize) -> usize {
    match content {
        0..0x80 => 2,
        0x80..0x100 => 3,
        0x100..0x1_0000 => 4,
        0x1_0000..0x100_0000 => 5,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in 0u8..0x1f, length in prop_oneof![0usize..300, 65_000usize..66_000], n in any::<i64>()) {
            let content = vec![7; length];
            let mut bytes = Vec::new();
            put(&mut bytes, tag, &content);
            prop_assert_eq!(bytes.len(), header_length(content.len()) + content.len());
            put_number(&mut bytes, INTEGER, n);
            let mut elements = Elements(&bytes);
            prop_assert_eq!(elements.any(), Some((tag, content.as_slice())));
            prop_assert_eq!(elements.tagged(OCTETS), None);
            prop_assert_eq!(elements.tagged(INTEGER).and_then(number), Some(n));
            prop_assert!(elements.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut elements = Elements(&bytes);
            while let Some((_, content)) = elements.any() {
                let _ = number(content);
            }
        }
    }

    #[test]
    fn lengths_that_ldap_forbids_are_refused() {
        assert_eq!(header(&[0x30, 0x80]), Header::Invalid);
        assert_eq!(header(&[0x30, 0x85, 1, 1, 1, 1, 1]), Header::Invalid);
        assert_eq!(header(&[0x1f, 1]), Header::Invalid);
        assert_eq!(header(&[0x30, 0x84, 0, 0]), Header::Incomplete);
        assert_eq!(header(&[0x30, 0x84, 0, 0, 0, 5]), Header::Of { tag: 0x30, header: 6, content: 5 });
        assert_eq!(Elements(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 0]).any(), None);
    }

    #[test]
    fn numbers_take_no_byte_too_many() {
        let written = |n| {
            let mut bytes = Vec::new();
            put_number(&mut bytes, INTEGER, n);
            bytes
        };
        assert_eq!(written(0), [2, 1, 0]);
        assert_eq!(written(127), [2, 1, 127]);
        assert_eq!(written(128), [2, 2, 0, 128]);
        assert_eq!(written(-1), [2, 1, 0xff]);
        assert_eq!(written(-129), [2, 2, 0xff, 0x7f]);
    }
}
