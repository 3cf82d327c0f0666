//! How each method is set; one that nobody set has no row.

use crate::database::{Row, StoreError, Tx};
use crate::lists::{texts_from_column, texts_to_column};
use provost_domain::discovery::{Method, Settings};

const COLUMNS: &str = "method, enabled, full_every, delta_every, logged_on_within_days, password_within_days, disabled, distribution_groups, \
     subnet_boundaries, site_boundaries, attributes";

fn stored(row: &Row) -> Result<Settings, StoreError> {
    let method = row.text(0)?;
    Ok(Settings {
        method: Method::from_id(method).ok_or_else(|| StoreError::corrupt("reading a discovery method", format!("no method is called {method:?}")))?,
        enabled: row.boolean(1)?,
        full_every: row.integer(2)?,
        delta_every: row.optional_integer(3)?,
        logged_on_within_days: row.optional_integer(4)?,
        password_within_days: row.optional_integer(5)?,
        disabled: row.boolean(6)?,
        distribution_groups: row.boolean(7)?,
        subnet_boundaries: row.boolean(8)?,
        site_boundaries: row.boolean(9)?,
        attributes: texts_from_column(row.text(10)?)?,
    })
}

/// How a method is set.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn find(tx: &mut Tx<'_>, method: Method) -> Result<Settings, StoreError> {
    let row = tx.query_optional(&format!("SELECT {COLUMNS} FROM discovery_method WHERE method = $1"), &[method.id().into()])?;
    row.as_ref().map_or_else(|| Ok(Settings::before_anybody_set(method)), stored)
}

/// Sets a method.
///
/// # Errors
/// As [`find`].
pub fn set(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StoreError> {
    let attributes = texts_to_column(&settings.attributes);
    tx.execute(
        &format!(
            "INSERT INTO discovery_method ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (method) DO UPDATE SET enabled = excluded.enabled, full_every = excluded.full_every, delta_every = excluded.delta_every,
                 logged_on_within_days = excluded.logged_on_within_days, password_within_days = excluded.password_within_days,
                 disabled = excluded.disabled, distribution_groups = excluded.distribution_groups, subnet_boundaries = excluded.subnet_boundaries,
                 site_boundaries = excluded.site_boundaries, attributes = excluded.attributes"
        ),
        &[
            settings.method.id().into(),
            settings.enabled.into(),
            settings.full_every.into(),
            settings.delta_every.into(),
            settings.logged_on_within_days.into(),
            settings.password_within_days.into(),
            settings.disabled.into(),
            settings.distribution_groups.into(),
            settings.subnet_boundaries.into(),
            settings.site_boundaries.into(),
            (&attributes).into(),
        ],
    )?;
    Ok(())
}
