//! What a search finds.

use crate::ber::{Elements, INTEGER, OCTETS, SEQUENCE, SET, number, put};
use crate::message::SEARCH_ENTRY;
use ldap3::asn1::{PL, StructureTag};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// One object with the attributes that were asked for and may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name, as the directory writes it.
    pub dn: String,
    /// The list of attributes as it came: a copy of each value would cost more than all that is read in them.
    list: Vec<u8>,
    attributes: Vec<Attribute>,
}

/// Where in the list an attribute's name and the set of its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attribute {
    name: (usize, usize),
    values: (usize, usize),
}

/// Values of one attribute.
#[derive(Clone)]
pub(crate) struct Values<'e>(Elements<'e>);

impl Values<'_> {
    /// Whether none is left.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'e> Iterator for Values<'e> {
    type Item = &'e [u8];

    fn next(&mut self) -> Option<&'e [u8]> {
        self.0.tagged(OCTETS)
    }
}

impl Entry {
    /// An entry of this name with this list of attributes.
    fn new(dn: String, list: &[u8]) -> Option<Self> {
        let place = |part: &[u8]| {
            let from = (part.as_ptr() as usize).checked_sub(list.as_ptr() as usize)?;
            Some((from, from + part.len()))
        };
        let mut attributes = Vec::with_capacity(16);
        let mut rest = Elements(list);
        while !rest.is_empty() {
            let mut attribute = Elements(rest.tagged(SEQUENCE)?);
            let (name, set) = (attribute.tagged(OCTETS)?, attribute.tagged(SET)?);
            let mut values = Elements(set);
            while !values.is_empty() {
                values.tagged(OCTETS)?;
            }
            attributes.push(Attribute { name: place(name)?, values: place(set)? });
        }
        Some(Self { dn, list: list.to_vec(), attributes })
    }

    /// Reads an entry.
    pub(crate) fn read(element: StructureTag) -> Result<Self, Failure> {
        let of = |element: StructureTag| {
            let mut parts = inside(element)?.into_iter();
            let dn = String::from_utf8(bytes(parts.next()?)?).ok()?;
            let mut list = Vec::new();
            for attribute in inside(parts.next()?)? {
                let mut parts = inside(attribute)?.into_iter();
                let name = bytes(parts.next()?)?;
                let values: Option<Vec<Vec<u8>>> = inside(parts.next()?)?.into_iter().map(bytes).collect();
                write(&mut list, &name, &values?);
            }
            Self::new(dn, &list)
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
            let dn = std::str::from_utf8(content.tagged(OCTETS)?).ok()?.to_owned();
            Some((id, Self::new(dn, content.tagged(SEQUENCE)?)?))
        };
        of().ok_or_else(|| Failure::new(Outcome::Broken, "read", "what comes is no entry"))
    }

    /// Each attribute's name and values.
    fn attributes(&self) -> impl Iterator<Item = (&str, Values<'_>)> {
        self.attributes.iter().filter_map(|attribute| Some((std::str::from_utf8(self.part(attribute.name)?).ok()?, self.values(attribute)?)))
    }

    fn values(&self, attribute: &Attribute) -> Option<Values<'_>> {
        Some(Values(Elements(self.part(attribute.values)?)))
    }

    fn part(&self, (from, to): (usize, usize)) -> Option<&[u8]> {
        self.list.get(from..to)
    }

    /// An entry as tests want it.
    #[cfg(test)]
    pub(crate) fn of(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let mut list = Vec::new();
        attributes.iter().for_each(|(name, values)| write(&mut list, name.as_bytes(), values));
        Self::new(dn.to_owned(), &list).expect("attributes that were written")
    }

    /// All values of an attribute; none when it is absent, or may not be read: a directory does not tell which. Each entry is asked
    /// for a dozen, so that most of those that it has are passed over by the lengths of their names.
    pub fn all(&self, attribute: &str) -> impl Iterator<Item = &[u8]> {
        let is_it = |of: &&Attribute| {
            of.name.1 - of.name.0 == attribute.len() && self.part(of.name).is_some_and(|name| name.eq_ignore_ascii_case(attribute.as_bytes()))
        };
        self.attributes.iter().find(is_it).and_then(|of| self.values(of)).into_iter().flatten()
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

/// Writes an attribute into a list.
fn write(list: &mut Vec<u8>, name: &[u8], values: &[impl AsRef<[u8]>]) {
    let (mut set, mut attribute) = (Vec::new(), Vec::new());
    values.iter().for_each(|value| put(&mut set, OCTETS, value.as_ref()));
    put(&mut attribute, OCTETS, name);
    put(&mut attribute, SET, &set);
    put(list, SEQUENCE, &attribute);
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
