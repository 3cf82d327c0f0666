//! What people type to narrow a list: `for:client-push verified:>30d -site:P02`. One grammar for the command line, the API
//! and the console; a list says which names it knows and of which kind each is, whoever holds the list looks.
//!
//! Words stand between spaces and all must hold; a part between double quotes may hold spaces and is taken as it is. A
//! name and a colon before a word say where to look, a `-` before all of it excludes.

pub mod lists;
mod looked;
mod pattern;
mod reading;

pub use looked::Looked;
pub use pattern::Pattern;
pub use reading::{Misread, read, sorting};

use crate::Timestamp;

/// What may follow a name, and how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in it, or with `*` the whole of it; whatever the case of letters.
    Text,
    /// The beginning of a text, or with `*` the whole of it.
    Beginning,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number, or `<3` or `>3`.
    Number,
    /// A number of a message, as `PV4001` or `4001`, or as with [`Kind::Number`].
    Code,
    /// Bytes, as with [`Kind::Number`], with or without a unit: `>10MiB`.
    Bytes,
    /// As [`Kind::Bytes`], kept as KiB.
    Kibibytes,
    /// `<2h` for less than two hours ago, `>30d` for longer ago or never; `<2026-11-01` and `>2026-11-01` for before and after.
    Time,
    /// `yes` or `no`.
    Truth,
}

/// A name that may stand before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// As people type it.
    pub name: &'static str,
    /// What may follow it.
    pub kind: Kind,
}

/// How a number compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Less than it.
    Less,
    /// The same.
    Same,
    /// More than it.
    More,
}

/// What must hold of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Nothing is there: an empty text, no number, never. Typed as `none`.
    Nothing,
    /// A text is like this.
    Text(Pattern),
    /// It is this word.
    Word(&'static str),
    /// A number is less, the same or more.
    Number(Order, i64),
    /// It was at this time or later.
    Since(Timestamp),
    /// It was before this time.
    Before {
        /// The time.
        at: Timestamp,
        /// Whether what never was counts: `>30d` is asked to find what was forgotten.
        or_never: bool,
    },
    /// It is so or not.
    Truth(bool),
}

/// One word of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must not hold.
    pub excluded: bool,
    /// Where to look: place among the names of the list. `None` looks at every text.
    pub name: Option<usize>,
    /// What must hold there; without a name always a text.
    pub test: Test,
}

impl Order {
    /// Whether `value` compares so with `with`.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, value: &T, with: &T) -> bool {
        match self {
            Self::Less => value < with,
            Self::Same => value == with,
            Self::More => value > with,
        }
    }
}
