//! Mail that is to be sent, and what became of it.

use crate::database::{ColumnType, Insert, Param, Row, StoreError, Tx, Value};
use crate::lists::select_each;
use crate::views::{Conditions, Field, Fields, Found, Page, Position, Source};
use provost_domain::Timestamp;
use provost_domain::alerts::{Mail, Retry};
use provost_domain::filter::Kind;
use std::collections::HashMap;

/// When mail that is settled is tried next: never.
const NEVER: i64 = i64::MAX;
const TROUBLE_CHARACTERS_MAX: usize = 500;

/// One mail as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub mail_id: i64,
    /// What is sent.
    pub alert_id: i64,
    /// Unique; its Message-ID is derived from it.
    pub message_key: String,
    /// To whom.
    pub recipient: String,
    /// Subject line.
    pub heading: String,
    /// Text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next; none when it is settled.
    pub next_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: i64,
    /// When the mail server took it.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub given_up_at: Option<Timestamp>,
    /// Why it was not sent the last time.
    pub trouble: Option<String>,
}

impl Queued {
    /// Whether it is a test, which no alert asked for.
    #[must_use]
    pub const fn is_test(&self) -> bool {
        self.alert_id == 0
    }
}

const COLUMNS: &str = "mail_id, alert_id, message_key, recipient, heading, body, created_at, next_at, attempts, sent_at, given_up_at, trouble";

fn queued(row: &Row) -> Result<Queued, StoreError> {
    Ok(Queued {
        mail_id: row.integer(0)?,
        alert_id: row.integer(1)?,
        message_key: row.text(2)?.to_owned(),
        recipient: row.text(3)?.to_owned(),
        heading: row.text(4)?.to_owned(),
        body: row.text(5)?.to_owned(),
        created_at: row.timestamp(6)?,
        next_at: (row.integer(7)? != NEVER).then(|| row.timestamp(7)).transpose()?,
        attempts: row.integer(8)?,
        sent_at: row.optional_timestamp(9)?,
        given_up_at: row.optional_timestamp(10)?,
        trouble: row.optional_text(11)?.map(str::to_owned),
    })
}

/// Adds mails that are due at once. One whose key is there is the same mail, and is not added again.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn enqueue(tx: &mut Tx<'_>, mails: &[Mail], now: Timestamp) -> Result<u64, StoreError> {
    const MAILS: Insert = Insert {
        table: "alert_mail",
        columns: &[
            ("alert_id", ColumnType::Integer),
            ("message_key", ColumnType::Text),
            ("recipient", ColumnType::Text),
            ("heading", ColumnType::Text),
            ("body", ColumnType::Text),
            ("created_at", ColumnType::Integer),
            ("next_at", ColumnType::Integer),
            ("attempts", ColumnType::Integer),
        ],
        conflict: "ON CONFLICT (message_key) DO NOTHING",
    };
    let rows: Vec<Param<'_>> = mails
        .iter()
        .flat_map(|mail| {
            [
                mail.alert_id.into(),
                (&mail.message_key).into(),
                mail.recipient.as_str().into(),
                (&mail.heading).into(),
                (&mail.body).into(),
                now.into(),
                now.into(),
                0.into(),
            ]
        })
        .collect();
    tx.insert_many(&MAILS, &rows)
}

/// At most `limit` mails that are due: tests first, for somebody waits for them, then the longest due. Those that are due later than `horizon` count as well: no
/// schedule goes so far, so the clock was set back since.
///
/// # Errors
/// As [`enqueue`].
pub fn due(tx: &mut Tx<'_>, now: Timestamp, horizon: Timestamp, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alert_mail WHERE next_at <= $1 OR (next_at > $2 AND next_at < $3) \
         ORDER BY CASE WHEN alert_id = 0 THEN 0 ELSE 1 END, next_at, mail_id LIMIT $4"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(&sql, &[now.into(), horizon.into(), NEVER.into(), limit.into()])?.iter().map(queued).collect()
}

/// Records that the mail server took a mail.
///
/// # Errors
/// As [`enqueue`].
pub fn sent(tx: &mut Tx<'_>, mail_id: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE alert_mail SET attempts = attempts + 1, sent_at = $2, trouble = NULL, next_at = $3 WHERE mail_id = $1",
        &[mail_id.into(), at.into(), NEVER.into()],
    )?;
    Ok(())
}

/// Records that an attempt failed, and what follows.
///
/// # Errors
/// As [`enqueue`].
pub fn failed(tx: &mut Tx<'_>, mail_id: i64, trouble: &str, retry: Retry, now: Timestamp) -> Result<(), StoreError> {
    let (next_at, given_up_at) = match retry {
        Retry::At(at) => (at.as_micros(), None),
        Retry::GivenUp => (NEVER, Some(now)),
    };
    let trouble: String = trouble.chars().filter(|c| !c.is_control()).take(TROUBLE_CHARACTERS_MAX).collect();
    tx.execute(
        "UPDATE alert_mail SET attempts = attempts + 1, given_up_at = $2, trouble = $3, next_at = $4 WHERE mail_id = $1",
        &[mail_id.into(), given_up_at.into(), (&trouble).into(), next_at.into()],
    )?;
    Ok(())
}

/// Puts everything but tests that is due at `now` off until `until`, without an attempt; gives how many mails.
///
/// # Errors
/// As [`enqueue`].
pub fn put_off(tx: &mut Tx<'_>, now: Timestamp, until: Timestamp) -> Result<u64, StoreError> {
    tx.execute("UPDATE alert_mail SET next_at = $2 WHERE next_at <= $1 AND alert_id <> 0", &[now.into(), until.into()])
}

