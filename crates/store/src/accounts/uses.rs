//! Each connection that was made or tried: what the ledger holds, in a form to look through by account.

use crate::database::{Param, StoreError, Tx};
use provost_domain::Timestamp;
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

/// At most `limit` uses before number `before`, newest first; of one binding when it is said.
///
/// # Errors
/// As [`insert`].
pub fn newest(tx: &mut Tx<'_>, binding_id: Option<i64>, before: i64, limit: i64) -> Result<Vec<AccountUse>, StoreError> {
    let whose = if binding_id.is_some() { "AND binding_id = $3" } else { "" };
    let sql = format!("SELECT use_id, {COLUMNS} FROM account_use WHERE use_id < $1 {whose} ORDER BY use_id DESC LIMIT $2");
    let mut params: Vec<Param<'_>> = vec![before.into(), limit.into()];
    params.extend(binding_id.map(Param::from));
    let rows = tx.query(&sql, &params)?;
    rows.iter()
        .map(|row| {
            Ok(AccountUse {
                use_id: row.integer(0)?,
                binding_id: row.optional_integer(1)?,
                identity: row.text(2)?.to_owned(),
                account: row.text(3)?.to_owned(),
                operation: row.text(4)?.to_owned(),
                target: row.text(5)?.to_owned(),
                outcome: row.text(6)?.to_owned(),
                detail: row.text(7)?.to_owned(),
                at: row.timestamp(8)?,
                duration: row.integer(9)?,
            })
        })
        .collect()
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
