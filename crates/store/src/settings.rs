//! Settings that people change while the site runs: the profile of strictness, and dangerous uses that are switched on.

use crate::database::{StoreError, Tx};
use provost_catalog::rights::Profile;

/// Name of the switch that lets client push try the site server's computer account, last.
pub const PUSH_AS_SITE_SERVER: &str = "push-as-site-server";

const PROFILE: &str = "profile";
const ALLOW: &str = "allow.";

/// How strict the site is; standard until somebody says otherwise.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn profile(tx: &mut Tx<'_>) -> Result<Profile, StoreError> {
    let row = tx.query_optional("SELECT value FROM setting WHERE name = $1", &[PROFILE.into()])?;
    let Some(row) = row else { return Ok(Profile::Standard) };
    let text = row.text(0)?;
    Profile::ALL.iter().copied().find(|profile| profile.id() == text).ok_or_else(|| StoreError::corrupt("reading the profile", text))
}

/// Sets how strict the site is.
///
/// # Errors
/// As [`profile`].
pub fn set_profile(tx: &mut Tx<'_>, profile: Profile) -> Result<(), StoreError> {
    set(tx, PROFILE, profile.id())
}

/// Ids of the dangerous uses that are switched on.
///
/// # Errors
/// As [`profile`].
pub fn allowed(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let rows = tx.query("SELECT name FROM setting WHERE name LIKE 'allow.%' AND value = 'on' ORDER BY name", &[])?;
    rows.iter().map(|row| Ok(row.text(0)?.trim_start_matches(ALLOW).to_owned())).collect()
}

/// Switches a dangerous use on or off.
///
/// # Errors
/// As [`profile`].
pub fn allow(tx: &mut Tx<'_>, id: &str, on: bool) -> Result<(), StoreError> {
    set(tx, &format!("{ALLOW}{id}"), if on { "on" } else { "off" })
}

fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.execute("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", &[name.into(), value.into()])?;
    Ok(())
}
