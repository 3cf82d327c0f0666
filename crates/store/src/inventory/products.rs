//! Which number each software product has, remembered between transactions.

use provost_domain::inventory::Value;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Digest of what a product is.
pub(super) type ProductDigest = [u8; 32];

/// Most products of one generation; two generations are kept, about 6 MB each when full.
const GENERATION_MAX: usize = 65_536;

/// Remembers the numbers of products. What a transaction learned counts for others only after it was committed: call
/// [`Products::begin`] first in the transaction and [`Products::keep`] after it, so that a number that was rolled back
/// is never used.
#[derive(Default)]
pub struct Products {
    young: Numbers,
    old: Numbers,
    fresh: Numbers,
    /// What products are whose numbers were not known when a report with them was prepared.
    pending: ByDigest<Box<[Value<'static>]>>,
}

type ByDigest<T> = HashMap<ProductDigest, T, BuildHasherDefault<FirstBytes>>;
type Numbers = ByDigest<i64>;

/// Digests are spread evenly already: their first bytes are hash enough. Nobody can choose products that collide
/// without breaking SHA-256 in 64 bits on purpose, and then only makes lookups slower.
#[derive(Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        // The length comes first, as 8 bytes; it is the same for all and is written over by the digest itself.
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Products {
    /// A transaction begins: forgets what the last one learned and did not keep.
    pub fn begin(&mut self) {
        self.fresh.clear();
    }

    /// The transaction was committed: what it learned counts.
    pub fn keep(&mut self) {
        if self.young.len() + self.fresh.len() > GENERATION_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.extend(self.fresh.drain());
    }

    /// Forgets what products are that were not loaded: for the beginning of a batch, before its reports are prepared.
    pub fn forget_pending(&mut self) {
        self.pending = HashMap::default();
    }

    /// A report has this product: keeps what it is, unless its number is remembered from a transaction that was committed.
    pub(super) fn expect(&mut self, product: ProductDigest, what: impl FnOnce() -> Box<[Value<'static>]>) {
        if !self.young.contains_key(&product) && !self.old.contains_key(&product) {
            self.pending.entry(product).or_insert_with(what);
        }
    }

    /// What a product is whose number was not known when it was expected.
    pub(super) fn pending(&self, product: &ProductDigest) -> Option<&[Value<'static>]> {
        self.pending.get(product).map(|what| &**what)
    }

    /// A product's number, when it is remembered.
    pub(super) fn number(&mut self, product: &ProductDigest) -> Option<i64> {
        if let Some(number) = self.young.get(product).or_else(|| self.fresh.get(product)) {
            return Some(*number);
        }
        // What is still asked for survives the change of generations.
        let number = *self.old.get(product)?;
        self.fresh.insert(*product, number);
        Some(number)
    }

    /// Learns a product's number in the transaction that is under way.
    pub(super) fn learn(&mut self, product: ProductDigest, number: i64) {
        self.fresh.insert(product, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(n: usize) -> ProductDigest {
        *provost_domain::Digest::of(&n.to_be_bytes()).as_bytes()
    }

    #[test]
    fn what_was_rolled_back_is_forgotten() {
        let mut products = Products::default();
        products.begin();
        products.learn(product(1), 1);
        assert_eq!(products.number(&product(1)), Some(1));
        products.begin();
        assert_eq!(products.number(&product(1)), None);
        products.learn(product(1), 2);
        products.keep();
        products.begin();
        assert_eq!(products.number(&product(1)), Some(2));
    }

    #[test]
    fn is_bounded_and_keeps_what_is_asked_for() {
        let mut products = Products::default();
        for n in 0..3 * GENERATION_MAX {
            products.begin();
            products.learn(product(n), i64::try_from(n).expect("a small number"));
            assert!(n == 0 || products.number(&product(0)).is_some(), "the first product is asked for all the time");
            products.keep();
        }
        assert!(products.young.len() + products.old.len() <= 2 * GENERATION_MAX + 1);
        assert_eq!(products.number(&product(1)), None);
    }
}
