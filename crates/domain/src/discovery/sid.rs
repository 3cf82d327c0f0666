//! What a SID begins with, and what it ends with.

/// Divides a SID in its text form (MS-DTYP §2.4.2.1) before its last number, the relative identifier, which has 32 bits: what it
/// begins with, the last hyphen included, is its domain's, or an authority's, and the same for many. None when the last number is
/// none, or is not written as it would be.
///
/// ```
/// use provost_domain::discovery::split_sid;
/// assert_eq!(split_sid("S-1-5-21-1-2-3-1104"), Some(("S-1-5-21-1-2-3-", 1104)));
/// assert_eq!(split_sid("S-1-5-21-1-2-3-01104"), None);
/// ```
#[must_use]
pub fn split_sid(sid: &str) -> Option<(&str, u32)> {
    let at = sid.rfind('-')? + 1;
    let (beginning, last) = (sid.get(..at)?, sid.get(at..)?);
    let is_canonical = last.bytes().all(|byte| byte.is_ascii_digit()) && (last == "0" || !last.starts_with('0'));
    last.parse().ok().filter(|_| is_canonical).map(|rid| (beginning, rid))
}

#[cfg(test)]
mod tests {
    use super::split_sid;

    #[test]
    fn a_sid_is_what_it_begins_with_and_a_number() {
        assert_eq!(split_sid("S-1-5-21-1-2-3-1104"), Some(("S-1-5-21-1-2-3-", 1104)));
        assert_eq!(split_sid("S-1-5-4294967295"), Some(("S-1-5-", u32::MAX)));
        assert_eq!(split_sid("S-1-0"), Some(("S-1-", 0)));
        for other in ["", "S", "S-1-", "S-1-5-4294967296", "S-1-5-05", "S-1-5-+5", "S-1-5-a"] {
            assert_eq!(split_sid(other), None, "{other:?}");
        }
    }
}
