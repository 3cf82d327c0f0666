//! Who a client is to its domain, and in which groups: what a domain controller writes into each ticket (the PAC's logon
//! information, MS-PAC §2.5, in NDR).

use provost_sd::Sid;

/// Most groups that are read of each kind; a token of Windows has room for 1,024.
const GROUPS_MAX: u32 = 4096;
/// Most characters of a name.
const CHARACTERS_MAX: u32 = 1024;
/// Type serialization version 1, little-endian (MS-RPCE §2.2.6).
const HEADER: [u8; 8] = [1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc];
/// `SE_GROUP_ENABLED`, and `SE_GROUP_USE_FOR_DENY_ONLY` (MS-PAC §2.2.1).
const ENABLED: u32 = 0x4;
const DENY_ONLY: u32 = 0x10;

/// Who a client is, and in which groups at the time of its ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its security identifier.
    pub user: Sid,
    /// Its name within the domain.
    pub name: String,
    /// Its domain's short name.
    pub domain: String,
    /// Every group it is in, by way of others too: global and universal ones of its domain, what its forest adds, and
    /// domain-local ones of the service's domain.
    pub groups: Vec<Sid>,
}

impl Membership {
    /// Reads `KERB_VALIDATION_INFO`; `None` when it is none. Whether it may be believed is not told by the bytes.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let body = bytes.strip_prefix(&HEADER)?.get(8..)?;
        let mut reader = Reader { rest: body };
        reader.pointer()?;

        // The structure itself: what it points at follows in the order of the pointers.
        reader.skip(48)?; // six times
        let names = [(); 6].map(|()| reader.unicode());
        let [name, full_name, script, profile, home, drive] = names;
        reader.skip(4)?; // two counts of sign-ins
        let (user, primary_group) = (reader.number()?, reader.number()?);
        let groups = reader.counted()?;
        reader.skip(4 + 16)?; // flags, a session key that is not used with Kerberos
        let (server, domain) = (reader.unicode(), reader.unicode());
        let domain_sid = reader.pointer()?;
        reader.skip(8 + 4 + 4 + 8 + 8 + 4 + 4)?; // reserved, account control, what sub-authentication says
        let extra = reader.counted()?;
        let resource_domain_sid = reader.pointer()?;
        let resource_groups = reader.counted()?;

        let name = reader.text(name?)?;
        for skipped in [full_name?, script?, profile?, home?, drive?] {
            reader.text(skipped)?;
        }
        let groups = reader.relative_identifiers(groups)?;
        reader.text(server?)?;
        let domain = reader.text(domain?)?;
        let domain_sid = if domain_sid { reader.sid()? } else { return None };
        let extra = reader.identifiers(extra)?;
        let resource_domain_sid = if resource_domain_sid { Some(reader.sid()?) } else { None };
        let resource_groups = reader.relative_identifiers(resource_groups)?;

        let mut all = vec![domain_sid.with_rid(primary_group)?];
        for rid in groups {
            all.push(domain_sid.with_rid(rid)?);
        }
        all.extend(extra);
        for rid in resource_groups {
            all.push(resource_domain_sid.as_ref()?.with_rid(rid)?);
        }
        all.sort();
        all.dedup();
        Some(Self { user: domain_sid.with_rid(user)?, name, domain, groups: all })
    }

    /// Whether this is the client itself, or a group that it is in.
    #[must_use]
    pub fn is_or_is_in(&self, sid: &Sid) -> bool {
        self.user == *sid || self.groups.contains(sid)
    }
}

/// NDR with everything aligned to four bytes, as all of this structure is.
struct Reader<'a> {
    rest: &'a [u8],
}