/// Makes everything that waits due at `now`; gives how many mails.
///
/// # Errors
/// As [`enqueue`].
pub fn hurry(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute("UPDATE alert_mail SET next_at = $1 WHERE next_at > $1 AND next_at < $2", &[now.into(), NEVER.into()])
}

/// Gives up everything that waits since before `before`, because of `trouble`; gives how many mails.
///
/// # Errors
/// As [`enqueue`].
pub fn give_up_older(tx: &mut Tx<'_>, before: Timestamp, trouble: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE alert_mail SET given_up_at = $2, trouble = $3, next_at = $4 WHERE next_at < $4 AND created_at <= $1",
        &[before.into(), now.into(), trouble.into(), NEVER.into()],
    )
}

/// The mail with this number.
///
/// # Errors
/// As [`enqueue`].
pub fn by_id(tx: &mut Tx<'_>, mail_id: i64) -> Result<Option<Queued>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM alert_mail WHERE mail_id = $1"), &[mail_id.into()])?.as_ref().map(queued).transpose()
}

/// The mail with this key.
///
/// # Errors
/// As [`enqueue`].
pub fn by_key(tx: &mut Tx<'_>, message_key: &str) -> Result<Option<Queued>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM alert_mail WHERE message_key = $1"), &[message_key.into()])?.as_ref().map(queued).transpose()
}

/// What mails are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("mail", Kind::Number, "mail_id"),
        Field::nullable("alert", Kind::Number, "NULLIF(alert_id, 0)"),
        Field::new(
            "state",
            Kind::Words(&["sent", "waiting", "given-up"]),
            "(CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN given_up_at IS NOT NULL THEN 'given-up' ELSE 'waiting' END)",
        ),
        Field::new("recipient", Kind::Text, "recipient"),
        Field::new("created", Kind::Time, "created_at"),
        Field::new("attempts", Kind::Number, "attempts"),
        Field::nullable("next", Kind::Time, "NULLIF(next_at, 9223372036854775807)"),
        Field::nullable("trouble", Kind::Text, "trouble"),
        Field::new("heading", Kind::Text, "heading"),
        Field::nullable("sent", Kind::Time, "sent_at"),
        Field::nullable("given-up", Kind::Time, "given_up_at"),
        Field::new("message-key", Kind::Text, "message_key"),
    ],
    also: &[],
};

/// A page of mails, newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`enqueue`].
pub fn page(tx: &mut Tx<'_>, page: &Page) -> Result<Found<Queued>, StoreError> {
    const MAILS: Source = Source { columns: COLUMNS, from: "alert_mail", key: "mail_id", fields: FIELDS };
    MAILS.read(tx, Conditions::default(), true, page, queued)
}

/// At most `limit` mails before number `before`, newest first.
///
/// # Errors
/// As [`enqueue`].
pub fn newest(tx: &mut Tx<'_>, before: i64, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let after = Some(Position { sort_key: Value::Integer(before), row_key: Value::Integer(before) });
    Ok(page(tx, &Page { after, ..Page::first(limit) })?.items)
}

/// Mail that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub mails: i64,
    /// When the oldest was written.
    pub oldest: Option<Timestamp>,
    /// When the next is tried.
    pub next_at: Option<Timestamp>,
    /// Why the one that was tried most recently was not sent.
    pub trouble: Option<String>,
}

/// What waits.
///
/// # Errors
/// As [`enqueue`].
pub fn waiting(tx: &mut Tx<'_>) -> Result<Waiting, StoreError> {
    let Some(row) = tx.query_optional("SELECT count(*), min(next_at), min(created_at) FROM alert_mail WHERE next_at < $1", &[NEVER.into()])? else {
        return Ok(Waiting::default());
    };
    let (mails, next_at, oldest) = (row.integer(0)?, row.optional_timestamp(1)?, row.optional_timestamp(2)?);
    let sql = "SELECT trouble FROM alert_mail WHERE next_at < $1 AND trouble IS NOT NULL ORDER BY next_at DESC LIMIT 1";
    let trouble = tx.query_optional(sql, &[NEVER.into()])?.map(|row| row.text(0).map(str::to_owned)).transpose()?;
    Ok(Waiting { mails, oldest, next_at, trouble })
}

/// How the mails about an alert stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many the mail server took.
    pub sent: i64,
    /// How many wait.
    pub waiting: i64,
    /// How many were given up.
    pub given_up: i64,
}

/// How the mails about each of these alerts stand; an alert without mail of its own is missing.
///
/// # Errors
/// As [`enqueue`].
pub fn counts(tx: &mut Tx<'_>, alerts: &[i64]) -> Result<HashMap<i64, Counts>, StoreError> {
    let numbers: Vec<Param<'_>> = alerts.iter().map(|id| (*id).into()).collect();
    let mut counts = HashMap::with_capacity(alerts.len());
    let sql = "SELECT alert_id, count(sent_at), count(given_up_at), count(*) FROM alert_mail WHERE alert_id IN {} GROUP BY alert_id";
    select_each(tx, sql, &numbers, &mut |row| {
        let (sent, given_up) = (row.integer(1)?, row.integer(2)?);
        counts.insert(row.integer(0)?, Counts { sent, given_up, waiting: row.integer(3)? - sent - given_up });
        Ok(())
    })?;
    Ok(counts)
}

/// Removes mails that are settled and were written before `before`; gives their number.
///
/// # Errors
/// As [`enqueue`].
pub fn forget_settled(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM alert_mail WHERE created_at < $1 AND next_at = $2", &[before.into(), NEVER.into()])
}
