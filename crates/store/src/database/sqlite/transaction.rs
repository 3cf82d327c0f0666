//! A transaction on a SQLite file.

use super::file::Identity;
use super::turn::Held;
use super::{BUSY, Order, Sqlite, classified};
use crate::database::error::{Circumstance, StoreError};
use crate::database::param::{Insert, Param};
use crate::database::row::{Row, Value};
use rusqlite::CachedStatement;
use rusqlite::types::{Null, ValueRef};
use std::borrow::Cow;
use std::sync::Arc;

/// An open transaction; dropped without [`Open::commit`], it is rolled back.
pub(in crate::database) struct Open<'c> {
    of: &'c mut Sqlite,
    writes: bool,
    _turn: Option<Held>,
}

/// How many rows one statement of [`Open::insert`] adds: few sizes, so that few statements are kept prepared. A
/// statement of 512 rows costs a third less for each row than one of 64.
const ROWS_TOGETHER: [usize; 4] = [512, 64, 8, 1];

/// Most values that one statement binds; SQLite takes 32,766.
const VALUES_MAX: usize = 16_384;

impl<'c> Open<'c> {
    pub(super) fn begin(of: &'c mut Sqlite, writes: bool) -> Result<Self, StoreError> {
        of.check_file()?;
        let turn = if writes { Some(of.turn.take(BUSY)?) } else { None };
        let open = Open { of, writes, _turn: turn };
        open.step("BEGIN", if writes { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
        Ok(open)
    }

    /// Makes it durable. The file is looked at once more: a commit into a file that was removed meanwhile is none.
    pub(in crate::database) fn commit(self) -> Result<(), StoreError> {
        self.step("COMMIT", "COMMIT")?;
        if self.writes { self.of.check_file() } else { Ok(()) }
    }

    fn step(&self, attempt: &str, sql: &str) -> Result<(), StoreError> {
        let done = self.of.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        done.map(|_| ()).map_err(|e| classified(attempt, &self.of.path, &e))
    }

    pub(in crate::database) fn query_each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&mut Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.of.prepare(sql, self.writes)?;
        let columns = statement.column_count();
        self.of.bind(&mut statement, sql, params)?;
        let path = &self.of.path;
        let mut rows = statement.raw_query();
        let mut row = Row::default();
        while let Some(found) = rows.next().map_err(|e| classified(sql, path, &e))? {
            row.0.resize(columns, Value::Null);
            for (column, kept) in row.0.iter_mut().enumerate() {
                let value = found.get_ref(column).map_err(|e| classified(sql, path, &e))?;
                keep(kept, value).map_err(|cause| StoreError::corrupt(sql, format!("column {column}: {cause}")))?;
            }
            each(&mut row)?;
        }
        Ok(())
    }

    pub(in crate::database) fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.of.prepare(sql, self.writes)?;
        self.of.bind(&mut statement, sql, params)?;
        let changed = statement.raw_execute().map_err(|e| classified(sql, &self.of.path, &e))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// Adds `rows` rows, whose values come one row after another.
    pub(in crate::database) fn insert<'p>(&mut self, insert: &Insert, rows: usize, mut values: impl Iterator<Item = Param<'p>>) -> Result<u64, StoreError> {
        let width = insert.columns.len();
        let (mut rest, mut changed) = (rows, 0);
        for together in ROWS_TOGETHER.into_iter().filter(|together| *together == 1 || together * width <= VALUES_MAX) {
            if rest < together {
                continue;
            }
            let sql = insert_statement(insert, together);
            let mut statement = self.of.prepare(&sql, self.writes)?;
            while rest >= together {
                for number in 1..=together * width {
                    let value = values.next().ok_or_else(|| StoreError::statement(format!("adding rows to {}", insert.table), "there are fewer values"))?;
                    bind(&mut statement, number, value).map_err(|e| classified(&sql, &self.of.path, &e))?;
                }
                let added = statement.raw_execute().map_err(|e| classified(&sql, &self.of.path, &e))?;
                changed += u64::try_from(added).unwrap_or(0);
                rest -= together;
            }
        }
        Ok(changed)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // SQLite rolls back by itself after some errors, and a commit has ended it as well.
        if !self.of.connection.is_autocommit()
            && let Err(error) = self.step("ROLLBACK", "ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
    }
}

impl Sqlite {
    fn check_file(&self) -> Result<(), StoreError> {
        if Identity::of(&self.path)? == self.identity {
            return Ok(());
        }
        let cause = "another file has its name now; what is written here would be lost";
        Err(StoreError::unavailable(format!("looking at the database file {}", self.path.display()), cause))
    }

