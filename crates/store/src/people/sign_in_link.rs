//! One-time sign-in links.

use super::person::PersonName;
use super::token::Token;
use crate::database::{StoreError, Tx};
use provost_domain::{Digest, Timestamp};

/// Makes a link's token for a person, good until `expires_at` and once.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn create_sign_in_link(tx: &mut Tx<'_>, person: &PersonName, now: Timestamp, expires_at: Timestamp) -> Result<Token, StoreError> {
    let token = Token::random();
    tx.execute(
        "INSERT INTO sign_in_link (token_digest, person, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, NULL)",
        &[(&token.digest().to_string()).into(), person.as_str().into(), now.into(), expires_at.into()],
    )?;
    Ok(token)
}

/// Uses a link up and tells whose it was; `None` when it is unknown, used or expired, or its person may not sign in. Of two
/// that use it at once, one gets in.
///
/// # Errors
/// As [`create_sign_in_link`].
pub fn use_sign_in_link(tx: &mut Tx<'_>, token: &Digest, now: Timestamp) -> Result<Option<PersonName>, StoreError> {
    let row = tx.query_optional(
        "UPDATE sign_in_link SET used_at = $2 WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2
         AND person IN (SELECT name FROM person WHERE disabled = 0) RETURNING person",
        &[(&token.to_string()).into(), now.into()],
    )?;
    row.map(|row| row.parsed(0)).transpose()
}
