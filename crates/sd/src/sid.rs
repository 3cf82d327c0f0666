//! Security identifiers (MS-DTYP §2.4.2): who a principal is, whatever it is called.

use crate::bytes::{Bytes, Malformed};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Most sub-authorities that an identifier has.
const SUB_AUTHORITIES_MAX: usize = 15;
/// Authorities from here on are written in hexadecimal.
const HEXADECIMAL_FROM: u64 = 1 << 32;
/// Largest authority: it has 48 bits.
const AUTHORITY_MAX: u64 = (1 << 48) - 1;
/// Sub-authority of Samba's authority 22 under which user numbers stand.
const POSIX_USERS: u32 = 1;
/// The same for group numbers.
const POSIX_GROUPS: u32 = 2;

/// A security identifier: an authority and one to fifteen sub-authorities. Ordered by authority, then by sub-authorities.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sid {
    authority: u64,
    count: u8,
    /// Those beyond `count` are 0.
    sub_authorities: [u32; SUB_AUTHORITIES_MAX],
}

/// A text that is no [`Sid`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SidError;

impl fmt::Display for SidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a security identifier is S-1, an authority and one to fifteen numbers below 4294967296, such as S-1-5-32-544")
    }
}

impl std::error::Error for SidError {}

impl Sid {
    /// Of an authority and its sub-authorities.
    ///
    /// # Panics
    /// When there are no sub-authorities or more than fifteen, or the authority has more than 48 bits: for constants.
    #[must_use]
    pub const fn of(authority: u64, sub_authorities: &[u32]) -> Self {
        assert!(authority <= AUTHORITY_MAX, "an authority has 48 bits");
        assert!(!sub_authorities.is_empty() && sub_authorities.len() <= SUB_AUTHORITIES_MAX, "one to fifteen sub-authorities");
        let mut sid = Self { authority, count: sub_authorities.len() as u8, sub_authorities: [0; SUB_AUTHORITIES_MAX] };
        let mut index = 0;
        while index < sub_authorities.len() {
            sid.sub_authorities[index] = sub_authorities[index];
            index += 1;
        }
        sid
    }

    /// A user of a POSIX host, by number, in Samba's well-known form `S-1-22-1-<uid>`.
    #[must_use]
    pub const fn posix_user(uid: u32) -> Self {
        Self::of(22, &[POSIX_USERS, uid])
    }

    /// A group of a POSIX host, by number, in Samba's well-known form `S-1-22-2-<gid>`.
    #[must_use]
    pub const fn posix_group(gid: u32) -> Self {
        Self::of(22, &[POSIX_GROUPS, gid])
    }

    /// The number of a POSIX user; `None` for any other identifier.
    #[must_use]
    pub fn as_posix_user(&self) -> Option<u32> {
        match (self.authority, self.sub_authorities()) {
            (22, [POSIX_USERS, uid]) => Some(*uid),
            _ => None,
        }
    }

    /// The number of a POSIX group; `None` for any other identifier.
    #[must_use]
    pub fn as_posix_group(&self) -> Option<u32> {
        match (self.authority, self.sub_authorities()) {
            (22, [POSIX_GROUPS, gid]) => Some(*gid),
            _ => None,
        }
    }

    /// The authority, a number of 48 bits; 5 for Windows NT.
    #[must_use]
    pub const fn authority(&self) -> u64 {
        self.authority
    }

    /// The sub-authorities, one to fifteen.
    #[must_use]
    pub fn sub_authorities(&self) -> &[u32] {
        &self.sub_authorities[..usize::from(self.count)]
    }

    /// A principal of this domain, by its relative identifier; `None` when the domain's identifier is as long as it can be.
    #[must_use]
    pub fn with_rid(&self, rid: u32) -> Option<Self> {
        let mut sid = *self;
        *sid.sub_authorities.get_mut(usize::from(self.count))? = rid;
        sid.count += 1;
        Some(sid)
    }

    /// The relative identifier: the last sub-authority.
    #[must_use]
    pub fn rid(&self) -> u32 {
        self.sub_authorities().last().copied().unwrap_or_default()
    }

    /// What stands before the relative identifier: the domain of a domain's principal. `None` when nothing does.
    #[must_use]
    pub fn domain(&self) -> Option<Self> {
        let (_, before) = self.sub_authorities().split_last()?;
        (!before.is_empty()).then(|| Self::of(self.authority, before))
    }

