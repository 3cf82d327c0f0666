//! Refused sign-ins, for the lock-out budget. They outlive a restart: a site that starts again and again must not lock
//! an account out either.

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;
use provost_domain::accounts::budget::Refused;
use provost_domain::outcome::Outcome;

/// The refusals so far of one principal with one version of its password.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn so_far(tx: &mut Tx<'_>, name_key: &str, secret_version: i64) -> Result<Option<Refused>, StoreError> {
    let row = tx.query_optional(
        "SELECT refusals, last_at FROM account_refusal WHERE name_key = $1 AND secret_version = $2",
        &[name_key.into(), secret_version.into()],
    )?;
    row.map(|row| Ok(Refused { times: u32::try_from(row.integer(0)?).unwrap_or(u32::MAX), last_at: row.timestamp(1)? })).transpose()
}

/// Counts one more.
///
/// # Errors
/// As [`so_far`].
pub fn count(tx: &mut Tx<'_>, name_key: &str, secret_version: i64, outcome: Outcome, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO account_refusal (name_key, secret_version, refusals, first_at, last_at, outcome) VALUES ($1, $2, 1, $3, $3, $4)
         ON CONFLICT (name_key, secret_version) DO UPDATE SET refusals = account_refusal.refusals + 1, last_at = excluded.last_at, outcome = excluded.outcome",
        &[name_key.into(), secret_version.into(), at.into(), outcome.id().into()],
    )?;
    Ok(())
}

/// Forgets them after a sign-in that succeeded.
///
/// # Errors
/// As [`so_far`].
pub fn forget(tx: &mut Tx<'_>, name_key: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM account_refusal WHERE name_key = $1", &[name_key.into()])?;
    Ok(())
}
