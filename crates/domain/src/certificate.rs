//! What is read of a certificate without checking it. Whether it is trusted, TLS decides; but libraries take an authority
//! that was pinned for good, however long ago it ran out.

use crate::Timestamp;
use std::fmt::Display;

/// The last moment of a certificate's validity (RFC 5280 §4.1.2.5); nothing when the bytes are no certificate.
#[must_use]
pub fn not_after(der: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(der)?;
    let (_, mut part, _) = element(certificate)?;
    // The version is left out by certificates of the first one; then come serial number, signature algorithm and issuer.
    let before = if part.first() == Some(&0xa0) { 4 } else { 3 };
    for _ in 0..before {
        part = element(part)?.2;
    }
    let (0x30, validity, _) = element(part)? else { return None };
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, text) = match tag {
        0x17 => (text.get(..2)?.parse::<i32>().ok().map(|y| if y < 50 { 2000 + y } else { 1900 + y })?, text.get(2..)?),
        0x18 => (text.get(..4)?.parse::<i32>().ok()?, text.get(4..)?),
        _ => return None,
    };
    let number = |from: usize| text.get(from..from + 2)?.parse::<u8>().ok();
    let date = time::Date::from_calendar_date(year, time::Month::try_from(number(0)?).ok()?, number(2)?).ok()?;
    let at = date.with_hms(number(4)?, number(6)?, number(8)?).ok()?.assume_utc();
    Some(Timestamp::default().plus_seconds(at.unix_timestamp()))
}

/// Of the certificates of a pinned authority those that have not ended: libraries ask such an authority for no dates. Both
/// an old and a new one may be pinned while one follows the other.
///
/// # Errors
/// Why there is none to trust: one cannot be read, all have ended, or there were none.
pub fn still_valid<C: AsRef<[u8]>, E: Display>(pinned: impl IntoIterator<Item = Result<C, E>>, now: Timestamp) -> Result<Vec<C>, String> {
    let (mut valid, mut ended) = (Vec::new(), None);
    for certificate in pinned {
        let certificate = certificate.map_err(|error| error.to_string())?;
        match not_after(certificate.as_ref()) {
            None => return Err("its end cannot be read".to_owned()),
            Some(end) if end < now => ended = Some(end),
            Some(_) => valid.push(certificate),
        }
    }
    match ended {
        _ if !valid.is_empty() => Ok(valid),
        Some(end) => Err(format!("it ended on {end}")),
        None => Err("it holds no certificate".to_owned()),
    }
}

/// The first DER element: tag, value, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let length = rest.get(..count).filter(|_| count <= 4)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        (length, &rest[count..])
    };
    Some((tag, rest.get(..length)?, &rest[length..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A certificate's outermost parts: an optional version, three fields, and a validity.
    fn certificate(version: bool, end: (u8, &[u8])) -> Vec<u8> {
        let wrap = |tag: u8, parts: &[Vec<u8>]| {
            let content = parts.concat();
            [vec![tag, u8::try_from(content.len()).expect("short")], content].concat()
        };
        let start = wrap(0x17, &[b"200101000000Z".to_vec()]);
        let validity = wrap(0x30, &[start, wrap(end.0, &[end.1.to_vec()])]);
        let mut parts = vec![wrap(0xa0, &[vec![2, 1, 2]]), vec![2, 1, 7], wrap(0x30, &[]), wrap(0x30, &[]), validity];
        if !version {
            parts.remove(0);
        }
        wrap(0x30, &[wrap(0x30, &parts)])
    }

    #[test]
    fn the_end_is_read_in_both_forms_and_both_versions() {
        let at = |seconds| Some(Timestamp::default().plus_seconds(seconds));
        for version in [true, false] {
            assert_eq!(not_after(&certificate(version, (0x17, b"210101000000Z"))), at(1_609_459_200));
            assert_eq!(not_after(&certificate(version, (0x18, b"20510101000000Z"))), at(2_556_144_000));
        }
        assert_eq!(not_after(&certificate(true, (0x17, b"991231235959Z"))), at(946_684_799), "a year of two digits from 50 on is of the last century");
        assert_eq!(not_after(&certificate(true, (0x17, b"219901000000Z"))), None);
        assert_eq!(not_after(&certificate(true, (0x17, b"2101010000Z"))), None);
    }

    #[test]
    fn of_a_pinned_authority_those_that_ended_are_left_out() {
        let (old, new) = (certificate(true, (0x17, b"210101000000Z")), certificate(true, (0x17, b"310101000000Z")));
        let end = |der: &[u8]| not_after(der).expect("an end");
        let pinned = |all: &[&Vec<u8>], now| still_valid(all.iter().map(|der| Ok::<_, String>((*der).clone())), now);
        assert_eq!(pinned(&[&old, &new], end(&old)), Ok(vec![old.clone(), new.clone()]), "up to its last second");
        assert_eq!(pinned(&[&old, &new], end(&old).plus_seconds(1)), Ok(vec![new.clone()]));
        assert_eq!(pinned(&[&old], end(&old).plus_seconds(1)), Err(format!("it ended on {}", end(&old))));
        assert_eq!(pinned(&[], end(&old)), Err("it holds no certificate".to_owned()));
        assert_eq!(pinned(&[&new, &b"no certificate".to_vec()], end(&old)), Err("its end cannot be read".to_owned()));
        assert_eq!(still_valid([Ok(new), Err("no PEM")], end(&old)), Err("no PEM".to_owned()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0usize..60) {
            let _ = not_after(&bytes);
            let whole = certificate(true, (0x17, b"210101000000Z"));
            prop_assert_eq!(not_after(&whole[..cut.min(whole.len() - 1)]), None);
        }
    }
}
