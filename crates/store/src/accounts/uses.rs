//! Each connection that was made or tried: what the ledger holds, in a form to look through by account.

use crate::database::{Row, StoreError, Tx, Value};
use crate::views::{Conditions, Field, Fields, Found, Page, Position, Source};
use provost_domain::Timestamp;
use provost_domain::filter::Kind;
use std::collections::HashMap;

/// One use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountUse {
    /// Its number.
    pub use_id: i64,
    /// The binding; none for an identity without one.
    pub binding_id: Option<i64>,
    /// Who, as `provost_domain::accounts::resolution::Identity` names it.
    pub identity: String,
    /// The account's name.
    pub account: String,
    /// What for: a `provost_catalog::accounts::Use`.
    pub operation: String,
    /// Where.
    pub target: String,
    /// How it ended: a `provost_domain::outcome::Outcome`.
    pub outcome: String,
    /// More of that; never a secret.
    pub detail: String,
    /// When it began.
    pub at: Timestamp,
    /// How long it took to sign in, in microseconds.
    pub duration: i64,
}

const COLUMNS: &str = "binding_id, identity, account, operation, target, outcome, detail, at, duration";

/// Adds one; its number is given out.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn insert(tx: &mut Tx<'_>, new: &AccountUse) -> Result<(), StoreError> {
    tx.execute(
        &format!("INSERT INTO account_use ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        &[
            new.binding_id.into(),
            (&new.identity).into(),
            (&new.account).into(),
            (&new.operation).into(),
            (&new.target).into(),
            (&new.outcome).into(),
            (&new.detail).into(),
            new.at.into(),
            new.duration.into(),
        ],
    )?;
    Ok(())
}

fn stored(row: &Row) -> Result<AccountUse, StoreError> {
    Ok(AccountUse {
        binding_id: row.optional_integer(0)?,
        identity: row.text(1)?.to_owned(),
        account: row.text(2)?.to_owned(),
        operation: row.text(3)?.to_owned(),
        target: row.text(4)?.to_owned(),
        outcome: row.text(5)?.to_owned(),
        detail: row.text(6)?.to_owned(),
        at: row.timestamp(7)?,
        duration: row.integer(8)?,
        use_id: row.integer(9)?,
    })
}

/// What uses are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("when", Kind::Time, "at"),
        Field::new("account", Kind::Text, "account"),
        Field::new("use", Kind::Text, "operation"),
        Field::new("target", Kind::Text, "target"),
        Field::new("outcome", Kind::Text, "outcome"),
        Field::new("detail", Kind::Text, "detail"),
        Field::new("microseconds", Kind::Number, "duration"),
        Field::new("number", Kind::Number, "use_id"),
    ],
    also: &["lower(identity) LIKE {} ESCAPE '!'"],
};

/// A page of uses, of one binding when it is said, newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`insert`].
pub fn page(tx: &mut Tx<'_>, binding_id: Option<i64>, page: &Page) -> Result<Found<AccountUse>, StoreError> {
    const USES: Source = Source {
        columns: "binding_id, identity, account, operation, target, outcome, detail, at, duration, use_id",
        from: "account_use",
        key: "use_id",
        fields: FIELDS,
    };
    let mut all = Conditions::default();
    if let Some(binding_id) = binding_id {
        all.add("binding_id = {}", Value::Integer(binding_id));
    }
    USES.read(tx, all, true, page, stored)
}

/// At most `limit` uses before number `before`, newest first; of one binding when it is said.
///
/// # Errors
/// As [`insert`].
pub fn newest(tx: &mut Tx<'_>, binding_id: Option<i64>, before: i64, limit: usize) -> Result<Vec<AccountUse>, StoreError> {
    let after = Some(Position { sort_key: Value::Integer(before), row_key: Value::Integer(before) });
    Ok(page(tx, binding_id, &Page { after, ..Page::first(limit) })?.items)
}

/// When each binding was last used; without one that never was.
///
/// # Errors
/// As [`insert`].
pub fn last(tx: &mut Tx<'_>) -> Result<HashMap<i64, Timestamp>, StoreError> {
    // One look into the index for each binding, however often they were used.
    let sql = "SELECT b.binding_id, (SELECT max(u.at) FROM account_use u WHERE u.binding_id = b.binding_id) FROM account_binding b";
    let rows = tx.query(sql, &[])?;
    let mut last = HashMap::with_capacity(rows.len());
    for row in &rows {
        if let Some(at) = row.optional_timestamp(1)? {
            last.insert(row.integer(0)?, at);
        }
    }
    Ok(last)
}
