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
    /// Attributes as the server names them, with their values.
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// Reads an entry.
    pub(crate) fn read(element: StructureTag) -> Result<Self, Failure> {
        let of = |element: StructureTag| {
            let mut parts = inside(element)?.into_iter();
            let dn = String::from_utf8(bytes(parts.next()?)?).ok()?;
            let mut attributes = Vec::new();
            for attribute in inside(parts.next()?)? {
                let mut parts = inside(attribute)?.into_iter();
                let name = String::from_utf8(bytes(parts.next()?)?).ok()?;
                let values = inside(parts.next()?)?.into_iter().map(bytes).collect::<Option<Vec<_>>>()?;
                attributes.push((name, values));
            }
            Some(Self { dn, attributes })
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
            let mut list = Elements(content.tagged(SEQUENCE)?);
            let mut attributes = Vec::with_capacity(16);
            while !list.is_empty() {
                let mut attribute = Elements(list.tagged(SEQUENCE)?);
                let name = std::str::from_utf8(attribute.tagged(OCTETS)?).ok()?.to_owned();
                let mut set = Elements(attribute.tagged(SET)?);
                let mut values = Vec::with_capacity(1);
                while !set.is_empty() {
                    values.push(set.tagged(OCTETS)?.to_vec());
                }
                attributes.push((name, values));
            }
            Some((id, Self { dn, attributes }))
        };
        of().ok_or_else(|| Failure::new(Outcome::Broken, "read", "what comes is no entry"))
    }

    /// An entry as tests want it.
    #[cfg(test)]
    pub(crate) fn of(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let values = |values: &[&str]| values.iter().map(|value| value.as_bytes().to_vec()).collect();
        Self { dn: dn.to_owned(), attributes: attributes.iter().map(|(name, all)| ((*name).to_owned(), values(all))).collect() }
    }

    /// All values of an attribute; none when it is absent, or may not be read: a directory does not tell which.
    pub fn all(&self, attribute: &str) -> impl Iterator<Item = &[u8]> {
        let found = self.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute));
        found.into_iter().flat_map(|(_, values)| values.iter().map(Vec::as_slice))
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
    pub(crate) fn options<'a>(&'a self, attribute: &'a str) -> impl Iterator<Item = (&'a str, &'a [Vec<u8>])> {
        self.attributes.iter().filter_map(move |(name, values)| {
            let (plain, option) = name.split_once(';')?;
            plain.eq_ignore_ascii_case(attribute).then_some((option, values.as_slice()))
        })
    }

    /// Names of all attributes that came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
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
