//! Access control lists (MS-DTYP §2.4.5), and the order that their entries have when Windows writes them.

use crate::bytes::{Bytes, Malformed};
use crate::{Ace, AceFlags, AceKind};

/// Longest list in bytes: its size is a number of 16 bits, and a whole number of double words.
pub const ACL_BYTES_MAX: usize = 65_532;
/// Bytes before the first entry.
const HEADER_BYTES: usize = 8;
/// Lists without object types.
const REVISION: u8 = 2;
/// Lists with object types.
const REVISION_DIRECTORY: u8 = 4;

/// An access control list: entries that are asked one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acl {
    /// The entries, in the order that they are asked.
    pub aces: Vec<Ace>,
}

impl Acl {
    /// A list of these entries.
    #[must_use]
    pub const fn new(aces: Vec<Ace>) -> Self {
        Self { aces }
    }

    /// Reads one from the start of `bytes`. What the list's size counts beyond its entries is room, and left out.
    pub(crate) fn read(bytes: Bytes<'_>) -> Result<Self, Malformed> {
        const SHORT: &str = "the list is cut short";
        let revision = bytes.byte(0, SHORT)?;
        if revision != REVISION && revision != REVISION_DIRECTORY {
            return Err(bytes.malformed("the list's revision is neither 2 nor 4", 0));
        }
        let size = usize::from(bytes.word(2, SHORT)?);
        let count = bytes.word(4, SHORT)?;
        let whole = bytes.part(0, size, "the list is longer than the descriptor")?;
        let mut aces = Vec::new();
        let mut at = HEADER_BYTES;
        for _ in 0..count {
            let (ace, length) = Ace::read(whole.from(at, "the list has fewer entries than it counts")?)?;
            aces.push(ace);
            at += length;
        }
        Ok(Self { aces })
    }

    /// Length of the binary form in bytes.
    pub(crate) fn length(&self) -> usize {
        HEADER_BYTES + self.aces.iter().map(Ace::length).sum::<usize>()
    }

    /// Appends the binary form.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let directory = self.aces.iter().any(|ace| ace.kind.has_object_types() || matches!(ace.kind, AceKind::Unknown(_)));
        bytes.extend([if directory { REVISION_DIRECTORY } else { REVISION }, 0]);
        bytes.extend(u16::try_from(self.length()).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend(u16::try_from(self.aces.len()).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend([0, 0]);
        self.aces.iter().for_each(|ace| ace.write(bytes));
    }

    /// Whether the entries stand in the canonical order: own refusals before own grants, those about the whole object
    /// before those about a part, then what was inherited, in whatever order its parents gave it.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.aces.iter().map(rank).is_sorted()
    }

    /// Puts the entries into the canonical order; equals keep theirs.
    pub fn put_in_order(&mut self) {
        self.aces.sort_by_key(rank);
    }

    /// Adds an entry at its place in the canonical order. One that says as much already is left as it is, one that differs
    /// in its rights alone takes the new rights too. Tells whether the list changed.
    pub fn add(&mut self, ace: Ace) -> bool {
        let same = |own: &Ace| Ace { mask: ace.mask, ..own.clone() } == ace;
        if let Some(own) = self.aces.iter_mut().find(|own| same(own)) {
            let before = own.mask;
            own.mask |= ace.mask;
            return own.mask != before;
        }
        let at = self.aces.iter().position(|own| rank(own) > rank(&ace)).unwrap_or(self.aces.len());
        self.aces.insert(at, ace);
        true
    }

    /// Takes the rights of an entry away from the list's own entries that are like it; those left without rights go.
    /// Inherited entries stay: they are not this list's to change. Tells whether the list changed.
    pub fn remove(&mut self, ace: &Ace) -> bool {
        let before = self.clone();
        for own in &mut self.aces {
            if !own.flags.contains(AceFlags::INHERITED) && (Ace { mask: ace.mask, ..own.clone() }) == *ace {
                own.mask &= !ace.mask;
            }
        }
        self.aces.retain(|own| own.mask != 0 || before.aces.contains(own));
        *self != before
    }
}

/// Place of an entry in the canonical order.
fn rank(ace: &Ace) -> u8 {
    let part = u8::from(ace.kind.has_object_types());
    match ace.kind {
        _ if ace.flags.contains(AceFlags::INHERITED) => 5,
        kind if kind.denies() => part,
        kind if kind.allows() => 2 + part,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{READ_PROPERTY, WRITE_PROPERTY};
    use crate::{Guid, well_known};

    fn inherited(ace: Ace) -> Ace {
        ace.with_flags(AceFlags::INHERITED)
    }

    #[test]
    fn an_entry_is_added_at_its_place() {
        let part = Guid::of(7);
        let mut acl = Acl::default();
        assert!(acl.add(inherited(Ace::deny(well_known::EVERYONE, READ_PROPERTY))));
        assert!(acl.add(Ace::allow_object(well_known::USERS, WRITE_PROPERTY, part)));
        assert!(acl.add(Ace::allow(well_known::USERS, READ_PROPERTY)));
        assert!(acl.add(Ace::deny(well_known::GUESTS, READ_PROPERTY)));
        assert!(acl.is_canonical());
        let kinds: Vec<AceKind> = acl.aces.iter().map(|ace| ace.kind).collect();
        assert_eq!(kinds, [AceKind::Deny, AceKind::Allow, AceKind::AllowObject, AceKind::Deny]);
        assert!(!acl.add(Ace::allow(well_known::USERS, READ_PROPERTY)), "it is there");
        assert!(acl.add(Ace::allow(well_known::USERS, READ_PROPERTY | WRITE_PROPERTY)));
        assert_eq!(acl.aces.len(), 4);
    }

    #[test]
    fn only_own_entries_are_taken_away() {
        let mut acl = Acl::new(vec![Ace::allow(well_known::USERS, READ_PROPERTY | WRITE_PROPERTY), inherited(Ace::allow(well_known::USERS, WRITE_PROPERTY))]);
        assert!(acl.remove(&Ace::allow(well_known::USERS, WRITE_PROPERTY)));
        assert_eq!(acl.aces[0].mask, READ_PROPERTY);
        assert!(acl.remove(&Ace::allow(well_known::USERS, READ_PROPERTY)));
        assert_eq!(acl.aces, [inherited(Ace::allow(well_known::USERS, WRITE_PROPERTY))]);
        assert!(!acl.remove(&inherited(Ace::allow(well_known::USERS, WRITE_PROPERTY))));
    }

    #[test]
    fn disorder_is_seen_and_mended() {
        let mut acl = Acl::new(vec![Ace::allow(well_known::USERS, 1), Ace::deny(well_known::USERS, 1)]);
        assert!(!acl.is_canonical());
        acl.put_in_order();
        assert!(acl.is_canonical());
        assert_eq!(acl.aces[0].kind, AceKind::Deny);
    }
}
