//! Entries of access control lists (MS-DTYP §2.4.4).

use crate::bytes::{Bytes, Malformed};
use crate::{Guid, Sid, well_known};

/// Bytes before what depends on the kind: kind, flags, size.
const HEADER_BYTES: usize = 4;
/// The entry has an object type.
const OBJECT_TYPE_PRESENT: u32 = 1;
/// The entry has an inherited object type.
const INHERITED_OBJECT_TYPE_PRESENT: u32 = 2;

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AceKind {
    /// Allows.
    Allow,
    /// Refuses.
    Deny,
    /// Asks for a record of use.
    Audit,
    /// Allows a part of the object, or applies to one class of children.
    AllowObject,
    /// Refuses a part of the object, or applies to one class of children.
    DenyObject,
    /// Asks for a record of use of a part of the object.
    AuditObject,
    /// Allows under a condition, which `rest` has.
    AllowCallback,
    /// Refuses under a condition.
    DenyCallback,
    /// Allows a part under a condition.
    AllowCallbackObject,
    /// Refuses a part under a condition.
    DenyCallbackObject,
    /// The object's integrity level.
    MandatoryLabel,
    /// An attribute that conditions may ask for; `rest` has it.
    ResourceAttribute,
    /// A central policy that applies.
    ScopedPolicy,
    /// A kind that this crate does not know, by its number. Such an entry has no mask and the trustee nobody; `rest` has
    /// all its bytes but for the header.
    Unknown(u8),
}

impl AceKind {
    const ALL: &'static [(u8, Self)] = &[
        (0x00, Self::Allow),
        (0x01, Self::Deny),
        (0x02, Self::Audit),
        (0x05, Self::AllowObject),
        (0x06, Self::DenyObject),
        (0x07, Self::AuditObject),
        (0x09, Self::AllowCallback),
        (0x0a, Self::DenyCallback),
        (0x0b, Self::AllowCallbackObject),
        (0x0c, Self::DenyCallbackObject),
        (0x11, Self::MandatoryLabel),
        (0x12, Self::ResourceAttribute),
        (0x13, Self::ScopedPolicy),
    ];

    /// The kind with this number on the wire.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.iter().find(|(of, _)| *of == number).map_or(Self::Unknown(number), |(_, kind)| *kind)
    }

    /// Its number on the wire.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Unknown(number) => number,
            known => Self::ALL.iter().find(|(_, kind)| *kind == known).map_or(u8::MAX, |(number, _)| *number),
        }
    }

    /// Whether an entry of this kind may have object types.
    #[must_use]
    pub const fn has_object_types(self) -> bool {
        matches!(self, Self::AllowObject | Self::DenyObject | Self::AuditObject | Self::AllowCallbackObject | Self::DenyCallbackObject)
    }

    /// Whether it allows, perhaps under a condition.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(self, Self::Allow | Self::AllowObject | Self::AllowCallback | Self::AllowCallbackObject)
    }

    /// Whether it refuses, perhaps under a condition.
    #[must_use]
    pub const fn denies(self) -> bool {
        matches!(self, Self::Deny | Self::DenyObject | Self::DenyCallback | Self::DenyCallbackObject)
    }

    /// Whether its effect depends on a condition that this crate does not judge.
    #[must_use]
    pub const fn is_conditional(self) -> bool {
        matches!(self, Self::AllowCallback | Self::DenyCallback | Self::AllowCallbackObject | Self::DenyCallbackObject)
    }
}

/// How an entry is inherited, and for an audit which uses it records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AceFlags(u8);

impl AceFlags {
    /// Files below inherit it.
    pub const OBJECT_INHERIT: Self = Self(0x1);
    /// Folders, and every object of a directory, below inherit it.
    pub const CONTAINER_INHERIT: Self = Self(0x2);
    /// Only what is directly below inherits it.
    pub const NO_PROPAGATE: Self = Self(0x4);
    /// It does not count for the object itself.
    pub const INHERIT_ONLY: Self = Self(0x8);
    /// It was inherited.
    pub const INHERITED: Self = Self(0x10);
    /// Record what succeeds.
    pub const SUCCESSFUL_ACCESS: Self = Self(0x40);
    /// Record what fails.
    pub const FAILED_ACCESS: Self = Self(0x80);

    /// From the flags on the wire.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The flags on the wire.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// With `other` set too.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// An entry of an access control list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ace {
    /// What it does.
    pub kind: AceKind,
    /// How it is inherited.
    pub flags: AceFlags,
    /// Which rights it is about: see [`crate::access`].
    pub mask: u32,
    /// The attribute, property set, class of children, extended right or validated write that it is about; `None` for all.
    pub object_type: Option<Guid>,
    /// The class of objects that inherit it; `None` for all.
    pub inherited_object_type: Option<Guid>,
    /// Whom it is about.
    pub trustee: Sid,
    /// What follows: a condition, an attribute, or padding. A whole number of double words.
    pub rest: Vec<u8>,
}

