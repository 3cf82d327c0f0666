//! Runs of discovery methods: what people ask for, what goes on, and what became of each.

use crate::database::{Row, StoreError, Tx, Value};
use crate::views::{Conditions, Field, Fields, Found, Page, Source};
use provost_domain::Timestamp;
use provost_domain::discovery::{Method, Progress, RunKind};
use provost_domain::filter::Kind;
use serde::{Deserialize, Serialize};

/// What a run counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that the directory gave; the last domain controller alone, when others were lost before it.
    pub read: i64,
    /// Of them, those that filters left out.
    pub left_out: i64,
    /// Records that are on disk in the inbox; one that a second domain controller gave as well counts once.
    pub deposited: i64,
    /// Of them, those that were loaded.
    pub loaded: i64,
    /// Of them, those that were not known before.
    pub added: i64,
    /// Of them, those that were known otherwise.
    pub changed: i64,
    /// Reports that are on disk in the inbox: what objects are in, and who is in which group.
    pub reports: i64,
    /// Of them, those that were loaded.
    pub reports_loaded: i64,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// The container or object.
    pub path: String,
    /// The right that is missing, as a directory names it; or why it could not be read.
    pub missing: String,
}

/// One run at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub run_id: i64,
    /// The method.
    pub method: Method,
    /// The location's path, or the forest.
    pub target: String,
    /// How much it reads.
    pub kind: RunKind,
    /// Who asked; `schedule` when it was due.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// When it began; none while it waits.
    pub started_at: Option<Timestamp>,
    /// When it ended; none while it goes on.
    pub ended_at: Option<Timestamp>,
    /// As whom.
    pub account: String,
    /// Which domain controller answered; the last, when others were lost before it.
    pub domain_controller: String,
    /// What it counted.
    pub counts: Counts,
    /// What it could not read.
    pub blocked: Vec<Blocked>,
    /// Id of the outcome; empty until it ended.
    pub outcome: String,
    /// What else is known of the outcome.
    pub detail: String,
}

impl Run {
    /// Whether everything that it found is loaded, or never will be.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.ended_at.is_some() && self.counts.reports_loaded >= self.counts.reports
    }
}

/// Who asks for a run that was due.
pub const SCHEDULE: &str = "schedule";

const COLUMNS: &str = "run_id, method, target, kind, requested_by, requested_at, started_at, ended_at, account, domain_controller, \
     read, left_out, deposited, loaded, added, changed, blocked, outcome, detail, reports, reports_loaded";

fn stored(row: &Row) -> Result<Run, StoreError> {
    let corrupt = |what: String| StoreError::corrupt("reading a discovery run", what);
    let (method, kind) = (row.text(1)?, row.text(3)?);
    Ok(Run {
        run_id: row.integer(0)?,
        method: Method::from_id(method).ok_or_else(|| corrupt(format!("no method is called {method:?}")))?,
        target: row.text(2)?.to_owned(),
        kind: RunKind::from_id(kind).ok_or_else(|| corrupt(format!("no run is {kind:?}")))?,
        requested_by: row.text(4)?.to_owned(),
        requested_at: row.timestamp(5)?,
        started_at: row.optional_timestamp(6)?,
        ended_at: row.optional_timestamp(7)?,
        account: row.text(8)?.to_owned(),
        domain_controller: row.text(9)?.to_owned(),
        counts: Counts {
            read: row.integer(10)?,
            left_out: row.integer(11)?,
            deposited: row.integer(12)?,
            loaded: row.integer(13)?,
            added: row.integer(14)?,
            changed: row.integer(15)?,
            reports: row.integer(19)?,
            reports_loaded: row.integer(20)?,
        },
        blocked: serde_json::from_str(row.text(16)?).map_err(|e| corrupt(e.to_string()))?,
        outcome: row.text(17)?.to_owned(),
        detail: row.text(18)?.to_owned(),
    })
}