    fn prepare(&self, sql: &str, writes: bool) -> Result<CachedStatement<'_>, StoreError> {
        if !self.checked.borrow().contains_key(sql) {
            check_text(sql)?;
            self.checked.borrow_mut().insert(sql.into(), None);
        }
        let _ = self.denial.take();
        let statement = self.connection.prepare_cached(&without_journal(sql)).map_err(|error| match self.denial.take() {
            Some(cause) => StoreError::Denied(Circumstance { attempt: sql.to_owned(), principal: String::new(), cause }),
            None => classified(sql, &self.path, &error),
        })?;
        if !writes && !statement.readonly() {
            return Err(StoreError::statement(sql, "it changes rows inside a transaction that only reads"));
        }
        Ok(statement)
    }

    /// Binds by number.
    fn bind(&self, statement: &mut CachedStatement<'_>, sql: &str, params: &[Param<'_>]) -> Result<(), StoreError> {
        let wrong = |cause: String| StoreError::statement(sql, cause);
        let count = statement.parameter_count();
        if count != params.len() {
            return Err(wrong(format!("it has {count} parameters and was given {}", params.len())));
        }
        let known = self.checked.borrow().get(sql).cloned().flatten();
        let order = match known {
            Some(order) => order,
            None => {
                let order = order(statement, sql)?;
                self.checked.borrow_mut().insert(sql.into(), Some(Arc::clone(&order)));
                order
            }
        };
        for (i, number) in order.iter().enumerate() {
            bind(statement, i + 1, params[*number]).map_err(|e| wrong(e.to_string()))?;
        }
        Ok(())
    }
}

/// As SQLite executes it: what a statement did before it fails is left to the transaction, of which nothing is kept then
/// ([`crate::Tx`] sees to that). Otherwise SQLite keeps a copy of each page that a statement changes, to undo it alone.
fn without_journal(sql: &str) -> Cow<'_, str> {
    for (verb, rest) in [("INSERT OR FAIL", sql.strip_prefix("INSERT")), ("UPDATE OR FAIL", sql.strip_prefix("UPDATE"))] {
        if let Some(rest) = rest.filter(|rest| rest.starts_with(' ')) {
            return Cow::Owned([verb, rest].concat());
        }
    }
    Cow::Borrowed(sql)
}

/// Refuses `OR REPLACE` and `REPLACE INTO`: they remove rows, and SQLite asks nobody whether that is allowed. PostgreSQL
/// does not have them, so no statement of this house needs them.
pub(super) fn check_text(sql: &str) -> Result<(), StoreError> {
    let words: Vec<&str> = sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let is = |word: &str, text: &str| word.eq_ignore_ascii_case(text);
    if words.windows(2).any(|pair| is(pair[0], "or") && is(pair[1], "replace") || is(pair[0], "replace") && is(pair[1], "into")) {
        return Err(StoreError::denied(sql, "REPLACE removes rows without asking for the right to; use ON CONFLICT"));
    }
    Ok(())
}

/// Which parameter each of a statement's variables is, counted from 0: SQLite takes `$2` for a name, and numbers names in the
/// order in which they appear. It finds a variable's name by looking at all before it, so this is asked once for each text.
fn order(statement: &CachedStatement<'_>, sql: &str) -> Result<Order, StoreError> {
    let count = statement.parameter_count();
    let of = |i: usize| {
        let number = statement.parameter_name(i).and_then(|name| name.strip_prefix('$')).and_then(|digits| digits.parse::<usize>().ok());
        let unknown = || StoreError::statement(sql, format!("parameter {} is none of $1 to ${count}", statement.parameter_name(i).unwrap_or("?")));
        number.and_then(|n| n.checked_sub(1)).filter(|n| *n < count).ok_or_else(unknown)
    };
    (1..=count).map(of).collect()
}

