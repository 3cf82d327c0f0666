//! The Security Account Manager of a host (MS-SAMR): which of its local groups somebody is in, nested ones too. The host is asked
//! with everything that a sign-in is, so that it follows memberships itself.

use crate::client::Client;
use crate::ndr::{Handle, Reader, Writer};
use crate::pdu::Interface;
use crate::refusal::{broken, refused, status};
use crate::session::Session;
use provost_domain::Failure;
use provost_sd::{Sid, well_known};

const PIPE: &str = "samr";
/// 12345778-1234-abcd-ef00-0123456789ac, version 1.
const SAM: Interface = Interface { identifier: [0x78, 0x57, 0x34, 0x12, 0x34, 0x12, 0xcd, 0xab, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xac], version: 1 };

/// Operations (MS-SAMR §3.1.5).
mod operation {
    pub(super) const LOOKUP_DOMAIN: u16 = 5;
    pub(super) const ENUMERATE_DOMAINS: u16 = 6;
    pub(super) const OPEN_DOMAIN: u16 = 7;
    pub(super) const GET_ALIAS_MEMBERSHIP: u16 = 16;
    pub(super) const LOOKUP_IDS: u16 = 18;
    pub(super) const CONNECT_5: u16 = 64;
}

/// `SAM_SERVER_CONNECT | SAM_SERVER_ENUMERATE_DOMAINS | SAM_SERVER_LOOKUP_DOMAIN` (MS-SAMR §2.2.1.3).
const SERVER_ACCESS: u32 = 0x0000_0001 | 0x0000_0010 | 0x0000_0020;
/// `DOMAIN_GET_ALIAS_MEMBERSHIP | DOMAIN_LOOKUP` (MS-SAMR §2.2.1.4).
const DOMAIN_ACCESS: u32 = 0x0000_0080 | 0x0000_0200;
/// Most bytes of names of domains that are asked for.
const DOMAINS_BYTES: u32 = 0x1000;
/// Most names that are asked for at once (MS-SAMR §3.1.5.11.3).
const NAMES_MAX: usize = 1000;
/// Bytes of a number, and of a domain's entry, in an array.
const NUMBER: usize = 4;
const ENTRY: usize = 12;
/// The domain of built-in groups.
const BUILTIN: &str = "S-1-5-32";

/// A local group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalGroup {
    /// Its identifier.
    pub sid: Sid,
    /// Its name; none for a built-in one, which has the same everywhere, or when the host tells none.
    pub name: Option<String>,
}

/// The local groups of `session`'s host that whoever is all of `token` is in.
///
/// # Errors
/// [`provost_domain::outcome::Outcome::LacksRight`] when the account may not know; else as [`Failure`] tells.
pub async fn local_groups(session: &Session, token: &[Sid]) -> Result<Vec<LocalGroup>, Failure> {
    let mut client = Client::open(session, PIPE, SAM).await?;
    let mut values = Writer::default();
    // No name of a server; version 1, with revision 3 and no further features (MS-SAMR §2.2.7.15).
    values.null().u32(SERVER_ACCESS).u32(1).u32(1).u32(3).u32(0);
    let answer = client.call(operation::CONNECT_5, &values.into_bytes()).await?;
    let mut reader = Reader::new(&answer);
    for _ in 0..4 {
        reader.u32()?;
    }
    let server = handle(&mut reader, "connect (SamrConnect5)")?;
    let builtin: Sid = BUILTIN.parse().map_err(|error| broken("ask for groups", error))?;
    let mut groups = Vec::new();
    for domain in domains(&mut client, &server).await? {
        let sid = lookup(&mut client, &server, &domain).await?;
        let mut values = Writer::default();
        values.handle(&server).u32(DOMAIN_ACCESS).sid(&sid);
        let answer = client.call(operation::OPEN_DOMAIN, &values.into_bytes()).await?;
        let handle = handle(&mut Reader::new(&answer), "open a domain (SamrOpenDomain)")?;
        let rids = memberships(&mut client, &handle, token).await?;
        let names = if sid == builtin || rids.is_empty() { vec![None; rids.len()] } else { names(&mut client, &handle, &rids).await? };
        for (rid, name) in rids.into_iter().zip(names) {
            let sid =
                if sid == builtin { well_known::builtin(rid) } else { sid.with_rid(rid).ok_or_else(|| broken("ask for groups", "a domain that is none"))? };
            groups.push(LocalGroup { sid, name });
        }
    }
    // What was told stays told when the host does not say goodbye.
    let _ = client.close().await;
    groups.sort();
    groups.dedup();
    Ok(groups)
}

fn handle(reader: &mut Reader<'_>, step: &'static str) -> Result<Handle, Failure> {
    let handle = reader.handle()?;
    match reader.u32()? {
        status::SUCCESS => Ok(handle),
        code => Err(refused(step, code)),
    }
}

async fn domains(client: &mut Client, server: &Handle) -> Result<Vec<String>, Failure> {
    let mut values = Writer::default();
    values.handle(server).u32(0).u32(DOMAINS_BYTES);
    read_domains(&client.call(operation::ENUMERATE_DOMAINS, &values.into_bytes()).await?)
}

async fn lookup(client: &mut Client, server: &Handle, domain: &str) -> Result<Sid, Failure> {
    let mut values = Writer::default();
    values.handle(server).unicode(domain);
    let answer = client.call(operation::LOOKUP_DOMAIN, &values.into_bytes()).await?;
    let mut reader = Reader::new(&answer);
    let sid = if reader.pointer()? { Some(reader.sid()?) } else { None };
    match (reader.u32()?, sid) {
        (status::SUCCESS, Some(sid)) => Ok(sid),
        (status::SUCCESS, None) => Err(broken("ask for a domain", "no identifier")),
        (code, _) => Err(refused("ask for a domain (SamrLookupDomainInSamServer)", code)),
    }
}

