//! Whether words hold of values that are here. Lists that the site keeps are looked through by the database.

use super::{Kind, Name, Term, Test};
use crate::Timestamp;

/// A value that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Looked {
    /// A text, or several of which one is to be like it; all empty when there is none.
    Texts(Vec<String>),
    /// A number, when there is one.
    Number(Option<i64>),
    /// A time, or never.
    Time(Option<Timestamp>),
    /// So or not.
    Truth(bool),
}

impl Looked {
    /// One text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Texts(vec![text.to_owned()])
    }
}

impl Kind {
    /// Whether a word without a name is looked for there.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Beginning | Self::Words(_))
    }
}

impl Test {
    /// Whether it holds of a value; never of one of another kind.
    #[must_use]
    pub fn holds(&self, value: &Looked) -> bool {
        match (self, value) {
            (Self::Nothing, Looked::Texts(texts)) => texts.iter().all(String::is_empty),
            (Self::Nothing, Looked::Number(number)) => number.is_none(),
            (Self::Nothing, Looked::Time(time)) => time.is_none(),
            (Self::Text(pattern), Looked::Texts(texts)) => texts.iter().any(|text| pattern.matches(text)),
            (Self::Word(word), Looked::Texts(texts)) => texts.iter().any(|text| text == word),
            (Self::Number(order, with), Looked::Number(Some(number))) => order.holds(number, with),
            (Self::Since(at), Looked::Time(Some(time))) => time >= at,
            (Self::Before { at, .. }, Looked::Time(Some(time))) => time < at,
            (Self::Before { or_never, .. }, Looked::Time(None)) => *or_never,
            (Self::Truth(truth), Looked::Truth(value)) => truth == value,
            _ => false,
        }
    }
}

impl Term {
    /// Whether it holds of something that has `value` under each of the names that the filter was read with.
    pub fn holds(&self, names: &[Name], value: impl Fn(usize) -> Looked) -> bool {
        let held = match self.name {
            Some(at) => self.test.holds(&value(at)),
            None => names.iter().enumerate().filter(|(_, name)| name.kind.is_text()).any(|(at, _)| self.test.holds(&value(at))),
        };
        held != self.excluded
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn every_kind_of_value_is_looked_at_as_it_is() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().expect("a time");
        let names = [("name", Kind::Text), ("state", Kind::Words(&["up", "down"])), ("port", Kind::Number), ("seen", Kind::Time), ("on", Kind::Truth)]
            .map(|(name, kind)| Name { name, kind });
        let values = |at: usize| match at {
            0 => Looked::Texts(vec!["WS01".to_owned(), "alias".to_owned()]),
            1 => Looked::text("up"),
            2 => Looked::Number(Some(8080)),
            3 => Looked::Time(Some(now.plus_seconds(-60))),
            _ => Looked::Truth(true),
        };
        let nothing = |at: usize| match at {
            0 | 1 => Looked::text(""),
            2 => Looked::Number(None),
            3 => Looked::Time(None),
            _ => Looked::Truth(false),
        };
        let held = |filter: &str, value: &dyn Fn(usize) -> Looked| {
            let terms = read(filter, &names, now).unwrap_or_else(|wrong| panic!("{filter}: {}", wrong.cause));
            terms.iter().all(|term| term.holds(&names, value))
        };
        for filter in ["alias", "name:ws* -name:none", "state:up", "port:8080", "port:>80 port:<9000", "seen:<2min", "seen:>2026-11-29", "on:yes", "-port:none"]
        {
            assert!(held(filter, &values) && !held(filter, &nothing), "{filter}");
        }
        for filter in ["name:none", "port:none", "seen:none", "seen:>30d -state:up", "-seen:<30d", "on:no"] {
            assert!(!held(filter, &values) && held(filter, &nothing), "{filter}");
        }
        assert!(!held("seen:<2026-11-29", &nothing), "never is not before a day");
    }
}
