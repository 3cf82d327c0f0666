//! What somebody may change of an object.

use super::named;
use provost_sd::access::directory_words;
use std::collections::BTreeSet;

/// Everything that somebody may change of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Attributes that may be written, in lower case.
    pub attributes: BTreeSet<String>,
    /// Classes of which children may be created, in lower case.
    pub child_classes: BTreeSet<String>,
    /// Whether the owner may be changed.
    pub owner: bool,
    /// Whether permissions may be changed.
    pub permissions: bool,
    /// Rights of which a server does not tell: deleting, validated writes, extended rights. Zero in what a server says.
    pub further: u32,
}

impl Change {
    /// Whether nothing may be changed.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The same without what a server does not tell.
    #[must_use]
    pub fn as_told(&self) -> Self {
        Self { further: 0, ..self.clone() }
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        Self {
            attributes: &self.attributes - &other.attributes,
            child_classes: &self.child_classes - &other.child_classes,
            owner: self.owner && !other.owner,
            permissions: self.permissions && !other.permissions,
            further: self.further & !other.further,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if !self.attributes.is_empty() {
            words.push(format!("write {}", named(self.attributes.iter().map(String::as_str))));
        }
        if !self.child_classes.is_empty() {
            words.push(format!("create {}", named(self.child_classes.iter().map(String::as_str))));
        }
        if self.owner {
            words.push("change the owner".to_owned());
        }
        if self.permissions {
            words.push("change permissions".to_owned());
        }
        if self.further != 0 {
            words.push(directory_words(self.further));
        }
        if words.is_empty() { "change nothing".to_owned() } else { words.join("; ") }
    }
}