async fn memberships(client: &mut Client, domain: &Handle, token: &[Sid]) -> Result<Vec<u32>, Failure> {
    let count = u32::try_from(token.len()).map_err(|error| broken("ask for groups", error))?;
    let mut values = Writer::default();
    values.handle(domain).u32(count).pointer().u32(count);
    for _ in token {
        values.pointer();
    }
    for sid in token {
        values.sid(sid);
    }
    read_memberships(&client.call(operation::GET_ALIAS_MEMBERSHIP, &values.into_bytes()).await?)
}

async fn names(client: &mut Client, domain: &Handle, rids: &[u32]) -> Result<Vec<Option<String>>, Failure> {
    let asked = &rids[..rids.len().min(NAMES_MAX)];
    let count = u32::try_from(asked.len()).unwrap_or(0);
    let mut values = Writer::default();
    values.handle(domain).u32(count).u32(1000).u32(0).u32(count);
    for rid in asked {
        values.u32(*rid);
    }
    let mut names = read_names(&client.call(operation::LOOKUP_IDS, &values.into_bytes()).await?)?;
    names.resize(rids.len(), None);
    Ok(names)
}

/// Reads an answer of `SamrEnumerateDomainsInSamServer` (MS-SAMR §3.1.5.2.1): the names.
///
/// # Errors
/// When it is a refusal, or no such answer.
pub fn read_domains(answer: &[u8]) -> Result<Vec<String>, Failure> {
    let mut reader = Reader::new(answer);
    let _context = reader.u32()?;
    let mut names = Vec::new();
    if reader.pointer()? {
        let _told = reader.u32()?;
        if reader.pointer()? {
            let count = reader.count(ENTRY)?;
            let mut pointers = Vec::new();
            for _ in 0..count {
                let _ = (reader.u32()?, reader.u16()?, reader.u16()?);
                pointers.push(reader.pointer()?);
            }
            for _ in pointers.into_iter().filter(|pointer| *pointer) {
                names.push(reader.text()?);
            }
        }
    }
    let _count = reader.u32()?;
    match reader.u32()? {
        status::SUCCESS => Ok(names),
        // Nobody has so many that they do not come at once; what is not all is nothing.
        code => Err(refused("ask for domains (SamrEnumerateDomainsInSamServer)", code)),
    }
}

/// Reads an answer of `SamrGetAliasMembership` (MS-SAMR §3.1.5.9.2): relative identifiers.
///
/// # Errors
/// When it is a refusal, or no such answer.
pub fn read_memberships(answer: &[u8]) -> Result<Vec<u32>, Failure> {
    let mut reader = Reader::new(answer);
    let count = reader.entries(NUMBER)?;
    let rids = (0..count).map(|_| reader.u32()).collect::<Result<_, _>>()?;
    match reader.u32()? {
        status::SUCCESS => Ok(rids),
        code => Err(refused("ask for memberships (SamrGetAliasMembership)", code)),
    }
}

/// Reads an answer of `SamrLookupIdsInDomain` (MS-SAMR §3.1.5.11.3): the names, in the order asked; none of whom it does not know.
///
/// # Errors
/// When it is a refusal, or no such answer.
pub fn read_names(answer: &[u8]) -> Result<Vec<Option<String>>, Failure> {
    let mut reader = Reader::new(answer);
    let names = reader.texts()?;
    for _ in 0..reader.entries(NUMBER)? {
        let _use = reader.u32()?;
    }
    match reader.u32()? {
        // Some, or none, of them have names.
        status::SUCCESS | status::SOME_NOT_MAPPED | status::NONE_MAPPED => Ok(names),
        code => Err(refused("ask for names (SamrLookupIdsInDomain)", code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_domain::outcome::Outcome;

    fn memberships(rids: &[u32], code: u32) -> Vec<u8> {
        let mut values = Writer::default();
        let count = u32::try_from(rids.len()).expect("few");
        values.u32(count);
        if rids.is_empty() {
            values.null();
        } else {
            values.pointer().u32(count);
            for rid in rids {
                values.u32(*rid);
            }
        }
        values.u32(code);
        values.into_bytes()
    }

    #[test]
    fn nobody_and_a_refusal_are_told_apart() {
        assert_eq!(read_memberships(&memberships(&[], 0)), Ok(Vec::new()));
        let refused = read_memberships(&memberships(&[], status::ACCESS_DENIED)).expect_err("a refusal");
        assert!(refused.outcome == Outcome::LacksRight && refused.to_string().contains("SamrGetAliasMembership"), "{refused}");
        let mut lies = memberships(&[544, 555], 0);
        lies[0] = 9;
        assert!(read_memberships(&lies).is_err());
    }

    #[test]
    fn names_keep_their_places() {
        let mut values = Writer::default();
        values.u32(2).pointer().u32(2).u16(0).u16(0).null().u16(4).u16(4).pointer().u32(2).u32(0).u32(2);
        values.u16(u16::from(b'a')).u16(u16::from(b'b')).u32(2).pointer().u32(2).u32(8).u32(4).u32(status::SOME_NOT_MAPPED);
        assert_eq!(read_names(&values.into_bytes()), Ok(vec![None, Some("ab".to_owned())]));
    }

    proptest! {
        #[test]
        fn memberships_are_read_as_they_were_written(rids in proptest::collection::vec(any::<u32>(), 0..40)) {
            prop_assert_eq!(read_memberships(&memberships(&rids, 0)), Ok(rids));
        }

        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = (read_domains(&bytes), read_memberships(&bytes), read_names(&bytes));
        }
    }
}
