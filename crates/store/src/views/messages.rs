//! Status messages as people list them, newest first.

use super::conditions::Conditions;

use crate::database::{Row, StoreError, Tx, Value};
use crate::lists::texts_from_column;
use provost_domain::status::Severity;
use provost_domain::{SmsId, Timestamp};

/// One status message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number in the site, counting up.
    pub record_id: i64,
    /// Number of the message; the catalog's rules say what it means.
    pub number: i64,
    /// How bad.
    pub severity: Severity,
    /// Component that reports, by id.
    pub component: String,
    /// Machine that it runs on.
    pub system: String,
    /// Client that sent it; `None` for the site's own components.
    pub smsid: Option<SmsId>,
    /// When, by the sender's clock.
    pub at: Timestamp,
    /// When the site took it.
    pub received_at: Timestamp,
    /// Insertion strings.
    pub insertions: Vec<String>,
}

/// Which messages a list holds; what is not set does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of these severities; empty means all.
    pub severities: Vec<Severity>,
    /// Of this component.
    pub component: Option<String>,
    /// From this machine, whatever the case of its ASCII letters.
    pub system: Option<String>,
    /// From this client.
    pub smsid: Option<SmsId>,
    /// With this number.
    pub number: Option<i64>,
    /// Sent at this time or later.
    pub since: Option<Timestamp>,
}

/// The messages of a filter before record `after` (newest first), at most `limit`.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, after: Option<i64>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let Filter { severities, component, system, smsid, number, since } = filter;
    let mut all = Conditions::default();
    match severities.as_slice() {
        [] => {}
        [one] => all.add("severity = {}", Value::Text(one.word().to_owned())),
        several => {
            // Words of the enumeration, not of a person: no parameter is needed.
            let words: Vec<String> = several.iter().map(|s| format!("'{}'", s.word())).collect();
            all.add_plain(&format!("severity IN ({})", words.join(", ")));
        }
    }
    if let Some(component) = component {
        all.add("component = {}", Value::Text(component.clone()));
    }
    if let Some(system) = system {
        all.add("lower(system) = {}", Value::Text(system.to_ascii_lowercase()));
    }
    if let Some(smsid) = smsid {
        all.add("smsid = {}", Value::Text(smsid.to_string()));
    }
    if let Some(number) = number {
        all.add("number = {}", Value::Integer(*number));
    }
    if let Some(since) = since {
        all.add("at >= {}", Value::Integer(since.as_micros()));
    }
    if let Some(after) = after {
        all.add("record_id < {}", Value::Integer(after));
    }
    let sql = format!(
        "SELECT record_id, number, severity, component, system, smsid, at, received_at, insertions FROM status_message{} ORDER BY record_id DESC LIMIT ${}",
        all.sql(),
        all.limit_number()
    );
    let mut messages = Vec::new();
    tx.query_each(&sql, &all.params_and_limit(limit), &mut |row| {
        messages.push(listed(row)?);
        Ok(())
    })?;
    Ok(messages)
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    let word = row.text(2)?;
    Ok(Listed {
        record_id: row.integer(0)?,
        number: row.integer(1)?,
        severity: Severity::from_word(word).ok_or_else(|| StoreError::corrupt("reading a status message", format!("no severity is called {word:?}")))?,
        component: row.text(3)?.to_owned(),
        system: row.text(4)?.to_owned(),
        smsid: row.optional_parsed(5)?,
        at: row.timestamp(6)?,
        received_at: row.timestamp(7)?,
        insertions: texts_from_column(row.text(8)?)?,
    })
}