    /// Whether it is that of a principal in `domain`.
    #[must_use]
    pub fn is_in(&self, domain: &Self) -> bool {
        self.domain().is_some_and(|own| own == *domain)
    }

    /// Reads the binary form, which must end where the identifier does.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = Bytes::new(bytes);
        let (sid, length) = Self::read(bytes)?;
        if length == bytes.len() { Ok(sid) } else { Err(bytes.malformed("bytes follow the security identifier", length)) }
    }

    /// Reads one from the start of `bytes`; with its length.
    pub(crate) fn read(bytes: Bytes<'_>) -> Result<(Self, usize), Malformed> {
        const SHORT: &str = "the security identifier is cut short";
        if bytes.byte(0, SHORT)? != 1 {
            return Err(bytes.malformed("the security identifier's revision is not 1", 0));
        }
        let count = bytes.byte(1, SHORT)?;
        if count == 0 || usize::from(count) > SUB_AUTHORITIES_MAX {
            return Err(bytes.malformed("the security identifier does not have one to fifteen sub-authorities", 1));
        }
        let authority = bytes.array::<6>(2, SHORT)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let mut sid = Self { authority, count, sub_authorities: [0; SUB_AUTHORITIES_MAX] };
        for (index, sub_authority) in sid.sub_authorities[..usize::from(count)].iter_mut().enumerate() {
            *sub_authority = bytes.double_word(8 + 4 * index, SHORT)?;
        }
        Ok((sid, sid.length()))
    }

    /// Length of the binary form in bytes.
    pub(crate) fn length(&self) -> usize {
        8 + 4 * usize::from(self.count)
    }

    /// The binary form, 12 to 68 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length());
        bytes.extend([1, self.count]);
        bytes.extend(&self.authority.to_be_bytes()[2..]);
        bytes.extend(self.sub_authorities().iter().flat_map(|sub_authority| sub_authority.to_le_bytes()));
        bytes
    }
}

impl FromStr for Sid {
    type Err = SidError;

    /// Numbers stand as they are written back: without sign or leading zeros.
    fn from_str(text: &str) -> Result<Self, SidError> {
        let mut parts = text.strip_prefix("S-1-").or_else(|| text.strip_prefix("s-1-")).ok_or(SidError)?.split('-');
        let authority = parts.next().ok_or(SidError)?;
        let authority = match authority.strip_prefix("0x").or_else(|| authority.strip_prefix("0X")) {
            Some(digits) if digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                u64::from_str_radix(digits, 16).ok().filter(|authority| *authority >= HEXADECIMAL_FROM).ok_or(SidError)?
            }
            Some(_) => return Err(SidError),
            None => u64::from(number(authority)?),
        };
        let mut sid = Self { authority, count: 0, sub_authorities: [0; SUB_AUTHORITIES_MAX] };
        for part in parts {
            *sid.sub_authorities.get_mut(usize::from(sid.count)).ok_or(SidError)? = number(part)?;
            sid.count += 1;
        }
        if sid.count == 0 { Err(SidError) } else { Ok(sid) }
    }
}

fn number(text: &str) -> Result<u32, SidError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().map_err(|_| SidError) } else { Err(SidError) }
}

/// Numbers with a hyphen before each, written from the last to the first.
struct Backwards {
    bytes: [u8; 11 * (SUB_AUTHORITIES_MAX + 1)],
    from: usize,
}

impl Default for Backwards {
    fn default() -> Self {
        let bytes = [0; 11 * (SUB_AUTHORITIES_MAX + 1)];
        Self { from: bytes.len(), bytes }
    }
}

impl Backwards {
    /// Puts a number before the others; there is room for one more than the sub-authorities that a SID has.
    fn number(&mut self, number: u32) {
        let mut rest = number;
        while let Some(at) = self.from.checked_sub(1) {
            self.from = at;
            self.bytes[at] = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if let Some(at) = self.from.checked_sub(1) {
            self.from = at;
            self.bytes[at] = b'-';
        }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(self.from..).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.authority >= HEXADECIMAL_FROM {
            write!(f, "S-1-0x{:012x}", self.authority)?;
            return self.sub_authorities().iter().try_for_each(|sub_authority| write!(f, "-{sub_authority}"));
        }
        // As nearly all are: every object that a directory gives is known by one, so it is written at once.
        let mut text = Backwards::default();
        self.sub_authorities().iter().rev().for_each(|sub_authority| text.number(*sub_authority));
        text.number(u32::try_from(self.authority).unwrap_or(u32::MAX));
        f.write_str("S-1")?;
        f.write_str(text.as_str())
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ord for Sid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.authority.cmp(&other.authority).then_with(|| self.sub_authorities().cmp(other.sub_authorities()))
    }
}

impl PartialOrd for Sid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::well_known;

