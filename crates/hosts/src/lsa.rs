//! The Local Security Authority of a host (MS-LSAD): who holds which right there.

use crate::client::Client;
use crate::ndr::{Handle, Reader, Writer};
use crate::pdu::Interface;
use crate::refusal::{refused, status};
use crate::session::Session;
use provost_domain::Failure;
use provost_sd::Sid;

const PIPE: &str = "lsarpc";
/// 12345778-1234-abcd-ef00-0123456789ab, version 0.
const LSA: Interface = Interface { identifier: [0x78, 0x57, 0x34, 0x12, 0x34, 0x12, 0xcd, 0xab, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab], version: 0 };

/// Operations (MS-LSAD §3.1.4).
mod operation {
    pub(super) const CLOSE: u16 = 0;
    pub(super) const ENUMERATE_ACCOUNTS_WITH_USER_RIGHT: u16 = 35;
    pub(super) const ENUMERATE_ACCOUNT_RIGHTS: u16 = 36;
    pub(super) const OPEN_POLICY_2: u16 = 44;
}

/// `POLICY_VIEW_LOCAL_INFORMATION | POLICY_LOOKUP_NAMES` (MS-LSAD §2.2.1.1.2): what reading who holds a right needs, and no more.
const ACCESS: u32 = 0x0000_0001 | 0x0000_0800;
/// Bytes of the structure of object attributes, none of which is meant.
const ATTRIBUTES: u32 = 24;
/// Bytes of a pointer in an array.
const POINTER: usize = 4;

/// Who holds a right at a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holders {
    /// These, directly: members of a group that is among them hold it too.
    Known(Vec<Sid>),
    /// The host knows no such right, so it neither gives nor denies it to anybody.
    NoSuchRight,
}

/// The policy of one host, open for reading.
pub struct Policy {
    client: Client,
    handle: Handle,
}

impl Policy {
    /// Opens it.
    ///
    /// # Errors
    /// [`provost_domain::outcome::Outcome::LacksRight`] when the account may not; else as [`Failure`] tells.
    pub async fn open(session: &Session) -> Result<Self, Failure> {
        let mut client = Client::open(session, PIPE, LSA).await?;
        let mut values = Writer::default();
        // The name of the system means nothing (MS-LSAD §3.1.4.4.1); of the attributes only their length is read.
        values.null().u32(ATTRIBUTES).null().null().u32(0).null().null().u32(ACCESS);
        let answer = client.call(operation::OPEN_POLICY_2, &values.into_bytes()).await?;
        let mut reader = Reader::new(&answer);
        let handle = reader.handle()?;
        match reader.u32()? {
            status::SUCCESS => Ok(Self { client, handle }),
            code => Err(refused("open the policy (LsarOpenPolicy2)", code)),
        }
    }

    /// Who holds `right`, such as `SeMachineAccountPrivilege`.
    ///
    /// # Errors
    /// [`provost_domain::outcome::Outcome::LacksRight`] when the account may not know; else as [`Failure`] tells.
    pub async fn holders(&mut self, right: &str) -> Result<Holders, Failure> {
        let mut values = Writer::default();
        values.handle(&self.handle).pointer().unicode(right);
        let answer = self.client.call(operation::ENUMERATE_ACCOUNTS_WITH_USER_RIGHT, &values.into_bytes()).await?;
        read_holders(&answer)
    }

    /// Which rights `sid` holds directly.
    ///
    /// # Errors
    /// As [`Policy::holders`].
    pub async fn rights(&mut self, sid: &Sid) -> Result<Vec<String>, Failure> {
        let mut values = Writer::default();
        values.handle(&self.handle).sid(sid);
        let answer = self.client.call(operation::ENUMERATE_ACCOUNT_RIGHTS, &values.into_bytes()).await?;
        read_rights(&answer)
    }

    /// Closes it.
    ///
    /// # Errors
    /// When the host does not answer that any more.
    pub async fn close(mut self) -> Result<(), Failure> {
        let mut values = Writer::default();
        values.handle(&self.handle);
        self.client.call(operation::CLOSE, &values.into_bytes()).await?;
        self.client.close().await
    }
}

