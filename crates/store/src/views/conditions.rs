//! Conditions of a list, gathered one by one with their parameters.

use crate::database::{Param, Value};
use provost_domain::filter::Pattern;

/// Where a page ends: the sort key of its last row and the row's own key. The next page begins after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The value that the list is sorted by.
    pub sort_key: Value,
    /// The row's own key.
    pub row_key: Value,
}

/// Conditions that all hold, as SQL, and their parameters.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    sql: String,
    params: Vec<Value>,
}

impl Conditions {
    /// Adds a condition; each `{}` in `sql` stands for the parameter, which is added once.
    pub fn add(&mut self, sql: &str, value: Value) {
        self.params.push(value);
        self.add_plain(&sql.replace("{}", &format!("${}", self.params.len())));
    }

    /// Adds a parameter; gives what stands for it in a condition.
    pub fn param(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    /// Adds a condition without a parameter.
    pub fn add_plain(&mut self, sql: &str) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(sql);
    }

    /// Adds that rows come after a position, in a list sorted by `sort_key` and then `row_key`.
    pub fn add_after(&mut self, sort_key: &str, row_key: &str, after: &Position, descending: bool) {
        let sign = if descending { '<' } else { '>' };
        if sort_key == row_key {
            return self.add(&format!("{row_key} {sign} {{}}"), after.row_key.clone());
        }
        self.params.push(after.sort_key.clone());
        self.params.push(after.row_key.clone());
        let last = self.params.len();
        self.add_plain(&format!("({sort_key}, {row_key}) {sign} (${}, ${last})", last - 1));
    }

    /// ` WHERE …`, or nothing.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters, and one more at the end: the greatest number of rows.
    pub fn params_and_limit(&self, limit: usize) -> Vec<Param<'_>> {
        let mut params = self.params();
        params.push(Param::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        params
    }

    /// The number of the parameter that [`Conditions::params_and_limit`] adds.
    pub fn limit_number(&self) -> usize {
        self.params.len() + 1
    }

    /// The parameters.
    pub fn params(&self) -> Vec<Param<'_>> {
        self.params
            .iter()
            .map(|value| match value {
                Value::Null => Param::Null,
                Value::Integer(number) => Param::Integer(*number),
                Value::Text(text) => Param::Text(text),
                Value::Blob(bytes) => Param::Blob(bytes),
            })
            .collect()
    }
}

/// What people look for as the pattern of `LIKE … ESCAPE '!'`, its letters of ASCII in lower case.
pub(super) fn like(pattern: &Pattern) -> String {
    pattern.pieces().iter().map(|piece| literal(piece)).collect::<Vec<_>>().join("%")
}

/// A text that is no pattern.
pub(super) fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_no_pattern() {
        assert_eq!(like(&Pattern::typed("50%_Of!", false)), "%50!%!_of!!%");
        assert_eq!(like(&Pattern::typed("10.0.", true)), "10.0.%");
        assert_eq!(like(&Pattern::typed("w%s*1", false)), "w!%s%1");
    }

    #[test]
    fn parameters_are_numbered() {
        let mut conditions = Conditions::default();
        conditions.add("(a = {} OR b = {})", Value::Text("x".to_owned()));
        conditions.add_plain("c = 1");
        conditions.add_after("a", "id", &Position { sort_key: Value::Text("m".to_owned()), row_key: Value::Integer(3) }, true);
        assert_eq!(conditions.sql(), " WHERE (a = $1 OR b = $1) AND c = 1 AND (a, id) < ($2, $3)");
        assert_eq!(conditions.limit_number(), 4);
        assert_eq!(conditions.params_and_limit(9).len(), 4);
        let mut conditions = Conditions::default();
        conditions.add_after("id", "id", &Position { sort_key: Value::Integer(3), row_key: Value::Integer(3) }, false);
        assert_eq!(conditions.sql(), " WHERE id > $1", "by an index of one column");
    }
}
