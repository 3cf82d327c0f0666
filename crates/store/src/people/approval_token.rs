//! One-time approval tokens: whoever installs a client hands it one, and the client is approved when it registers.

use super::token::Token;
use crate::database::{Row, StoreError, Tx};
use provost_domain::{Digest, SmsId, Timestamp};

/// An approval token as people see it: never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalToken {
    /// Its digest, which tells it from others.
    pub digest: Digest,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// When it was used, and by which client.
    pub used: Option<(Timestamp, SmsId)>,
}

/// Makes a token, good until `expires_at` and once.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn create_approval_token(tx: &mut Tx<'_>, created_by: &str, now: Timestamp, expires_at: Timestamp) -> Result<Token, StoreError> {
    let token = Token::random();
    tx.execute(
        "INSERT INTO approval_token (digest, created_by, created_at, expires_at, used_at, used_by) VALUES ($1, $2, $3, $4, NULL, NULL)",
        &[(&token.digest().to_string()).into(), created_by.into(), now.into(), expires_at.into()],
    )?;
    Ok(token)
}

/// Uses a token up for a client. Gives who made it; `None` when it is unknown, used or expired. One statement decides, so
/// two clients cannot both use it.
///
/// # Errors
/// As [`create_approval_token`].
pub fn use_approval_token(tx: &mut Tx<'_>, digest: &Digest, smsid: &SmsId, now: Timestamp) -> Result<Option<String>, StoreError> {
    let row = tx.query_optional(
        "UPDATE approval_token SET used_at = $3, used_by = $2 WHERE digest = $1 AND used_at IS NULL AND expires_at > $3 RETURNING created_by",
        &[(&digest.to_string()).into(), (&smsid.to_string()).into(), now.into()],
    )?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// At most `limit` tokens, the newest first.
///
/// # Errors
/// As [`create_approval_token`].
pub fn list_approval_tokens(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ApprovalToken>, StoreError> {
    let sql = "SELECT digest, created_by, created_at, expires_at, used_at, used_by FROM approval_token ORDER BY created_at DESC, digest LIMIT $1";
    tx.query(sql, &[limit.into()])?.iter().map(token).collect()
}

/// The token with this digest, used or not.
///
/// # Errors
/// As [`create_approval_token`].
pub fn find_approval_token(tx: &mut Tx<'_>, digest: &Digest) -> Result<Option<ApprovalToken>, StoreError> {
    let sql = "SELECT digest, created_by, created_at, expires_at, used_at, used_by FROM approval_token WHERE digest = $1";
    tx.query(sql, &[(&digest.to_string()).into()])?.first().map(token).transpose()
}

fn token(row: &Row) -> Result<ApprovalToken, StoreError> {
    let used = match (row.optional_timestamp(4)?, row.optional_parsed(5)?) {
        (Some(at), Some(by)) => Some((at, by)),
        _ => None,
    };
    Ok(ApprovalToken { digest: row.parsed(0)?, created_by: row.text(1)?.to_owned(), created_at: row.timestamp(2)?, expires_at: row.timestamp(3)?, used })
}
