//! The part of an object that a right is about (MS-ADTS §5.1.3.3.3): entries name a class, a property set, an attribute, an
//! extended right or a validated write, and what is said of the whole holds for the part.

use crate::Guid;

/// Property set that attributes without one belong to, when access is judged.
const DEFAULT_PROPERTY_SET: Guid = Guid::of(0x7717_27b1_31b8_4cdf_ae62_4fe3_9fad_f89e);

/// A path from an object's class to a part of it. An entry is about the part when it names any step of the path, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectType {
    steps: [Option<Guid>; 3],
}

impl ObjectType {
    /// The object as a whole, of a class.
    #[must_use]
    pub const fn object(class: Guid) -> Self {
        Self { steps: [Some(class), None, None] }
    }

    /// A property set of the object.
    #[must_use]
    pub const fn property_set(class: Guid, set: Guid) -> Self {
        Self { steps: [Some(class), Some(set), None] }
    }

    /// An attribute of the object: its `schemaIDGUID`, and the `attributeSecurityGUID` of its property set if it has one.
    #[must_use]
    pub fn attribute(class: Guid, set: Option<Guid>, attribute: Guid) -> Self {
        Self { steps: [Some(class), Some(set.unwrap_or(DEFAULT_PROPERTY_SET)), Some(attribute)] }
    }

    /// An extended right or validated write on the object, by its `rightsGuid`.
    #[must_use]
    pub const fn right(class: Guid, right: Guid) -> Self {
        Self { steps: [Some(class), Some(right), None] }
    }

    /// Children of a class, by its `schemaIDGUID`. The object's own class is no step: an entry that names it is about
    /// children of that class.
    #[must_use]
    pub const fn child(class: Guid) -> Self {
        Self { steps: [Some(class), None, None] }
    }

    /// Whether what is said of `part` holds here.
    pub(crate) fn is_within(&self, part: Guid) -> bool {
        self.steps.contains(&Some(part))
    }
}
