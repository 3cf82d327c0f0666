//! Alert rules.

use crate::database::{Row, StoreError, Tx};
use crate::lists::{texts_from_column, texts_to_column};
use provost_domain::Timestamp;
use provost_domain::alerts::{AlertRule, RuleName, Source};

/// A rule, and who set it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The rule.
    pub rule: AlertRule,
    /// When it was set.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

fn condition(source: &Source) -> String {
    let json = match source {
        Source::StatusMessage(condition) => serde_json::to_string(condition),
        Source::ComponentFailing(condition) => serde_json::to_string(condition),
        Source::ClientSilent(condition) => serde_json::to_string(condition),
    };
    json.unwrap_or_default()
}

fn source(id: &str, condition: &str) -> Result<Source, StoreError> {
    let json = |error: serde_json::Error| StoreError::corrupt("reading an alert rule", format!("its condition: {error}"));
    match Source::IDS.iter().position(|known| *known == id) {
        Some(0) => serde_json::from_str(condition).map(Source::StatusMessage).map_err(json),
        Some(1) => serde_json::from_str(condition).map(Source::ComponentFailing).map_err(json),
        Some(2) => serde_json::from_str(condition).map(Source::ClientSilent).map_err(json),
        _ => Err(StoreError::corrupt("reading an alert rule", format!("no source is called {id:?}"))),
    }
}

fn set(row: &Row) -> Result<Set, StoreError> {
    let rule = AlertRule::new(row.text(0)?, source(row.text(1)?, row.text(2)?)?, &texts_from_column(row.text(3)?)?, row.boolean(4)?)
        .map_err(|error| StoreError::corrupt("reading an alert rule", error.to_string()))?;
    Ok(Set { rule, created_at: row.timestamp(5)?, created_by: row.text(6)?.to_owned() })
}

/// Every rule, by name.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Set>, StoreError> {
    let rows = tx.query("SELECT name, source, condition, recipients, enabled, created_at, created_by FROM alert_rule ORDER BY name", &[])?;
    rows.iter().map(set).collect()
}

/// Sets a rule; false when there is one of that name.
///
/// # Errors
/// As [`list`].
pub fn insert(tx: &mut Tx<'_>, rule: &AlertRule, by: &str, at: Timestamp) -> Result<bool, StoreError> {
    let recipients: Vec<String> = rule.recipients.iter().map(ToString::to_string).collect();
    let added = tx.execute(
        "INSERT INTO alert_rule (name, source, condition, recipients, enabled, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (name) DO NOTHING",
        &[
            rule.name.as_str().into(),
            rule.source.id().into(),
            (&condition(&rule.source)).into(),
            (&texts_to_column(&recipients)).into(),
            rule.enabled.into(),
            at.into(),
            by.into(),
        ],
    )?;
    Ok(added > 0)
}

/// Turns a rule on or off; false when there is none of that name.
///
/// # Errors
/// As [`list`].
pub fn set_enabled(tx: &mut Tx<'_>, name: &RuleName, enabled: bool) -> Result<bool, StoreError> {
    Ok(tx.execute("UPDATE alert_rule SET enabled = $2 WHERE name = $1", &[name.as_str().into(), enabled.into()])? > 0)
}

/// Removes a rule; false when there is none of that name.
///
/// # Errors
/// As [`list`].
pub fn remove(tx: &mut Tx<'_>, name: &RuleName) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM alert_rule WHERE name = $1", &[name.as_str().into()])? > 0)
}
