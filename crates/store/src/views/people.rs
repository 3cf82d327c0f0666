//! People who may sign in, as people list them.

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Name to sign in with; `dns.domain\name` for a user or a group of a directory.
    pub name: String,
    /// Security identifier of a user or a group of a directory.
    pub sid: Option<String>,
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
    let sql = "SELECT name, sid, has_password, disabled, created_at, created_by, sessions, last_used_at FROM ( \
               SELECT p.name, NULL AS sid, CASE WHEN p.password_hash IS NULL THEN 0 ELSE 1 END AS has_password, p.disabled, p.created_at, p.created_by, \
               count(s.token_digest) AS sessions, max(s.last_used_at) AS last_used_at \
               FROM person p LEFT JOIN session s ON s.person = p.name AND s.expires_at > $1 WHERE p.name > $2 \
               GROUP BY p.name, p.password_hash, p.disabled, p.created_at, p.created_by \
               UNION ALL SELECT a.name, a.sid, 0, 0, a.created_at, a.created_by, count(s.token_digest), max(s.last_used_at) \
               FROM directory_admin a LEFT JOIN directory_session d ON d.sid = a.sid \
               LEFT JOIN session s ON s.token_digest = d.token_digest AND s.expires_at > $1 WHERE a.name > $2 \
               GROUP BY a.name, a.sid, a.created_at, a.created_by) AS everybody ORDER BY name LIMIT $3";
    let rows = tx.query(sql, &[now.into(), after.unwrap_or_default().into(), i64::try_from(limit).unwrap_or(i64::MAX).into()])?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                name: row.text(0)?.to_owned(),
                sid: row.optional_text(1)?.map(str::to_owned),
                has_password: row.integer(2)? == 1,
                disabled: row.boolean(3)?,
                created_at: row.timestamp(4)?,
                created_by: row.text(5)?.to_owned(),
                sessions: row.integer(6)?,
                last_used_at: row.optional_timestamp(7)?,
            })
        })
        .collect()
}
