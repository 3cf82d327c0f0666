//! A report made ready for loading, before a transaction begins: while one is open, nobody else writes.

use super::products::{ProductDigest, Products};
use provost_catalog::inventory::SOFTWARE;
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value};
use provost_domain::{Digest, Timestamp};
use ring::digest::{SHA256, digest};
use std::borrow::Cow;

/// How many leading properties of [`SOFTWARE`] describe the product; the others describe the installation.
pub(super) const PRODUCT_PROPERTIES: usize = SOFTWARE.properties.len() - 2;

/// A report whose software products are digested. Of installed software, by far the most of a report, only what the
/// rows need is kept, and nothing is borrowed from the message, so that many reports fit into memory together.
pub struct Prepared {
    /// Full or delta.
    pub extent: Extent,
    /// Digest of the whole inventory once this report is applied.
    pub digest: Digest,
    /// When the machine was read, by its own clock.
    pub collected_at: Timestamp,
    /// Classes; of installed software only whether it is unavailable.
    pub(super) classes: Vec<ClassReport<'static>>,
    pub(super) software: Software,
}

/// What a report says of installed software.
#[derive(Default)]
pub(super) struct Software {
    pub installations: Vec<Installed>,
    /// Keys of the installations, one after another; only in a delta.
    pub changed_keys: Vec<Value<'static>>,
    /// Keys of installations that are gone, one after another.
    pub removed_keys: Vec<Value<'static>>,
    pub unavailable: bool,
}

/// One installation on the reporting device.
#[derive(Clone, Copy)]
pub(super) struct Installed {
    pub product: ProductDigest,
    pub installed_kib: Option<i64>,
    pub installed_at_unix: Option<i64>,
}

impl Prepared {
    /// Prepares a report. What its products are is kept in `products` until [`Products::forget_pending`], once for all
    /// reports, unless their numbers are known.
    #[must_use]
    pub fn new(report: Report<'_>, products: &mut Products) -> Self {
        let Report { extent, digest, collected_at, classes } = report;
        let mut software = Software::default();
        let classes = classes.into_iter().map(|ClassReport { class, content }| {
            let content = match content {
                Content::Unavailable { reason } => {
                    software.unavailable |= *class == SOFTWARE;
                    Content::Unavailable { reason: Cow::Owned(reason.into_owned()) }
                }
                Content::Instances { rows, removed } if *class == SOFTWARE => {
                    software.take(&rows, extent, products);
                    software.removed_keys = removed.into_iter().map(owned).collect();
                    // Without its rows the entry still says that the class is available.
                    Content::Instances { rows: Vec::new(), removed: Vec::new() }
                }
                Content::Instances { rows, removed } => {
                    Content::Instances { rows: rows.into_iter().map(owned).collect(), removed: removed.into_iter().map(owned).collect() }
                }
            };
            ClassReport { class, content }
        });
        let classes = classes.collect();
        Self { extent, digest, collected_at, classes, software }
    }
}

impl Software {
    fn take(&mut self, rows: &[Value<'_>], extent: Extent, products: &mut Products) {
        let width = SOFTWARE.properties.len();
        self.installations.reserve_exact(rows.len() / width);
        let mut written = Vec::with_capacity(1024);
        for row in rows.chunks_exact(width) {
            let product = product_digest(&row[..PRODUCT_PROPERTIES], &mut written);
            products.expect(product, || row[..PRODUCT_PROPERTIES].iter().cloned().map(owned).collect());
            if extent != Extent::Full {
                self.changed_keys.extend(row[..SOFTWARE.key_properties].iter().cloned().map(owned));
            }
            let [installed_kib, installed_at_unix] = [number(&row[PRODUCT_PROPERTIES]), number(&row[PRODUCT_PROPERTIES + 1])];
            self.installations.push(Installed { product, installed_kib, installed_at_unix });
        }
    }
}

fn owned(value: Value<'_>) -> Value<'static> {
    match value {
        Value::Null => Value::Null,
        Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        Value::Integer(number) => Value::Integer(number),
    }
}

fn number(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Null | Value::Text(_) => None,
    }
}

/// Digest of a product: each value with its kind and length, so that no two products are written the same.
pub(super) fn product_digest(product: &[Value<'_>], written: &mut Vec<u8>) -> ProductDigest {
    written.clear();
    for value in product {
        match value {
            Value::Null => written.push(0),
            Value::Text(text) => {
                written.push(1);
                written.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
                written.extend_from_slice(text.as_bytes());
            }
            Value::Integer(number) => {
                written.push(2);
                written.extend_from_slice(&number.to_be_bytes());
            }
        }
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, written).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_ends_where_the_installation_begins() {
        let (product, installation) = SOFTWARE.properties.split_at(PRODUCT_PROPERTIES);
        assert!(product.iter().all(|p| !crate::schema::SOFTWARE_PER_INSTALLATION.contains(&p.name)));
        let names: Vec<&str> = installation.iter().map(|p| p.name).collect();
        assert_eq!(names, ["installed_kib", "installed_at_unix"]);
    }

    #[test]
    fn products_that_differ_have_different_digests() {
        let text = |s: &'static str| Value::Text(Cow::Borrowed(s));
        let mut buffer = Vec::new();
        let mut of = |product: &[Value<'_>]| product_digest(product, &mut buffer);
        assert_ne!(of(&[text("ab"), text("c")]), of(&[text("a"), text("bc")]));
        assert_ne!(of(&[text("")]), of(&[Value::Null]));
        assert_eq!(of(&[text("a"), Value::Null]), of(&[Value::Text(Cow::Owned("a".to_owned())), Value::Null]));
    }
}
