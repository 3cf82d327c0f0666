//! Conditions of a list, gathered one by one with their parameters.

use crate::database::{Param, Value};

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
pub(super) struct Conditions {
    sql: String,
    params: Vec<Value>,
}

impl Conditions {
    /// Adds a condition; each `{}` in `sql` stands for the parameter, which is added once.
    pub fn add(&mut self, sql: &str, value: Value) {
        self.params.push(value);
        self.add_plain(&sql.replace("{}", &format!("${}", self.params.len())));
    }

    /// Adds a condition without a parameter.
    pub fn add_plain(&mut self, sql: &str) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(sql);
    }

    /// Adds that one of several columns contains a text, whatever the case of its ASCII letters.
    pub fn add_contains(&mut self, columns: &[&str], text: &str) {
        let any: Vec<String> = columns.iter().map(|column| format!("lower({column}) LIKE {{}} ESCAPE '!'")).collect();
        self.add(&format!("({})", any.join(" OR ")), Value::Text(containing(text)));
    }

    /// Adds that rows come after a position, in a list sorted by `sort_key` and then `row_key`.
    pub fn add_after(&mut self, sort_key: &str, row_key: &str, after: &Position, descending: bool) {
        self.params.push(after.sort_key.clone());
        self.params.push(after.row_key.clone());
        let (last, sign) = (self.params.len(), if descending { '<' } else { '>' });
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

/// The pattern of `LIKE … ESCAPE '!'` for texts that contain `text`, in lower case.
pub(super) fn containing(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// The pattern for texts that begin with `text`, in lower case.
pub(super) fn beginning(text: &str) -> String {
    format!("{}%", literal(text))
}

fn literal(text: &str) -> String {
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
        assert_eq!(containing("50%_Of!"), "%50!%!_of!!%");
        assert_eq!(beginning("10.0."), "10.0.%");
    }

    #[test]
    fn parameters_are_numbered() {
        let mut conditions = Conditions::default();
        conditions.add_contains(&["a", "b"], "x");
        conditions.add_plain("c = 1");
        conditions.add_after("a", "id", &Position { sort_key: Value::Text("m".to_owned()), row_key: Value::Integer(3) }, true);
        assert_eq!(conditions.sql(), " WHERE (lower(a) LIKE $1 ESCAPE '!' OR lower(b) LIKE $1 ESCAPE '!') AND c = 1 AND (a, id) < ($2, $3)");
        assert_eq!(conditions.limit_number(), 4);
        assert_eq!(conditions.params_and_limit(9).len(), 4);
    }
}
