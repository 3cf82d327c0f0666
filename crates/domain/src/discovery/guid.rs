//! `objectGUID` as text and as bytes.

/// The 16 bytes of a GUID that is written as `8-4-4-4-12` hexadecimal digits, in the order of the digits; none of any other text.
#[must_use]
pub fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let hyphenated = Some(text).filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH);
    hyphenated.and_then(|text| uuid::Uuid::try_parse(text).ok()).map(uuid::Uuid::into_bytes)
}

/// The text of the GUID with these bytes, in lower case.
#[must_use]
pub fn guid_text(bytes: [u8; 16]) -> String {
    uuid::Uuid::from_bytes(bytes).hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_the_same_after_its_bytes() {
        let text = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
        let bytes = guid_bytes(text).expect("a GUID");
        assert_eq!(bytes[..4], [0x6f, 0x96, 0x19, 0xff], "in the order of the digits, and not of the wire");
        assert_eq!(guid_text(bytes), text);
        assert_eq!(guid_bytes(&text.to_uppercase()), Some(bytes));
        for wrong in ["", "guid", "6f9619ff8b86d011b42d00c04fc964ff", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "6f9619ff-8b86-d011-b42d-00c04fc964fg"] {
            assert_eq!(guid_bytes(wrong), None, "{wrong:?}");
        }
    }
}
