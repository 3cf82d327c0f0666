//! Status messages as people list them, newest first.

use super::conditions::literal;
use super::{Conditions, Field, Fields, Found, Page, Source};
use crate::database::{Row, StoreError, Tx, Value};
use crate::lists::texts_from_column;
use provost_catalog::rules;
use provost_domain::filter::{Kind, Pattern};
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

/// What messages are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("at", Kind::Time, "at"),
        Field::new("severity", Kind::Words(&["information", "warning", "error"]), "severity"),
        Field::new("number", Kind::Code, "number"),
        Field::new("component", Kind::Text, "component"),
        Field::new("system", Kind::Text, "system"),
        Field::made("text", said),
        Field::new("record", Kind::Number, "record_id"),
        Field::new("received", Kind::Time, "received_at"),
        Field::nullable("client", Kind::Text, "smsid"),
    ],
    also: &[],
};

const MESSAGES: Source = Source {
    columns: "record_id, number, severity, component, system, smsid, at, received_at, insertions",
    from: "status_message",
    key: "record_id",
    fields: FIELDS,
};

/// Insertions as people read them, but for their case: `["a","b"]` is `a; b`.
const INSERTED: &str = "lower(replace(replace(replace(insertions, '\",\"', '; '), '[\"', ''), '\"]', ''))";

/// A message's text is its rule's title, which is in the catalog, and what was inserted: looked for in both, and where one
/// goes over into the other.
fn said(pattern: &Pattern, all: &mut Conditions) -> String {
    let numbers = |is: &dyn Fn(&str) -> bool| {
        let numbers: Vec<String> = rules::all().filter(|rule| is(&rule.title.to_lowercase())).map(|rule| rule.code.to_string()).collect();
        (!numbers.is_empty()).then(|| format!("number IN ({})", numbers.join(", ")))
    };
    let mut inserted = |like: String| format!("{INSERTED} LIKE {} ESCAPE '!'", all.param(Value::Text(like)));
    let pieces: Vec<String> = pattern.pieces().iter().map(|piece| literal(&in_json(piece))).collect();
    let mut any = vec![inserted(pieces.join("%"))];
    any.extend(numbers(&|title| pattern.matches(title)));
    if let [first, text, last] = pattern.pieces()
        && first.is_empty()
        && last.is_empty()
    {
        for (at, _) in text.match_indices(": ") {
            let (before, behind) = (text[..at].to_lowercase(), format!("{}%", literal(&in_json(&text[at + 2..]))));
            any.extend(numbers(&|title| title.ends_with(&before)).map(|numbers| format!("({numbers} AND {})", inserted(behind))));
        }
    }
    any.join(" OR ")
}

/// A text as it stands in JSON, without its quotes.
fn in_json(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json[1..json.len() - 1].to_owned()
}

/// A page of the messages of a filter, newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, page: &Page) -> Result<Found<Listed>, StoreError> {
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
    MESSAGES.read(tx, all, true, page, listed)
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
