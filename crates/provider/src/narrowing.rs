//! How callers narrow a list: `filter`, `sort`, and where a page begins.

use crate::cursor;
use crate::document::limit;
use crate::error::ApiError;
use provost_domain::Timestamp;
use provost_domain::filter::{Looked, Misread, Name, read};
use provost_store::Value;
use provost_store::views::{Fields, Page, Position};

/// What a caller asks of a list.
pub struct Asked<'a> {
    /// Words that all must hold.
    pub filter: Option<&'a str>,
    /// By what it is sorted; the list's own order when not given.
    pub sort: Option<&'a str>,
    /// `next` of the page before.
    pub after: Option<&'a str>,
    /// Most items.
    pub limit: Option<usize>,
}

fn misread(what: &str, wrong: Misread) -> ApiError {
    ApiError::malformed(what, wrong.cause).fix(wrong.usage)
}

/// Keeps of a list that is here what a filter holds of; `value` gives what is under the name at a place.
pub fn keep<T>(items: &mut Vec<T>, filter: &str, names: &[Name], now: Timestamp, value: impl Fn(&T, usize) -> Looked) -> Result<(), ApiError> {
    let terms = read(filter, names, now).map_err(|wrong| misread("the filter cannot be read", wrong))?;
    items.retain(|item| terms.iter().all(|term| term.holds(names, |at| value(item, at))));
    Ok(())
}

impl Asked<'_> {
    /// The page of a list with these fields. A row's own key is a text where `key_is_text`; where it is a number, a list in
    /// its own order is continued behind that number.
    pub fn page(&self, fields: &Fields, key_is_text: bool, now: Timestamp) -> Result<Page, ApiError> {
        let terms = read(self.filter.unwrap_or_default(), &fields.names(), now).map_err(|wrong| misread("the filter cannot be read", wrong))?;
        let sort = self.sort.filter(|sort| !sort.is_empty());
        let sorting = sort.map(|sort| fields.sorting(sort)).transpose().map_err(|wrong| misread("the list cannot be sorted so", wrong))?;
        let position = |text: &str| match sorting {
            Some(sorting) => cursor::read_position(text, sorting.by.is_text(), key_is_text),
            None => number(text),
        };
        let after = self.after.map(position).transpose()?;
        Ok(Page { terms, sorting, after, limit: limit(self.limit) })
    }
}

fn number(text: &str) -> Result<Position, ApiError> {
    let number: i64 =
        text.parse().map_err(|_| ApiError::malformed("cannot tell where the page begins", "`after` is not what `next` of an earlier page said"))?;
    Ok(Position { sort_key: Value::Integer(number), row_key: Value::Integer(number) })
}

/// Where the next page begins, as a text.
pub fn next(page: &Page, next: Option<&Position>) -> Option<String> {
    next.map(|position| match (&page.sorting, &position.row_key) {
        (None, Value::Integer(number)) => number.to_string(),
        _ => cursor::write_position(position),
    })
}
