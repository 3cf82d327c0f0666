//! What a connection may do, asked by SQLite for each statement when it is prepared.

use crate::database::rights::Rights;
use crate::schema;
use provost_catalog::database::{Principal, Right};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Functions that statements may call: those that mean the same in both engines. Everything else is refused, above all
/// what reads files or loads code.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "coalesce",
    "count",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "octet_length",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "trim",
    "upper",
];

/// What was refused last, in words: SQLite's own message does not always tell.
#[derive(Clone, Default)]
pub(super) struct Denial(Arc<Mutex<Option<String>>>);

impl Denial {
    pub(super) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, what: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }
}

/// Ties a connection to a principal's rights. There is no way back for this connection.
pub(super) fn restrict(connection: &mut rusqlite::Connection, principal: Principal) -> rusqlite::Result<Denial> {
    let rights = Rights::of(principal);
    let tables: HashSet<&'static str> = schema::tables().iter().map(|t| t.name).collect();
    let denial = Denial::default();
    let note = denial.clone();
    connection.authorizer(Some(move |asked: AuthContext<'_>| match judge(&rights, &tables, &asked) {
        Ok(()) => Authorization::Allow,
        Err(what) => {
            note.put(what);
            Authorization::Deny
        }
    }))?;
    Ok(denial)
}

fn judge(rights: &Rights, tables: &HashSet<&'static str>, asked: &AuthContext<'_>) -> Result<(), String> {
    let may = |right: Right, word: &str, table: &str| {
        let here = asked.database_name.is_none_or(|name| name == "main");
        if here && rights.allow(table, right) { Ok(()) } else { Err(format!("it may not {word} table {table}")) }
    };
    match asked.action {
        AuthAction::Select | AuthAction::Transaction { .. } | AuthAction::Recursive => Ok(()),
        // A common table expression of which no column is used is asked for by its own name.
        AuthAction::Read { table_name, column_name: "" } if is_expression(tables, table_name) => Ok(()),
        AuthAction::Read { table_name, .. } => may(Right::Select, "read", table_name),
        AuthAction::Insert { table_name } => may(Right::Insert, "insert into", table_name),
        AuthAction::Update { table_name, .. } => may(Right::Update, "update", table_name),
        AuthAction::Delete { table_name } => may(Right::Delete, "delete from", table_name),
        // It moves what is committed from one file into another.
        AuthAction::Pragma { pragma_name, .. } if pragma_name.eq_ignore_ascii_case("wal_checkpoint") => Ok(()),
        AuthAction::Function { function_name } if FUNCTIONS.iter().any(|f| f.eq_ignore_ascii_case(function_name)) => Ok(()),
        AuthAction::Function { function_name } => Err(format!("it may not call function {function_name}")),
        action => Err(format!("it may not do this: {action:?}")),
    }
}

/// Whether a name without a table behind it is asked for; tables that SQLite keeps for itself or makes up count as tables.
fn is_expression(tables: &HashSet<&'static str>, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !tables.contains(name.as_str()) && !["sqlite_", "pragma_", "json_", "dbstat", "fts", "rtree"].iter().any(|own| name.starts_with(own))
}