/// Asks for a run. Gives its number; that of one that waits already, when there is one of this kind.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn request(tx: &mut Tx<'_>, method: Method, target: &str, kind: RunKind, by: &str, at: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT min(run_id) FROM discovery_run WHERE method = $1 AND target = $2 AND kind = $3 AND started_at IS NULL";
    let waiting = tx.query_optional(sql, &[method.id().into(), target.into(), kind.id().into()])?;
    if let Some(run_id) = waiting.map(|row| row.optional_integer(0)).transpose()?.flatten() {
        return Ok(run_id);
    }
    let rows = tx.query(
        "INSERT INTO discovery_run (method, target, kind, requested_by, requested_at, account, domain_controller, read, left_out, deposited, loaded, added,
             changed, blocked, outcome, detail, reports, reports_loaded)
         VALUES ($1, $2, $3, $4, $5, '', '', 0, 0, 0, 0, 0, 0, '[]', '', '', 0, 0) RETURNING run_id",
        &[method.id().into(), target.into(), kind.id().into(), by.into(), at.into()],
    )?;
    rows.first().map_or_else(|| Err(StoreError::corrupt("asking for a discovery run", "no number came back")), |row| row.integer(0))
}

/// The run of a method that waits longest; none when none waits.
///
/// # Errors
/// As [`request`].
pub fn waiting(tx: &mut Tx<'_>, method: Method) -> Result<Option<Run>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM discovery_run WHERE method = $1 AND started_at IS NULL ORDER BY run_id LIMIT 1");
    tx.query_optional(&sql, &[method.id().into()])?.as_ref().map(stored).transpose()
}

/// The run with this number.
///
/// # Errors
/// As [`request`].
pub fn find(tx: &mut Tx<'_>, run_id: i64) -> Result<Option<Run>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM discovery_run WHERE run_id = $1"), &[run_id.into()])?.as_ref().map(stored).transpose()
}

/// What runs are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("run", Kind::Number, "run_id"),
        Field::new("method", Kind::Text, "method"),
        Field::new("at", Kind::Text, "target"),
        Field::new("kind", Kind::Text, "kind"),
        Field::nullable("started", Kind::Time, "started_at"),
        Field::new("found", Kind::Number, "deposited"),
        Field::new("new", Kind::Number, "added"),
        Field::new("changed", Kind::Number, "changed"),
        // How many there are in a JSON list, on either engine: each begins so, and a text cannot hold it unescaped.
        Field::new("blocked", Kind::Number, "CAST((length(blocked) - length(replace(blocked, '{\"path\":', ''))) / 8 AS BIGINT)"),
        Field::new("outcome", Kind::Text, "outcome"),
        Field::new("account", Kind::Text, "account"),
        Field::new("controller", Kind::Text, "domain_controller"),
        Field::new("read", Kind::Number, "read"),
        Field::new("left-out", Kind::Number, "left_out"),
        Field::new("by", Kind::Text, "requested_by"),
        Field::new("detail", Kind::Text, "detail"),
    ],
    also: &[],
};

/// A page of runs, of one method or of all, the newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`request`].
pub fn page(tx: &mut Tx<'_>, method: Option<Method>, page: &Page) -> Result<Found<Run>, StoreError> {
    const RUNS: Source = Source { columns: COLUMNS, from: "discovery_run", key: "run_id", fields: FIELDS };
    let mut all = Conditions::default();
    if let Some(method) = method {
        all.add("method = {}", Value::Text(method.id().to_owned()));
    }
    RUNS.read(tx, all, true, page, stored)
}

/// A run begins.
///
/// # Errors
/// As [`request`].
pub fn start(tx: &mut Tx<'_>, run_id: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE discovery_run SET started_at = $1 WHERE run_id = $2", &[at.into(), run_id.into()])?;
    Ok(())
}

