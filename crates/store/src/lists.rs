//! Statements over a list of values, and lists of texts in one column.

use crate::database::{Param, Row, StoreError, Tx};
use std::fmt::Write;

/// Most values of one statement; PostgreSQL takes 65,535 parameters, SQLite 32,766.
const VALUES_MAX: usize = 256;

/// Runs a `SELECT` for all of `values` and hands each row to `each`. `sql` holds `{}` where the list `($1, $2, …)`
/// belongs; more parameters it has none. Lists are filled up to a power of two with their last value, so that a
/// handful of prepared statements serves every length.
pub(crate) fn select_each(tx: &mut Tx<'_>, sql: &str, values: &[Param<'_>], each: &mut dyn FnMut(&Row) -> Result<(), StoreError>) -> Result<(), StoreError> {
    for chunk in values.chunks(VALUES_MAX) {
        let mut params = chunk.to_vec();
        params.resize(chunk.len().next_power_of_two(), chunk[chunk.len() - 1]);
        tx.query_each(&sql.replace("{}", &placeholders(1, params.len())), &params, each)?;
    }
    Ok(())
}

/// As [`select_each`], for a statement that changes rows; gives their number. `first` are parameters before the list. What
/// differs from call to call belongs there and not into the text: each text is prepared, and kept, by itself.
pub(crate) fn execute_each(tx: &mut Tx<'_>, sql: &str, first: &[Param<'_>], values: &[Param<'_>]) -> Result<u64, StoreError> {
    let mut changed = 0;
    for chunk in values.chunks(VALUES_MAX) {
        let length = chunk.len().next_power_of_two();
        let mut params = [first, chunk].concat();
        params.resize(first.len() + length, chunk[chunk.len() - 1]);
        changed += tx.execute(&sql.replace("{}", &placeholders(first.len() + 1, length)), &params)?;
    }
    Ok(changed)
}

/// `($1, $2, …)` with `count` parameters from number `first` on.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let mut list = String::with_capacity(2 + count * 6);
    for number in first..first + count {
        let _ = write!(list, "{}{number}", if number == first { "($" } else { ",$" });
    }
    list.push(')');
    list
}

/// Texts as the JSON array that a column keeps.
pub(crate) fn texts_to_column(texts: &[String]) -> String {
    serde_json::to_string(texts).unwrap_or_else(|_| "[]".to_owned())
}

/// The texts of a column that [`texts_to_column`] wrote.
pub(crate) fn texts_from_column(column: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(column).map_err(|error| StoreError::corrupt("reading a list of texts", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_count_up_from_the_first() {
        assert_eq!(placeholders(1, 3), "($1,$2,$3)");
        assert_eq!(placeholders(5, 1), "($5)");
    }
}
