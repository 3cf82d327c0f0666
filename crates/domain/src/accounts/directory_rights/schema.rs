//! What rights are about: attributes and classes with the identifiers that entries of access control lists name.

use provost_sd::Guid;
use std::collections::BTreeMap;

/// An attribute that the owner of a right to write may not write all the same: the directory computes it (MS-ADTS §2.2.9).
const CONSTRUCTED: i64 = 0x4;
/// Reading it needs the right of control access too (MS-ADTS §2.2.10).
const CONFIDENTIAL: i64 = 0x80;

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSchema {
    /// Its `schemaIDGUID`.
    pub guid: Guid,
    /// Its `attributeSecurityGUID`: the property set that it belongs to.
    pub property_set: Option<Guid>,
    /// Whether a right to write it lets somebody write it: it is neither computed nor the directory's own, nor the back of a link.
    pub writable: bool,
    /// Whether reading it needs the right of control access. None: its `searchFlags` did not come, so that cannot be told.
    pub confidential: Option<bool>,
}

impl AttributeSchema {
    /// From what the schema says: `systemFlags`, `searchFlags`, `systemOnly` and `linkID`.
    #[must_use]
    pub const fn new(guid: Guid, property_set: Option<Guid>, system_flags: i64, search_flags: Option<i64>, system_only: bool, link: i64) -> Self {
        let back_link = link % 2 != 0;
        let writable = system_flags & CONSTRUCTED == 0 && !system_only && !back_link;
        let confidential = match search_flags {
            Some(flags) => Some(flags & CONFIDENTIAL != 0),
            None => None,
        };
        Self { guid, property_set, writable, confidential }
    }
}

/// Attributes and classes by `lDAPDisplayName`, whatever its letter case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    attributes: BTreeMap<String, AttributeSchema>,
    classes: BTreeMap<String, Guid>,
}

impl Schema {
    /// Adds an attribute.
    pub fn add_attribute(&mut self, name: &str, attribute: AttributeSchema) {
        self.attributes.insert(name.to_ascii_lowercase(), attribute);
    }

    /// Adds a class with its `schemaIDGUID`.
    pub fn add_class(&mut self, name: &str, guid: Guid) {
        self.classes.insert(name.to_ascii_lowercase(), guid);
    }

    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeSchema> {
        self.attributes.get(&name.to_ascii_lowercase())
    }

    /// Takes an attribute for one that anybody reads who may read it at all: it was seen to have no `searchFlags`.
    pub fn without_flags(&mut self, name: &str) {
        if let Some(attribute) = self.attributes.get_mut(&name.to_ascii_lowercase()) {
            attribute.confidential = attribute.confidential.or(Some(false));
        }
    }

    /// Names of the attributes whose reading needs the right of control access, or may need it, in lower case.
    pub fn confidential(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().filter(|(_, attribute)| attribute.confidential != Some(false)).map(|(name, _)| name.as_str())
    }

    /// The name of the class or attribute with this identifier, in lower case.
    #[must_use]
    pub fn name(&self, guid: Guid) -> Option<&str> {
        let class = self.classes.iter().find(|(_, known)| **known == guid).map(|(name, _)| name);
        class.or_else(|| self.attributes.iter().find(|(_, known)| known.guid == guid).map(|(name, _)| name)).map(String::as_str)
    }

    /// The class of this name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<Guid> {
        self.classes.get(&name.to_ascii_lowercase()).copied()
    }
}