/// Tells as whom and where a run reads, and how far it is; what was loaded is told by [`loaded`].
///
/// # Errors
/// As [`request`].
pub fn tell(tx: &mut Tx<'_>, run_id: i64, account: &str, domain_controller: &str, counts: &Counts) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE discovery_run SET account = $1, domain_controller = $2, read = $3, left_out = $4, deposited = $5, reports = $6 WHERE run_id = $7",
        &[account.into(), domain_controller.into(), counts.read.into(), counts.left_out.into(), counts.deposited.into(), counts.reports.into(), run_id.into()],
    )?;
    Ok(())
}

/// Tells what a run that goes on has to say until now, such as that it lost a domain controller.
///
/// # Errors
/// As [`request`].
pub fn remark(tx: &mut Tx<'_>, run_id: i64, detail: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE discovery_run SET detail = $1 WHERE run_id = $2", &[detail.into(), run_id.into()])?;
    Ok(())
}

/// A run ends; what it deposited may still be being loaded.
///
/// # Errors
/// As [`request`].
pub fn end(tx: &mut Tx<'_>, run_id: i64, at: Timestamp, outcome: &str, detail: &str, blocked: &[Blocked]) -> Result<(), StoreError> {
    let blocked = serde_json::to_string(blocked).map_err(|e| StoreError::corrupt("ending a discovery run", e.to_string()))?;
    tx.execute(
        "UPDATE discovery_run SET ended_at = $1, outcome = $2, detail = $3, blocked = $4 WHERE run_id = $5",
        &[at.into(), outcome.into(), detail.into(), (&blocked).into(), run_id.into()],
    )?;
    Ok(())
}

/// Counts a report of a run that was loaded, with its records.
///
/// # Errors
/// As [`request`].
pub fn loaded(tx: &mut Tx<'_>, run_id: i64, loaded: i64, added: i64, changed: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE discovery_run SET loaded = loaded + $1, added = added + $2, changed = changed + $3, reports_loaded = reports_loaded + 1 WHERE run_id = $4",
        &[loaded.into(), added.into(), changed.into(), run_id.into()],
    )?;
    Ok(())
}

/// Ends what a site that stopped, or a database that failed, left behind: those runs read no further. Gives their number.
///
/// # Errors
/// As [`request`].
pub fn end_interrupted(tx: &mut Tx<'_>, method: Method, at: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE discovery_run SET ended_at = $1, outcome = 'interrupted', detail = 'the site stopped, or its database failed, meanwhile' WHERE method = $2 AND started_at IS NOT NULL AND ended_at IS NULL",
        &[at.into(), method.id().into()],
    )
}

/// What became of a target until now, for [`provost_domain::discovery::Settings::due`]. A full run counts when it read the
/// directory, also when parts were blocked: reading it again at once would find them blocked again.
///
/// # Errors
/// As [`request`].
pub fn progress(tx: &mut Tx<'_>, method: Method, target: &str) -> Result<Progress, StoreError> {
    let of = |tx: &mut Tx<'_>, condition: &str| {
        let sql = format!("SELECT max(started_at) FROM discovery_run WHERE method = $1 AND target = $2{condition}");
        let row = tx.query_optional(&sql, &[method.id().into(), target.into()])?;
        row.map_or(Ok(None), |row| row.optional_timestamp(0))
    };
    Ok(Progress {
        full_at: of(tx, " AND kind = 'full' AND outcome IN ('succeeded', 'blocked')")?,
        full_tried_at: of(tx, " AND kind = 'full'")?,
        last_at: of(tx, "")?,
    })
}

/// Forgets what ended before `before` and told little: deltas, and runs that read nothing. Full runs are kept, for they are
/// few. Gives their number.
///
/// # Errors
/// As [`request`].
pub fn forget(tx: &mut Tx<'_>, method: Method, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM discovery_run WHERE method = $1 AND ended_at < $2 AND (kind = 'delta' OR outcome NOT IN ('succeeded', 'blocked'))";
    tx.execute(sql, &[method.id().into(), before.into()])
}
