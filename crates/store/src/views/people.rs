//! People who may sign in, as people list them.

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Name to sign in with.
    pub name: String,
    /// Whether there is a password; otherwise only a welcome link lets them in.
    pub has_password: bool,
    /// Whether they may no longer sign in.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// How many sessions of theirs have not run out.
    pub sessions: i64,
    /// When one of these was last used.
    pub last_used_at: Option<Timestamp>,
}

/// People after a name, at most `limit`, by name. `now` decides which sessions count.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize, now: Timestamp) -> Result<Vec<Listed>, StoreError> {
    let sql = "SELECT p.name, CASE WHEN p.password_hash IS NULL THEN 0 ELSE 1 END, p.disabled, p.created_at, p.created_by, count(s.token_digest), max(s.last_used_at) \
               FROM person p LEFT JOIN session s ON s.person = p.name AND s.expires_at > $1 WHERE p.name > $2 \
               GROUP BY p.name, p.password_hash, p.disabled, p.created_at, p.created_by ORDER BY p.name LIMIT $3";
    let rows = tx.query(sql, &[now.into(), after.unwrap_or_default().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()])?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                name: row.text(0)?.to_owned(),
                has_password: row.integer(1)? == 1,
                disabled: row.boolean(2)?,
                created_at: row.timestamp(3)?,
                created_by: row.text(4)?.to_owned(),
                sessions: row.integer(5)?,
                last_used_at: row.optional_timestamp(6)?,
            })
        })
        .collect()
}
