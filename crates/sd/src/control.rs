//! Control flags of a security descriptor (MS-DTYP §2.4.6).

/// Control flags, but for those that follow from the descriptor itself: that it is self-relative, and which lists it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Control(u16);

impl Control {
    /// The owner was given by default.
    pub const OWNER_DEFAULTED: Self = Self(0x1);
    /// The group was given by default.
    pub const GROUP_DEFAULTED: Self = Self(0x2);
    /// The discretionary list was given by default.
    pub const DACL_DEFAULTED: Self = Self(0x8);
    /// The audit list was given by default.
    pub const SACL_DEFAULTED: Self = Self(0x20);
    /// The discretionary list shall be inherited by what is below.
    pub const DACL_AUTO_INHERIT_REQUIRED: Self = Self(0x100);
    /// The same for the audit list.
    pub const SACL_AUTO_INHERIT_REQUIRED: Self = Self(0x200);
    /// The discretionary list has what it inherits.
    pub const DACL_AUTO_INHERITED: Self = Self(0x400);
    /// The same for the audit list.
    pub const SACL_AUTO_INHERITED: Self = Self(0x800);
    /// The discretionary list inherits nothing.
    pub const DACL_PROTECTED: Self = Self(0x1000);
    /// The audit list inherits nothing.
    pub const SACL_PROTECTED: Self = Self(0x2000);
    /// The byte of the resource manager means something.
    pub const RESOURCE_MANAGER_VALID: Self = Self(0x4000);

    pub(crate) const DACL_PRESENT: u16 = 0x4;
    pub(crate) const SACL_PRESENT: u16 = 0x10;
    pub(crate) const SELF_RELATIVE: u16 = 0x8000;

    /// From the flags on the wire; those that follow from the descriptor are left out.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & !(Self::DACL_PRESENT | Self::SACL_PRESENT | Self::SELF_RELATIVE))
    }

    /// The flags as they stand on the wire, without those that follow from the descriptor.
    #[must_use]
    pub const fn bits(self) -> u16 {
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
