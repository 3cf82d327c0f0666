//! A report made ready for loading, before a transaction begins: while one is open, nobody else writes.

use super::products::{ProductDigest, Products};
use provost_catalog::inventory::SOFTWARE;
use provost_domain::inventory::{ClassReport, Content, Extent, Report, Value};
use provost_domain::{Digest, Timestamp};
use ring::digest::{SHA256, digest};

/// How many leading properties of [`SOFTWARE`] describe the product; the others describe the installation.
pub(super) const PRODUCT_PROPERTIES: usize = SOFTWARE.properties.len() - 2;

/// A report whose software products are digested. Of installed software, by far the most of a report, only what the
/// rows need is kept, so that many reports fit into memory together.
pub struct Prepared<'m> {
    /// Full or delta.
    pub extent: Extent,
    /// Digest of the whole inventory once this report is applied.
    pub digest: Digest,
    /// When the machine was read, by its own clock.
    pub collected_at: Timestamp,
    /// Classes; of installed software only whether it is unavailable.
    pub(super) classes: Vec<ClassReport<'m>>,
    pub(super) software: Software<'m>,
    /// Products without a known number, one after another.
    unknown: Vec<Value<'m>>,
}

/// What a report says of installed software.
#[derive(Default)]
pub(super) struct Software<'m> {
    pub installations: Vec<Installed>,
    /// Keys of the installations, one after another; only in a delta.
    pub changed_keys: Vec<Value<'m>>,
    /// Keys of installations that are gone, one after another.
    pub removed_keys: Vec<Value<'m>>,
    pub unavailable: bool,
}

/// One installation on the reporting device.
#[derive(Clone, Copy)]
pub(super) struct Installed {
    pub product: ProductDigest,
    pub installed_kib: Option<i64>,
    pub installed_at_unix: Option<i64>,
}

impl<'m> Prepared<'m> {
    /// Prepares a report. What `products` does not know now, the transaction asks the database for.
    #[must_use]
    pub fn new(report: Report<'m>, products: &Products) -> Self {
        let Report { extent, digest, collected_at, mut classes } = report;
        let (mut software, mut unknown) = (Software::default(), Vec::new());
        classes.retain_mut(|report| {
            if *report.class != SOFTWARE {
                return true;
            }
            match &mut report.content {
                Content::Unavailable { .. } => software.unavailable = true,
                Content::Instances { rows, removed } => {
                    software.removed_keys = std::mem::take(removed);
                    let rows = std::mem::take(rows);
                    software.take(&rows, extent, products, &mut unknown);
                }
            }
            // An entry without rows stays: it says that the class is available.
            true
        });
        Self { extent, digest, collected_at, classes, software, unknown }
    }

    /// Its products without a known number, each with its leading properties.
    pub(super) fn unknown_products(&self) -> impl Iterator<Item = &[Value<'m>]> {
        self.unknown.chunks_exact(PRODUCT_PROPERTIES)
    }
}

impl<'m> Software<'m> {
    fn take(&mut self, rows: &[Value<'m>], extent: Extent, products: &Products, unknown: &mut Vec<Value<'m>>) {
        let width = SOFTWARE.properties.len();
        self.installations.reserve_exact(rows.len() / width);
        let mut written = Vec::with_capacity(1024);
        for row in rows.chunks_exact(width) {
            let product = product_digest(&row[..PRODUCT_PROPERTIES], &mut written);
            if !products.knows(&product) {
                unknown.extend_from_slice(&row[..PRODUCT_PROPERTIES]);
            }
            if extent != Extent::Full {
                self.changed_keys.extend_from_slice(&row[..SOFTWARE.key_properties]);
            }
            let [installed_kib, installed_at_unix] = [number(&row[PRODUCT_PROPERTIES]), number(&row[PRODUCT_PROPERTIES + 1])];
            self.installations.push(Installed { product, installed_kib, installed_at_unix });
        }
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
    use std::borrow::Cow;

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
