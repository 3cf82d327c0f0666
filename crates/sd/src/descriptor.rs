//! Security descriptors in the self-relative form (MS-DTYP §2.4.6), as the directory, file servers and pipes send them.

use crate::bytes::{Bytes, Malformed};
use crate::{ACL_BYTES_MAX, Acl, Control, Sid};

/// Longest descriptor that is read, in bytes: two full lists, two identifiers, and room between them.
pub const DESCRIPTOR_BYTES_MAX: usize = 1 << 18;
/// Bytes before the parts.
const HEADER_BYTES: usize = 20;

/// The discretionary list: who may do what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dacl {
    /// None was sent. Of a server that was asked for it, that means everybody may do everything; of one that left it out,
    /// nothing. Nothing is concluded from it here.
    Absent,
    /// There is none, on purpose: everybody may do everything.
    Null,
    /// The list. An empty one allows nobody anything.
    List(Acl),
}

/// A security descriptor: who owns an object, who may do what with it, and what is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecurityDescriptor {
    /// Flags, but for those that follow from the parts.
    pub control: Control,
    /// Byte for a resource manager's own use; means something only with [`Control::RESOURCE_MANAGER_VALID`].
    pub resource_manager: u8,
    /// The owner, who may always read and change the discretionary list; `None` when not sent.
    pub owner: Option<Sid>,
    /// The owner's group, which only POSIX minds; `None` when not sent.
    pub group: Option<Sid>,
    /// The audit list; `None` when there is none or it was not sent.
    pub sacl: Option<Acl>,
    /// The discretionary list.
    pub dacl: Dacl,
}

impl SecurityDescriptor {
    /// A descriptor with nothing but a discretionary list.
    #[must_use]
    pub fn of_dacl(acl: Acl) -> Self {
        Self { control: Control::default(), resource_manager: 0, owner: None, group: None, sacl: None, dacl: Dacl::List(acl) }
    }

    /// Reads a self-relative descriptor. Its parts may stand in any order, with gaps, and share bytes.
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        const SHORT: &str = "the descriptor is cut short";
        let bytes = Bytes::new(bytes);
        if bytes.len() > DESCRIPTOR_BYTES_MAX {
            return Err(bytes.malformed("the descriptor is too long", DESCRIPTOR_BYTES_MAX));
        }
        if bytes.byte(0, SHORT)? != 1 {
            return Err(bytes.malformed("the descriptor's revision is not 1", 0));
        }
        let resource_manager = bytes.byte(1, SHORT)?;
        let control = bytes.word(2, SHORT)?;
        if control & Control::SELF_RELATIVE == 0 {
            return Err(bytes.malformed("the descriptor is not self-relative", 2));
        }
        let part = |at: usize| -> Result<Option<Bytes<'_>>, Malformed> {
            match bytes.double_word(at, SHORT)? as usize {
                0 => Ok(None),
                offset if offset < HEADER_BYTES || offset >= bytes.len() => Err(bytes.malformed("a part is not within the descriptor", at)),
                offset => bytes.from(offset, SHORT).map(Some),
            }
        };
        let sid = |at: usize| part(at)?.map(|bytes| Sid::read(bytes).map(|(sid, _)| sid)).transpose();
        let (owner, group) = (sid(4)?, sid(8)?);
        let sacl = part(12)?.filter(|_| control & Control::SACL_PRESENT != 0).map(Acl::read).transpose()?;
        let dacl = match (control & Control::DACL_PRESENT != 0, part(16)?) {
            (false, _) => Dacl::Absent,
            (true, None) => Dacl::Null,
            (true, Some(bytes)) => Dacl::List(Acl::read(bytes)?),
        };
        Ok(Self { control: Control::from_bits(control), resource_manager, owner, group, sacl, dacl })
    }

    /// The self-relative form, its parts in the order that Windows writes them: audit list, discretionary list, owner, group.
    ///
    /// # Errors
    /// When a list is longer than [`ACL_BYTES_MAX`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, Malformed> {
        let dacl = if let Dacl::List(acl) = &self.dacl { Some(acl) } else { None };
        if [&self.sacl.as_ref(), &dacl].into_iter().flatten().any(|acl| acl.length() > ACL_BYTES_MAX) {
            return Err(Malformed { what: "a list is longer than its form allows", at: ACL_BYTES_MAX });
        }
        let mut control = self.control.bits() | Control::SELF_RELATIVE;
        if self.sacl.is_some() {
            control |= Control::SACL_PRESENT;
        }
        if self.dacl != Dacl::Absent {
            control |= Control::DACL_PRESENT;
        }
        let mut bytes = vec![1, self.resource_manager];
        bytes.extend(control.to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        let mut offsets = [0_u32; 4];
        for (acl, offset) in [(self.sacl.as_ref(), 2), (dacl, 3)] {
            if let Some(acl) = acl {
                offsets[offset] = bytes.len() as u32;
                acl.write(&mut bytes);
            }
        }
        for (sid, offset) in [(self.owner, 0), (self.group, 1)] {
            if let Some(sid) = sid {
                offsets[offset] = bytes.len() as u32;
                bytes.extend(sid.to_bytes());
            }
        }
        let offsets: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        bytes[4..HEADER_BYTES].copy_from_slice(&offsets);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