fn insert_statement(insert: &Insert, rows: usize) -> String {
    let mut sql = format!("INSERT INTO {} (", insert.table);
    for (i, (column, _)) in insert.columns.iter().enumerate() {
        sql.push_str(if i > 0 { ", " } else { "" });
        sql.push_str(column);
    }
    sql.push_str(") VALUES ");
    for row in 0..rows {
        sql.push_str(if row > 0 { ", (" } else { "(" });
        for column in 0..insert.columns.len() {
            sql.push_str(if column > 0 { ",?" } else { "?" });
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(insert.conflict);
    sql
}

/// Binds a value to the variable with this number. Each kind by itself: a row has many, and of one whose kind is only known while
/// it runs the library makes a large value first.
fn bind(statement: &mut CachedStatement<'_>, number: usize, value: Param<'_>) -> rusqlite::Result<()> {
    match value {
        Param::Null => statement.raw_bind_parameter(number, Null),
        Param::Integer(value) => statement.raw_bind_parameter(number, value),
        Param::Text(value) => statement.raw_bind_parameter(number, value),
        Param::Blob(value) => statement.raw_bind_parameter(number, value),
    }
}

/// Keeps a value in the room of the one before, which is mostly of the same kind and length.
fn keep(kept: &mut Value, value: ValueRef<'_>) -> Result<(), String> {
    match (kept, value) {
        (Value::Blob(kept), ValueRef::Blob(bytes)) => {
            kept.clear();
            kept.extend_from_slice(bytes);
        }
        (Value::Text(kept), ValueRef::Text(bytes)) => {
            kept.clear();
            kept.push_str(std::str::from_utf8(bytes).map_err(|e| e.to_string())?);
        }
        (kept, value) => *kept = owned(value)?,
    }
    Ok(())
}

fn owned(value: ValueRef<'_>) -> Result<Value, String> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Text(bytes) => Value::Text(std::str::from_utf8(bytes).map_err(|e| e.to_string())?.to_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(value) => return Err(format!("{value} is no whole number; CAST it")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Turn;
    use super::*;
    use provost_catalog::database::Principal;
    use provost_domain::Timestamp;
    use rusqlite::hooks::{AuthContext, Authorization};

    #[test]
    fn replace_is_refused_as_a_statement_and_allowed_as_a_function() {
        for refused in [
            "INSERT OR REPLACE INTO ledger VALUES (1)",
            "replace into ledger values (1)",
            "UPDATE OR\nREPLACE ledger SET seq = 1",
            "insert or/* */replace into x",
        ] {
            assert!(matches!(check_text(refused), Err(StoreError::Denied { .. })), "{refused}");
        }
        assert_eq!(check_text("SELECT replace(name, 'a', 'b') FROM device"), Ok(()));
    }

    /// As on a full disk, without one: the file may not grow any more.
    #[test]
    fn a_database_that_may_not_grow_is_full_and_keeps_nothing_half_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("site.db");
        let site = "LAB".parse().expect("a code");
        super::super::prepare(&path, site, "", Timestamp::from_micros(0)).expect("a database");
        let mut sqlite = Sqlite::connect(&path, Principal::Provider, site, &Turn::default()).expect("a connection");
        sqlite.connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).expect("free of its bonds");
        let pages: i64 = sqlite.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a count");
        sqlite.connection.pragma_update(None, "max_page_count", pages + 40).expect("a limit");
        let value = "x".repeat(50_000);
        let mut kept = 0;
        let full = loop {
            let mut open = sqlite.begin(true).expect("a transaction");
            let mut both = || {
                for half in ["a", "b"] {
                    let name = format!("{kept}{half}");
                    open.execute("INSERT INTO setting (name, value) VALUES ($1, $2)", &[(&name).into(), (&value).into()])?;
                }
                Ok::<_, StoreError>(())
            };
            match both().and_then(|()| open.commit()) {
                Ok(()) => kept += 2,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, StoreError::Full(_)), "{full:?}");
        let mut rows = Vec::new();
        let mut open = sqlite.begin(false).expect("a transaction");
        open.query_each("SELECT count(*) FROM setting", &[], &mut |row| row.integer(0).map(|n| rows.push(n))).expect("a count");
        assert_eq!(rows, [kept]);
        assert!(kept > 0);
    }
}