/// Reads an answer of `LsarEnumerateAccountsWithUserRight` (MS-LSAD §3.1.4.5.8).
///
/// # Errors
/// When it is a refusal, or no such answer.
pub fn read_holders(answer: &[u8]) -> Result<Holders, Failure> {
    let mut reader = Reader::new(answer);
    let count = reader.entries(POINTER)?;
    let pointers = (0..count).map(|_| reader.pointer()).collect::<Result<Vec<_>, _>>()?;
    let mut holders = Vec::new();
    for _ in pointers.into_iter().filter(|pointer| *pointer) {
        holders.push(reader.sid()?);
    }
    match reader.u32()? {
        status::SUCCESS | status::NO_MORE_ENTRIES => Ok(Holders::Known(holders)),
        status::NO_SUCH_PRIVILEGE => Ok(Holders::NoSuchRight),
        code => Err(refused("ask who holds a right (LsarEnumerateAccountsWithUserRight)", code)),
    }
}

/// Reads an answer of `LsarEnumerateAccountRights` (MS-LSAD §3.1.4.5.10); an account that the host has nothing about holds nothing.
///
/// # Errors
/// When it is a refusal, or no such answer.
pub fn read_rights(answer: &[u8]) -> Result<Vec<String>, Failure> {
    let mut reader = Reader::new(answer);
    let rights = reader.texts()?;
    match reader.u32()? {
        status::SUCCESS => Ok(rights.into_iter().flatten().collect()),
        status::OBJECT_NAME_NOT_FOUND => Ok(Vec::new()),
        code => Err(refused("ask which rights an account holds (LsarEnumerateAccountRights)", code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_domain::outcome::Outcome;

    fn holders(sids: &[Sid], code: u32) -> Vec<u8> {
        let mut values = Writer::default();
        let count = u32::try_from(sids.len()).expect("few");
        if sids.is_empty() {
            values.u32(0).null();
        } else {
            values.u32(count).pointer().u32(count);
            for _ in sids {
                values.pointer();
            }
            for sid in sids {
                values.sid(sid);
            }
        }
        values.u32(code);
        values.into_bytes()
    }

    #[test]
    fn nobody_no_such_right_and_a_refusal_are_told_apart() {
        assert_eq!(read_holders(&holders(&[], status::NO_MORE_ENTRIES)), Ok(Holders::Known(Vec::new())));
        assert_eq!(read_holders(&holders(&[], status::NO_SUCH_PRIVILEGE)), Ok(Holders::NoSuchRight));
        let refused = read_holders(&holders(&[], status::ACCESS_DENIED)).expect_err("a refusal");
        assert_eq!(refused.outcome, Outcome::LacksRight);
        assert!(refused.to_string().contains("LsarEnumerateAccountsWithUserRight") && refused.to_string().contains("STATUS_ACCESS_DENIED"), "{refused}");
        assert_eq!(read_rights(&holders(&[], status::OBJECT_NAME_NOT_FOUND)), Ok(Vec::new()));
    }

    #[test]
    fn counts_that_lie_are_refused() {
        let administrators: Sid = "S-1-5-32-544".parse().expect("an identifier");
        let mut answer = holders(&[administrators], 0);
        answer[0] = 2;
        assert!(read_holders(&answer).is_err());
        answer[0] = 0;
        answer[4] = 0;
        assert!(read_holders(&answer[..answer.len() - 5]).is_err());
        assert!(read_holders(&[0xff; 64]).is_err() && read_rights(&[0xff; 64]).is_err());
    }

    proptest! {
        #[test]
        fn holders_are_read_as_they_were_written(parts in proptest::collection::vec(proptest::collection::vec(any::<u32>(), 1..=5), 0..20)) {
            let sid = |parts: &Vec<u32>| format!("S-1-5-{}", parts.iter().map(u32::to_string).collect::<Vec<_>>().join("-")).parse::<Sid>().expect("an identifier");
            let sids: Vec<Sid> = parts.iter().map(sid).collect();
            prop_assert_eq!(read_holders(&holders(&sids, 0)), Ok(Holders::Known(sids)));
        }

        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = read_holders(&bytes);
            let _ = read_rights(&bytes);
        }
    }
}
