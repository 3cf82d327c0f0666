//! What people ask the account manager to do.

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;

/// A kind of task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Check a binding, or all.
    Verify,
    /// Change the site key.
    Rekey,
}

impl Task {
    const ALL: [Self; 2] = [Self::Verify, Self::Rekey];

    /// Its id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Rekey => "rekey",
        }
    }
}

/// A task that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTask {
    /// Its number.
    pub task_id: i64,
    /// What to do.
    pub task: Task,
    /// For which binding; none for all.
    pub binding_id: Option<i64>,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Why it could not be done.
    pub failure: Option<String>,
}

const COLUMNS: &str = "task_id, task, binding_id, requested_by, requested_at, done_at, failure";

/// Asks. Gives the task's number.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn request(tx: &mut Tx<'_>, task: Task, binding_id: Option<i64>, by: &str, at: Timestamp) -> Result<i64, StoreError> {
    let rows = tx.query(
        "INSERT INTO account_task (task, binding_id, requested_by, requested_at, done_at, failure) VALUES ($1, $2, $3, $4, NULL, NULL) RETURNING task_id",
        &[task.id().into(), binding_id.into(), by.into(), at.into()],
    )?;
    rows.first().map_or_else(|| Err(StoreError::corrupt("asking for a task", "no number came back")), |row| row.integer(0))
}

/// The task with this number.
///
/// # Errors
/// As [`request`].
pub fn by_id(tx: &mut Tx<'_>, task_id: i64) -> Result<Option<AccountTask>, StoreError> {
    Ok(read(tx, "task_id = $1", task_id)?.pop())
}

/// What is still to be done, oldest first, after number `after`.
///
/// # Errors
/// As [`request`].
pub fn pending(tx: &mut Tx<'_>, after: i64) -> Result<Vec<AccountTask>, StoreError> {
    read(tx, "done_at IS NULL AND task_id > $1", after)
}

/// Records that a task was done, or why it could not be.
///
/// # Errors
/// As [`request`].
pub fn done(tx: &mut Tx<'_>, task_id: i64, failure: Option<&str>, at: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE account_task SET done_at = $2, failure = $3 WHERE task_id = $1", &[task_id.into(), at.into(), failure.into()])?;
    Ok(())
}

fn read(tx: &mut Tx<'_>, which: &str, number: i64) -> Result<Vec<AccountTask>, StoreError> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM account_task WHERE {which} ORDER BY task_id"), &[number.into()])?;
    rows.iter()
        .map(|row| {
            let task = row.text(1)?;
            Ok(AccountTask {
                task_id: row.integer(0)?,
                task: Task::ALL.into_iter().find(|known| known.id() == task).ok_or_else(|| StoreError::corrupt("reading tasks", task))?,
                binding_id: row.optional_integer(2)?,
                requested_by: row.text(3)?.to_owned(),
                requested_at: row.timestamp(4)?,
                done_at: row.optional_timestamp(5)?,
                failure: row.optional_text(6)?.map(str::to_owned),
            })
        })
        .collect()
}