    #[test]
    fn text_and_bytes_say_the_same() {
        let bytes = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
        assert_eq!(Sid::from_bytes(&bytes), Ok(well_known::ADMINISTRATORS));
        assert_eq!(well_known::ADMINISTRATORS.to_bytes(), bytes);
        assert_eq!("S-1-5-32-544".parse(), Ok(well_known::ADMINISTRATORS));
        let large: Sid = "S-1-0x0100000000ff-7".parse().expect("an authority of more than 32 bits");
        assert_eq!((large.authority(), large.to_string().as_str()), (0x0100_0000_00ff, "S-1-0x0100000000ff-7"));
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in
            ["", "S-1", "S-1-5", "S-2-5-1", "S-1-5-", "S-1-5-01", "S-1-5-+1", "S-1-5-4294967296", "S-1-0x05-1", "S-1-4294967296-1", " S-1-5-1", "S-1-5-1 "]
        {
            assert_eq!(text.parse::<Sid>(), Err(SidError), "{text}");
        }
        let sixteen = format!("S-1-5{}", "-1".repeat(16));
        assert_eq!(sixteen.parse::<Sid>(), Err(SidError));
        for bytes in [
            &[][..],
            &[1],
            &[2, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0],
            &[1, 0, 0, 0, 0, 0, 0, 5],
            &[1, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0],
            &[1, 16],
            &[1, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 9],
        ] {
            assert!(Sid::from_bytes(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_domain_and_a_relative_identifier_make_a_principal() {
        let domain: Sid = "S-1-5-21-1-2-3".parse().expect("a domain");
        let admins = domain.with_rid(512).expect("room");
        assert_eq!(admins.to_string(), "S-1-5-21-1-2-3-512");
        assert_eq!((admins.rid(), admins.domain()), (512, Some(domain)));
        assert!(admins.is_in(&domain) && !domain.is_in(&domain));
        let full: Sid = format!("S-1-5{}", "-1".repeat(15)).parse().expect("fifteen");
        assert_eq!(full.with_rid(1), None);
        assert_eq!(well_known::EVERYONE.domain(), None);
    }

    #[test]
    fn posix_accounts_have_sambas_form() {
        assert_eq!(Sid::posix_user(1000).to_string(), "S-1-22-1-1000");
        assert_eq!(Sid::posix_group(4).to_string(), "S-1-22-2-4");
        assert_eq!((Sid::posix_user(7).as_posix_user(), Sid::posix_user(7).as_posix_group()), (Some(7), None));
        assert_eq!((Sid::posix_group(7).as_posix_user(), Sid::posix_group(7).as_posix_group()), (None, Some(7)));
    }

    #[test]
    fn identifiers_are_ordered_by_number_not_by_text() {
        let mut sids: Vec<Sid> = ["S-1-5-32-544", "S-1-5-9", "S-1-5-21-1-2-3-1000", "S-1-1-0", "S-1-5-21-1-2-3", "S-1-5-21-1-2-3-512"]
            .map(|text| text.parse().expect("a SID"))
            .into();
        sids.sort();
        assert_eq!(
            sids.iter().map(Sid::to_string).collect::<Vec<_>>(),
            ["S-1-1-0", "S-1-5-9", "S-1-5-21-1-2-3", "S-1-5-21-1-2-3-512", "S-1-5-21-1-2-3-1000", "S-1-5-32-544"]
        );
    }

    #[test]
    fn a_sid_is_written_as_its_numbers_are() {
        for authority in [0, 5, 4_294_967_295, HEXADECIMAL_FROM, AUTHORITY_MAX] {
            for numbers in [&[0][..], &[u32::MAX; SUB_AUTHORITIES_MAX], &[21, 1_004_336_348, 10, 0, 1104]] {
                let sid = Sid::of(authority, numbers);
                let texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
                let expected = if authority < HEXADECIMAL_FROM { authority.to_string() } else { format!("0x{authority:012x}") };
                assert_eq!(sid.to_string(), format!("S-1-{expected}-{}", texts.join("-")));
                assert_eq!(sid.to_string().parse(), Ok(sid));
            }
        }
    }
}
