//! Hardware inventory as values: full reports, deltas between two of them, and the digest that names one.
//!
//! Values are held flat, one row after another, so that a report of four hundred packages is a handful of
//! allocations and its texts may be borrowed from the message they came in.

use crate::{Digest, Timestamp};
use provost_catalog::inventory::Class;
use ring::digest::{Context, SHA256};
use std::borrow::Cow;
use std::cmp::Ordering;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<'a> {
    /// Not known on this machine.
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number in the unit of its property.
    Integer(i64),
}

/// What a report says of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// This machine cannot offer the class; all its rows go.
    Unavailable {
        /// Why, for people.
        reason: Cow<'a, str>,
    },
    /// Its instances.
    Instances {
        /// Rows one after another, each as long as the class has properties, in the order of the definition. In a
        /// full report all of them; in a delta those that are new or changed.
        rows: Vec<Value<'a>>,
        /// Keys one after another, each as long as the class has key properties: instances that are gone. Empty in a
        /// full report and for a class with exactly one instance.
        removed: Vec<Value<'a>>,
    },
}

/// One class of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassReport<'a> {
    /// The class.
    pub class: &'static Class,
    /// What the machine has of it.
    pub content: Content<'a>,
}

/// Whether a report stands alone or changes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything there is: what the site had before goes.
    Full,
    /// Changes to the inventory with this digest; for any other the site asks for a full one.
    Delta {
        /// Digest of the inventory that the delta applies to.
        base: Digest,
    },
}

/// One inventory report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// Full or delta.
    pub extent: Extent,
    /// Digest of the whole inventory once this report is applied.
    pub digest: Digest,
    /// When the machine was read, by its own clock.
    pub collected_at: Timestamp,
    /// Classes, each at most once; a delta leaves out those that did not change.
    pub classes: Vec<ClassReport<'a>>,
}

/// The digest that names an inventory: SHA-256 over its classes in the given order, each value with its kind and
/// length, so that no two different inventories are written the same. Rows count in their order; callers keep them
/// sorted by key.
#[must_use]
pub fn digest(classes: &[ClassReport<'_>]) -> Digest {
    let mut written = Written { context: Context::new(&SHA256), buffer: Vec::with_capacity(16 * 1024) };
    for report in classes {
        written.text(report.class.name);
        match &report.content {
            Content::Unavailable { reason } => {
                written.byte(b'u');
                written.text(reason);
            }
            Content::Instances { rows, removed: _ } => {
                written.byte(b'i');
                written.number(i64::try_from(rows.len()).unwrap_or(i64::MAX));
                for value in rows {
                    written.value(value);
                }
            }
        }
    }
    written.context.update(&written.buffer);
    Digest::from_ring(&written.context.finish())
}

struct Written {
    context: Context,
    buffer: Vec<u8>,
}

impl Written {
    fn byte(&mut self, byte: u8) {
        self.buffer.push(byte);
    }

    fn number(&mut self, number: i64) {
        self.buffer.extend_from_slice(&number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.buffer.extend_from_slice(text.as_bytes());
        if self.buffer.len() >= 8 * 1024 {
            self.context.update(&self.buffer);
            self.buffer.clear();
        }
    }

    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Null => self.byte(0),
            Value::Text(text) => {
                self.byte(1);
                self.text(text);
            }
            Value::Integer(number) => {
                self.byte(2);
                self.number(*number);
            }
        }
    }
}

/// What changed from `old` to `new`: for each class that differs, the instances that are new or changed and the keys
/// of those that are gone. Both hold whole inventories (nothing in `removed`) with rows sorted by key. A class that is
/// missing in `new` is not mentioned: not looked at is not gone.
#[must_use]
pub fn delta<'a>(old: &[ClassReport<'_>], new: &[ClassReport<'a>]) -> Vec<ClassReport<'a>> {
    let mut changes = Vec::new();
    for report in new {
        let before = old.iter().find(|o| o.class == report.class).map(|o| &o.content);
        if before == Some(&report.content) {
            continue;
        }
        let content = match (before, &report.content) {
            (Some(Content::Instances { rows: before, .. }), Content::Instances { rows: after, .. }) => changed_rows(report.class, before, after),
            (_, content) => content.clone(),
        };
        changes.push(ClassReport { class: report.class, content });
    }
    changes
}

fn changed_rows<'a>(class: &'static Class, before: &[Value<'_>], after: &[Value<'a>]) -> Content<'a> {
    let (width, keys) = (class.properties.len(), class.key_properties);
    let (mut rows, mut removed) = (Vec::new(), Vec::new());
    let mut old = before.chunks_exact(width).peekable();
    for new in after.chunks_exact(width) {
        while let Some(gone) = old.next_if(|o| o[..keys].cmp(&new[..keys]) == Ordering::Less) {
            removed.extend(gone[..keys].iter().map(owned));
        }
        let same = old.next_if(|o| o[..keys] == new[..keys]).is_some_and(|o| o == new);
        if !same {
            rows.extend_from_slice(new);
        }
    }
    for gone in old {
        removed.extend(gone[..keys].iter().map(owned));
    }
    Content::Instances { rows, removed }
}