/// A counted array that may be there: how many, and whether.
struct Counted {
    count: u32,
    present: bool,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*number))
    }

    fn pointer(&mut self) -> Option<bool> {
        self.number().map(|referent| referent != 0)
    }

    fn counted(&mut self) -> Option<Counted> {
        let count = self.number().filter(|count| *count <= GROUPS_MAX)?;
        Some(Counted { count, present: self.pointer()? })
    }

    /// `RPC_UNICODE_STRING`: its length in characters, and whether it is there.
    fn unicode(&mut self) -> Option<Counted> {
        let lengths = self.number()?;
        Some(Counted { count: (lengths & 0xffff) / 2, present: self.pointer()? })
    }

    /// What a `RPC_UNICODE_STRING` points at.
    fn text(&mut self, string: Counted) -> Option<String> {
        if !string.present {
            return Some(String::new());
        }
        let (_room, offset, length) = (self.number()?, self.number()?, self.number()?);
        if offset != 0 || length < string.count || length > CHARACTERS_MAX {
            return None;
        }
        let bytes = self.rest.get(..length as usize * 2)?;
        let characters = bytes.chunks_exact(2).take(string.count as usize).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text = char::decode_utf16(characters).collect::<Result<String, _>>().ok()?;
        self.skip((length as usize * 2).next_multiple_of(4))?;
        Some(text)
    }

    /// `GROUP_MEMBERSHIP`s that count.
    fn relative_identifiers(&mut self, array: Counted) -> Option<Vec<u32>> {
        let mut found = Vec::new();
        if array.present {
            (self.number()? == array.count).then_some(())?;
            for _ in 0..array.count {
                let (rid, attributes) = (self.number()?, self.number()?);
                found.extend(counts(attributes).then_some(rid));
            }
        }
        Some(found)
    }

    /// `KERB_SID_AND_ATTRIBUTES` that count.
    fn identifiers(&mut self, array: Counted) -> Option<Vec<Sid>> {
        let (mut heads, mut found) = (Vec::new(), Vec::new());
        if array.present {
            (self.number()? == array.count).then_some(())?;
            for _ in 0..array.count {
                heads.push((self.pointer()?, self.number()?));
            }
            for (present, attributes) in heads {
                let sid = if present { self.sid()? } else { return None };
                found.extend(counts(attributes).then_some(sid));
            }
        }
        Some(found)
    }

    fn sid(&mut self) -> Option<Sid> {
        // Room for so many sub-authorities, then the identifier, which says the same number again.
        let count = self.number().filter(|count| *count <= 15)?;
        let length = 8 + 4 * count as usize;
        let sid = self.rest.get(..length).filter(|bytes| u32::from(bytes[1]) == count)?;
        let sid = Sid::from_bytes(sid).ok()?;
        self.skip(length)?;
        Some(sid)
    }
}

const fn counts(attributes: u32) -> bool {
    attributes & ENABLED != 0 && attributes & DENY_ONLY == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Samba wrote it into a ticket for Ada, who is in Site Operators, which is in a domain-local group.
    const ADA: &[u8] = include_bytes!("membership/ada.ndr");

    fn sid(text: &str) -> Sid {
        text.parse().expect("a SID")
    }

    #[test]
    fn what_a_domain_controller_wrote_is_read() {
        let read = Membership::read(ADA).expect("a membership");
        assert_eq!((read.name.as_str(), read.domain.as_str()), ("ada", "CORP"));
        let domain = read.user.domain().expect("a domain");
        assert_eq!(domain, sid("S-1-5-21-1004336348-1177238915-682003330"));
        assert!(read.is_or_is_in(&read.user) && read.is_or_is_in(&domain.with_rid(513).expect("Domain Users")));
        assert!(!read.is_or_is_in(&domain.with_rid(512).expect("Domain Admins")));
        insta::assert_debug_snapshot!(read.groups);
    }

    #[test]
    fn what_is_cut_off_anywhere_is_none() {
        let end = ADA.iter().rposition(|byte| *byte != 0).expect("something") - 8;
        for length in 0..end {
            assert_eq!(Membership::read(&ADA[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn a_count_that_cannot_be_is_none() {
        for at in (16..ADA.len() - 4).step_by(4) {
            let mut changed = ADA.to_vec();
            changed[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
            // It comes back, whatever it says.
            let _ = Membership::read(&changed);
        }
        // The number of groups.
        let mut changed = ADA.to_vec();
        changed[16 + 4 + 48 + 48 + 4 + 8..][..4].copy_from_slice(&(GROUPS_MAX + 1).to_le_bytes());
        assert_eq!(Membership::read(&changed), None);
    }

    #[test]
    fn a_group_that_is_only_there_to_deny_is_not_counted() {
        assert!(counts(0x7) && !counts(0x3) && !counts(0x17));
    }
}
