//! What a list may be filtered and sorted by: names that people type, and where in the database each is.

use super::conditions::{Conditions, like};
use crate::database::Value;
use provost_domain::filter::{Kind, Misread, Name, Order, Pattern, Term, Test, sorting};
use std::borrow::Cow;

/// One field of a list.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name before the colon, and what may follow.
    pub name: Name,
    at: At,
}

/// Where it is.
#[derive(Clone, Copy, Debug)]
enum At {
    /// An expression that is never null; a time's is 0 for never.
    Value(&'static str),
    /// An expression that is null when there is nothing.
    Nullable(&'static str),
    /// A condition in which `{}` is a pattern, and one that holds when there is nothing; nothing to sort by.
    Within(&'static str, &'static str),
    /// A condition that is made for the pattern that is looked for; there is always something, and nothing to sort by.
    Made(fn(&Pattern, &mut Conditions) -> String),
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sorting {
    /// By what; the row's own key decides among equals.
    pub by: &'static Field,
    /// Greatest first.
    pub descending: bool,
}

/// Fields of a list.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Those with a name.
    pub named: &'static [Field],
    /// Where a word without a name is looked for beside the texts among them: conditions in which `{}` is the pattern.
    pub also: &'static [&'static str],
}

impl Field {
    /// A field that always has a value.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name: Name { name, kind }, at: At::Value(sql) }
    }

    /// One that may have none.
    #[must_use]
    pub const fn nullable(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name: Name { name, kind }, at: At::Nullable(sql) }
    }

    /// A text that is looked for by a condition with `{}` for the pattern; `nothing` is the condition that there is none.
    #[must_use]
    pub const fn within(name: &'static str, kind: Kind, condition: &'static str, nothing: &'static str) -> Self {
        Self { name: Name { name, kind }, at: At::Within(condition, nothing) }
    }

    /// A text that is looked for by a condition made for what is looked for.
    pub(crate) const fn made(name: &'static str, condition: fn(&Pattern, &mut Conditions) -> String) -> Self {
        Self { name: Name { name, kind: Kind::Text }, at: At::Made(condition) }
    }

    /// What a list is sorted by, never null; `None` when it cannot be.
    pub(crate) fn key(&self) -> Option<Cow<'static, str>> {
        match self.at {
            At::Value(sql) => Some(Cow::Borrowed(sql)),
            At::Nullable(sql) => Some(Cow::Owned(format!("COALESCE({sql}, {})", if self.is_text() { "''" } else { "0" }))),
            At::Within(..) | At::Made(_) => None,
        }
    }

    /// Whether it is a text, and not a number or a time.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        self.name.kind.is_text()
    }

    /// The condition of a test; its parameters are added.
    fn condition(&self, test: &Test, all: &mut Conditions) -> String {
        let sql = match (self.at, test) {
            (At::Within(condition, _), Test::Text(pattern)) => return condition.replace("{}", &all.param(Value::Text(like(pattern)))),
            (At::Within(_, nothing), _) => return nothing.to_owned(),
            (At::Made(made), Test::Text(pattern)) => return made(pattern, all),
            (At::Made(_), _) => return "FALSE".to_owned(),
            (At::Value(sql) | At::Nullable(sql), _) => sql,
        };
        let mut number = |order: &str, number: i64| format!("{sql} {order} CAST({} AS BIGINT)", all.param(Value::Integer(number)));
        match test {
            Test::Nothing if self.is_text() => format!("{sql} IS NULL OR {sql} = ''"),
            Test::Nothing if self.name.kind == Kind::Time => format!("{sql} IS NULL OR {sql} = 0"),
            Test::Nothing => format!("{sql} IS NULL"),
            Test::Text(pattern) => format!("lower({sql}) LIKE {} ESCAPE '!'", all.param(Value::Text(like(pattern)))),
            Test::Word(word) => format!("{sql} = {}", all.param(Value::Text((*word).to_owned()))),
            Test::Number(Order::Less, with) => number("<", *with),
            Test::Number(Order::Same, with) => number("=", *with),
            Test::Number(Order::More, with) => number(">", *with),
            Test::Since(at) => number(">=", at.as_micros()),
            Test::Before { at, or_never: true } => format!("{sql} IS NULL OR {}", number("<", at.as_micros())),
            Test::Before { at, or_never: false } => format!("{sql} > 0 AND {}", number("<", at.as_micros())),
            Test::Truth(truth) => number("=", i64::from(*truth)),
        }
    }
}

impl Fields {
    /// The names that may be typed.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        self.named.iter().map(|field| field.name).collect()
    }

    /// Reads what the list is to be sorted by.
    ///
    /// # Errors
    /// When it is not sorted so.
    pub fn sorting(&self, text: &str) -> Result<Sorting, Misread> {
        let fields: Vec<&'static Field> = self.named.iter().filter(|field| field.key().is_some()).collect();
        let (at, descending) = sorting(text, &fields.iter().map(|field| field.name.name).collect::<Vec<_>>())?;
        Ok(Sorting { by: fields[at], descending })
    }

    /// Adds the words of a filter.
    pub(crate) fn add_to(&self, all: &mut Conditions, terms: &[Term]) {
        for term in terms {
            let condition = match term.name.and_then(|at| self.named.get(at)) {
                Some(field) => field.condition(&term.test, all),
                None => self.anywhere(&term.test, all),
            };
            // What is null does not hold, so it is kept when it must not.
            all.add_plain(&if term.excluded { format!("NOT COALESCE(({condition}), FALSE)") } else { format!("({condition})") });
        }
    }

    /// A word in any text.
    fn anywhere(&self, test: &Test, all: &mut Conditions) -> String {
        let Test::Text(pattern) = test else { return "FALSE".to_owned() };
        let param = all.param(Value::Text(like(pattern)));
        let mut any: Vec<String> = self.also.iter().map(|condition| condition.replace("{}", &param)).collect();
        for field in self.named {
            match field.at {
                At::Value(sql) | At::Nullable(sql) if field.is_text() => any.push(format!("COALESCE(lower({sql}) LIKE {param} ESCAPE '!', FALSE)")),
                At::Made(made) => any.push(format!("({})", made(pattern, all))),
                _ => {}
            }
        }
        any.join(" OR ")
    }
}