fn owned<'a>(value: &Value<'_>) -> Value<'a> {
    match value {
        Value::Null => Value::Null,
        Value::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
        Value::Integer(number) => Value::Integer(*number),
    }
}

/// The inventory that results from applying a delta's classes to `old`: the model that the site's rows follow.
#[must_use]
pub fn apply<'a>(old: &[ClassReport<'a>], changes: &[ClassReport<'a>]) -> Vec<ClassReport<'a>> {
    let mut result: Vec<ClassReport<'a>> = old.to_vec();
    for change in changes {
        let applied = match (result.iter().find(|r| r.class == change.class).map(|r| &r.content), &change.content) {
            (Some(Content::Instances { rows: before, .. }), Content::Instances { rows, removed }) => {
                let (width, keys) = (change.class.properties.len(), change.class.key_properties);
                let gone = |row: &[Value<'_>]| {
                    rows.chunks_exact(width).any(|r| r[..keys] == row[..keys]) || (keys > 0 && removed.chunks_exact(keys).any(|k| *k == row[..keys]))
                };
                let mut kept: Vec<&[Value<'a>]> = before.chunks_exact(width).filter(|row| !gone(row)).chain(rows.chunks_exact(width)).collect();
                kept.sort_by(|a, b| a[..keys].cmp(&b[..keys]));
                Content::Instances { rows: kept.concat(), removed: Vec::new() }
            }
            (_, content) => content.clone(),
        };
        match result.iter_mut().find(|r| r.class == change.class) {
            Some(report) => report.content = applied,
            None => result.push(ClassReport { class: change.class, content: applied }),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_catalog::inventory::class;

    /// Services with these names and run-as accounts, sorted by name.
    fn services(of: &std::collections::BTreeMap<String, String>) -> Vec<ClassReport<'static>> {
        let service = class("service").expect("the catalog has services");
        let mut rows = Vec::new();
        for (name, run_as) in of {
            rows.extend([
                Value::Text(Cow::Owned(name.clone())),
                Value::Null,
                Value::Text(Cow::Borrowed("automatic")),
                Value::Null,
                Value::Text(Cow::Owned(run_as.clone())),
            ]);
        }
        vec![ClassReport { class: service, content: Content::Instances { rows, removed: Vec::new() } }]
    }

    proptest! {
        #[test]
        fn a_delta_leads_from_old_to_new(old in proptest::collection::btree_map("[a-d]{1,2}", "[xy]", 0..8), new in proptest::collection::btree_map("[a-d]{1,2}", "[xy]", 0..8)) {
            let (old, new) = (services(&old), services(&new));
            let changes = delta(&old, &new);
            prop_assert_eq!(changes.is_empty(), old == new);
            let applied = apply(&old, &changes);
            prop_assert_eq!(digest(&applied), digest(&new));
            prop_assert_eq!(applied, new);
        }
    }

    #[test]
    fn unavailable_and_back_are_changes() {
        let service = class("service").expect("the catalog has services");
        let gone = vec![ClassReport { class: service, content: Content::Unavailable { reason: Cow::Borrowed("no service manager") } }];
        let here = services(&[("a".to_owned(), "x".to_owned())].into());
        assert_eq!(apply(&here, &delta(&here, &gone)), gone);
        assert_eq!(apply(&gone, &delta(&gone, &here)), here);
        assert_ne!(digest(&gone), digest(&here));
    }

    #[test]
    fn null_and_empty_text_have_different_digests() {
        let firmware = class("firmware").expect("the catalog has firmware");
        let with = |value: Value<'static>| {
            let mut rows = vec![Value::Null; firmware.properties.len()];
            rows[0] = value;
            digest(&[ClassReport { class: firmware, content: Content::Instances { rows, removed: Vec::new() } }])
        };
        assert_ne!(with(Value::Null), with(Value::Text(Cow::Borrowed(""))));
    }
}
