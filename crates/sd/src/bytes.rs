//! Reading foreign bytes: every step is checked, and what is wrong is told with its place.

use std::fmt;

/// Bytes that are no security descriptor, or none that this crate reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where, in bytes from the start of what was read.
    pub at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

impl std::error::Error for Malformed {}

/// A part of a message, with the place that it stands at.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    bytes: &'a [u8],
    start: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, start: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn as_slice(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn malformed(&self, what: &'static str, at: usize) -> Malformed {
        Malformed { what, at: self.start + at }
    }

    /// `length` bytes from `at` on.
    pub(crate) fn part(&self, at: usize, length: usize, what: &'static str) -> Result<Self, Malformed> {
        let end = at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.malformed(what, at))?;
        Ok(Self { bytes: &self.bytes[at..end], start: self.start + at })
    }

    /// All bytes from `at` on.
    pub(crate) fn from(&self, at: usize, what: &'static str) -> Result<Self, Malformed> {
        self.part(at, self.bytes.len().saturating_sub(at), what)
    }

    pub(crate) fn array<const N: usize>(&self, at: usize, what: &'static str) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.part(at, N, what)?.bytes);
        Ok(array)
    }

    pub(crate) fn byte(&self, at: usize, what: &'static str) -> Result<u8, Malformed> {
        self.array::<1>(at, what).map(|[byte]| byte)
    }

    pub(crate) fn word(&self, at: usize, what: &'static str) -> Result<u16, Malformed> {
        self.array(at, what).map(u16::from_le_bytes)
    }

    pub(crate) fn double_word(&self, at: usize, what: &'static str) -> Result<u32, Malformed> {
        self.array(at, what).map(u32::from_le_bytes)
    }
}
