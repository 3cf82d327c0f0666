//! What a search finds.

use crate::ber::{Elements, INTEGER, OCTETS, SEQUENCE, SET, number};
use crate::message::SEARCH_ENTRY;
use ldap3::asn1::{PL, StructureTag};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// One object with the attributes that were asked for and may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name, as the directory writes it.
    pub dn: String,
    /// Names of attributes, as the server writes them, one after the other.
    names: String,
    /// Values, one after the other: an entry of its own for each would cost more than all that is read in them.
    bytes: Vec<u8>,
    /// Where each value ends in `bytes`.
    ends: Vec<usize>,
    attributes: Vec<Attribute>,
}

/// Where an attribute's name and its values end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attribute {
    name: usize,
    values: usize,
}

/// Values of one attribute.
#[derive(Clone, Debug)]
pub(crate) struct Values<'e> {
    bytes: &'e [u8],
    ends: std::slice::Iter<'e, usize>,
    from: usize,
}

impl<'e> Iterator for Values<'e> {
    type Item = &'e [u8];

    fn next(&mut self) -> Option<&'e [u8]> {
        let end = *self.ends.next()?;
        let value = self.bytes.get(self.from..end);
        self.from = end;
        value
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ends.size_hint()
    }
}

impl ExactSizeIterator for Values<'_> {}

impl Entry {
    /// An entry without attributes yet, whose values have about so many bytes.
    fn new(dn: String, bytes: usize) -> Self {
        let (names, ends) = (String::with_capacity(256), Vec::with_capacity(24));
        Self { dn, names, bytes: Vec::with_capacity(bytes), ends, attributes: Vec::with_capacity(16) }
    }

    fn begin(&mut self, name: &str) {
        self.names.push_str(name);
        self.attributes.push(Attribute { name: self.names.len(), values: self.ends.len() });
    }

    /// Adds a value to the attribute that was begun last.
    fn push(&mut self, value: &[u8]) -> Option<()> {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        self.attributes.last_mut()?.values = self.ends.len();
        Some(())
    }

    /// Reads an entry.
    pub(crate) fn read(element: StructureTag) -> Result<Self, Failure> {
        let of = |element: StructureTag| {
            let mut parts = inside(element)?.into_iter();
            let mut entry = Self::new(String::from_utf8(bytes(parts.next()?)?).ok()?, 0);
            for attribute in inside(parts.next()?)? {
                let mut parts = inside(attribute)?.into_iter();
                entry.begin(std::str::from_utf8(&bytes(parts.next()?)?).ok()?);
                inside(parts.next()?)?.into_iter().try_for_each(|value| entry.push(&bytes(value)?))?;
            }
            Some(entry)
        };
        of(element).ok_or_else(|| Failure::new(Outcome::Broken, "read", "what comes is no entry"))
    }

    /// Reads the message that an entry came in; with the number of the question that it answers.
    ///
    /// # Errors
    /// [`Outcome::Broken`] when it is none.
    pub fn of_message(message: &[u8]) -> Result<(i64, Self), Failure> {
        let of = || {
            let mut inner = Elements(Elements(message).tagged(SEQUENCE)?);
            let id = number(inner.tagged(INTEGER)?)?;
            let mut content = Elements(inner.tagged(SEARCH_ENTRY)?);
            let mut entry = Self::new(std::str::from_utf8(content.tagged(OCTETS)?).ok()?.to_owned(), message.len());
            let mut list = Elements(content.tagged(SEQUENCE)?);
            while !list.is_empty() {
                let mut attribute = Elements(list.tagged(SEQUENCE)?);
                entry.begin(std::str::from_utf8(attribute.tagged(OCTETS)?).ok()?);
                let mut set = Elements(attribute.tagged(SET)?);
                while !set.is_empty() {
                    entry.push(set.tagged(OCTETS)?)?;
                }
            }
            Some((id, entry))
        };
        of().ok_or_else(|| Failure::new(Outcome::Broken, "read", "what comes is no entry"))
    }

    /// Each attribute's name and values.
    fn attributes(&self) -> impl Iterator<Item = (&str, Values<'_>)> {
        let (mut name_from, mut values_from, mut from) = (0, 0, 0);
        self.attributes.iter().map_while(move |attribute| {
            let name = self.names.get(name_from..attribute.name)?;
            let ends = self.ends.get(values_from..attribute.values)?;
            let values = Values { bytes: &self.bytes, ends: ends.iter(), from };
            from = ends.last().copied().unwrap_or(from);
            (name_from, values_from) = (attribute.name, attribute.values);
            Some((name, values))
        })
    }

    /// An entry as tests want it.
    #[cfg(test)]
    pub(crate) fn of(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let mut entry = Self::new(dn.to_owned(), 0);
        for (name, values) in attributes {
            entry.begin(name);
            values.iter().try_for_each(|value| entry.push(value.as_bytes())).expect("an attribute was begun");
        }
        entry
    }

    /// All values of an attribute; none when it is absent, or may not be read: a directory does not tell which.
    pub fn all(&self, attribute: &str) -> impl Iterator<Item = &[u8]> {
        self.values(attribute).into_iter().flatten()
    }

    /// All values of an attribute. Each entry is asked for a dozen, so that most of those that it has are passed over by the
    /// lengths of their names.
    fn values(&self, attribute: &str) -> Option<Values<'_>> {
        let mut from = Attribute { name: 0, values: 0 };
        for to in &self.attributes {
            let is_it = to.name - from.name == attribute.len() && self.names.get(from.name..to.name)?.eq_ignore_ascii_case(attribute);
            if is_it {
                let before = from.values.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
                return Some(Values { bytes: &self.bytes, ends: self.ends.get(from.values..to.values)?.iter(), from: before });
            }
            from = *to;
        }
        None
    }

    /// The first value.
    #[must_use]
    pub fn bytes(&self, attribute: &str) -> Option<&[u8]> {
        self.all(attribute).next()
    }

    /// The first value, when it is text.
    #[must_use]
    pub fn text(&self, attribute: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(attribute)?).ok()
    }

    /// All values that are text.
    pub fn texts(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.all(attribute).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value, when it is a number.
    #[must_use]
    pub fn number(&self, attribute: &str) -> Option<i64> {
        self.text(attribute)?.parse().ok()
    }

    /// The first value, when it is `TRUE` or `FALSE`.
    #[must_use]
    pub fn truth(&self, attribute: &str) -> Option<bool> {
        match self.bytes(attribute)? {
            b"TRUE" => Some(true),
            b"FALSE" => Some(false),
            _ => None,
        }
    }

    /// Whether it was deleted, and only its tombstone is left.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.truth("isDeleted") == Some(true)
    }

    /// Attributes whose name begins with `attribute;`, such as one range of its values.
    pub(crate) fn options<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = (&'a str, Values<'a>)> {
        self.attributes().filter_map(move |(name, values)| {
            let (plain, option) = name.split_once(';')?;
            plain.eq_ignore_ascii_case(attribute).then_some((option, values))
        })
    }

    /// Names of all attributes that came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes().map(|(name, _)| name)
    }
}

fn inside(element: StructureTag) -> Option<Vec<StructureTag>> {
    match element.payload {
        PL::C(elements) => Some(elements),
        PL::P(_) => None,
    }
}

fn bytes(element: StructureTag) -> Option<Vec<u8>> {
    match element.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}