impl Ace {
    /// Allows `trustee` the rights of `mask`.
    #[must_use]
    pub const fn allow(trustee: Sid, mask: u32) -> Self {
        Self::plain(AceKind::Allow, trustee, mask)
    }

    /// Refuses `trustee` the rights of `mask`.
    #[must_use]
    pub const fn deny(trustee: Sid, mask: u32) -> Self {
        Self::plain(AceKind::Deny, trustee, mask)
    }

    /// Allows `trustee` the rights of `mask` on a part of the object.
    #[must_use]
    pub fn allow_object(trustee: Sid, mask: u32, object_type: Guid) -> Self {
        Self { object_type: Some(object_type), ..Self::plain(AceKind::AllowObject, trustee, mask) }
    }

    const fn plain(kind: AceKind, trustee: Sid, mask: u32) -> Self {
        Self { kind, flags: AceFlags(0), mask, object_type: None, inherited_object_type: None, trustee, rest: Vec::new() }
    }

    /// The same entry with these flags.
    #[must_use]
    pub fn with_flags(self, flags: AceFlags) -> Self {
        Self { flags, ..self }
    }

    /// Whether it counts for the object that it stands at.
    #[must_use]
    pub const fn counts_here(&self) -> bool {
        !self.flags.contains(AceFlags::INHERIT_ONLY)
    }

    /// Reads one from the start of `bytes`; with its length.
    pub(crate) fn read(bytes: Bytes<'_>) -> Result<(Self, usize), Malformed> {
        const SHORT: &str = "the entry is cut short";
        let size = usize::from(bytes.word(2, SHORT)?);
        if size < HEADER_BYTES || size % 4 != 0 {
            return Err(bytes.malformed("the entry's size is no whole number of double words", 2));
        }
        let whole = bytes.part(0, size, "the entry is longer than its list")?;
        let kind = AceKind::from_number(whole.byte(0, SHORT)?);
        let flags = AceFlags(whole.byte(1, SHORT)?);
        if let AceKind::Unknown(_) = kind {
            let rest = whole.from(HEADER_BYTES, SHORT)?.as_slice().to_vec();
            return Ok((Self { kind, flags, rest, ..Self::plain(kind, well_known::NOBODY, 0) }, size));
        }
        let mask = whole.double_word(HEADER_BYTES, SHORT)?;
        let mut at = 8;
        let (mut object_type, mut inherited_object_type) = (None, None);
        if kind.has_object_types() {
            let present = whole.double_word(at, SHORT)?;
            if present & !(OBJECT_TYPE_PRESENT | INHERITED_OBJECT_TYPE_PRESENT) != 0 {
                return Err(whole.malformed("the entry has an object flag that is not known", at));
            }
            at += 4;
            for (flag, guid) in [(OBJECT_TYPE_PRESENT, &mut object_type), (INHERITED_OBJECT_TYPE_PRESENT, &mut inherited_object_type)] {
                if present & flag != 0 {
                    *guid = Some(Guid::from_bytes(whole.array(at, SHORT)?));
                    at += 16;
                }
            }
        }
        let (trustee, length) = Sid::read(whole.from(at, SHORT)?)?;
        let rest = whole.from(at + length, SHORT)?.as_slice().to_vec();
        Ok((Self { kind, flags, mask, object_type, inherited_object_type, trustee, rest }, size))
    }

    /// Length of the binary form in bytes; more than a list can hold when `rest` is too long.
    pub(crate) fn length(&self) -> usize {
        let guids = [self.object_type, self.inherited_object_type].into_iter().flatten().count();
        let before_rest = match self.kind {
            AceKind::Unknown(_) => HEADER_BYTES,
            kind if kind.has_object_types() => HEADER_BYTES + 8 + 16 * guids + self.trustee.length(),
            _ => HEADER_BYTES + 4 + self.trustee.length(),
        };
        before_rest + self.rest.len().next_multiple_of(4)
    }

    /// Appends the binary form.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let end = bytes.len() + self.length();
        bytes.extend([self.kind.number(), self.flags.0]);
        bytes.extend(u16::try_from(self.length()).unwrap_or(u16::MAX).to_le_bytes());
        if !matches!(self.kind, AceKind::Unknown(_)) {
            bytes.extend(self.mask.to_le_bytes());
            if self.kind.has_object_types() {
                let present = |guid: Option<Guid>, flag: u32| if guid.is_some() { flag } else { 0 };
                let flags = present(self.object_type, OBJECT_TYPE_PRESENT) | present(self.inherited_object_type, INHERITED_OBJECT_TYPE_PRESENT);
                bytes.extend(flags.to_le_bytes());
                bytes.extend([self.object_type, self.inherited_object_type].iter().flatten().flat_map(Guid::as_bytes));
            }
            bytes.extend(self.trustee.to_bytes());
        }
        bytes.extend(&self.rest);
        bytes.resize(end, 0);
    }
}
