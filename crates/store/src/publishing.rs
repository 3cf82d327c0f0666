//! Which forests the site publishes to, what became of it, and what was asked of their schema.

use crate::database::{Row, StoreError, Tx};
use crate::settings;
use provost_catalog::accounts::Use;
use provost_domain::Timestamp;
use provost_domain::publishing::schedule::Progress;

/// What is known of publishing to a forest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForestPublishing {
    /// DNS name of the forest's root domain, in lower case.
    pub forest: String,
    /// Whether somebody switched it on for the forest.
    pub wanted: bool,
    /// Whether something of the site may be there.
    pub standing: bool,
    /// Who switched it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
    /// What became of it.
    pub result: Published,
    /// What was asked of its schema; none when nothing ever was.
    pub schema: Option<SchemaTask>,
}

/// What became of publishing, the last time that it was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// When it was tried; none when it was not since it was switched.
    pub tried_at: Option<Timestamp>,
    /// When it last became equal to the truth.
    pub succeeded_at: Option<Timestamp>,
    /// Not before then it is tried again, after a failure.
    pub retry_at: Option<Timestamp>,
    /// Failures one after another.
    pub failures: i64,
    /// As whom; empty when nobody was let in.
    pub account: String,
    /// The domain controller that was written to.
    pub domain_controller: String,
    /// Distinguished name of the container.
    pub container: String,
    /// Objects of the site that are there.
    pub objects: i64,
    /// What tells the truth that was published from another.
    pub digest: String,
    /// `published`, `withdrawn`, or the id of what failed.
    pub outcome: String,
    /// More of it.
    pub detail: String,
}

/// What was asked of a forest's schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaTask {
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom.
    pub asked_by: String,
    /// When it ended; none while it goes on.
    pub done_at: Option<Timestamp>,
    /// `extended`, or the id of what failed.
    pub outcome: String,
    /// More of it.
    pub detail: String,
}

impl ForestPublishing {
    /// What decides whether something is to be done; `allowed` when publishing is allowed at the site.
    #[must_use]
    pub const fn progress(&self, allowed: bool) -> Progress {
        let Published { succeeded_at, retry_at, .. } = self.result;
        Progress { wanted: self.wanted && allowed, standing: self.standing, succeeded_at, retry_at }
    }

    /// Whether its schema is to be extended.
    #[must_use]
    pub fn is_schema_asked(&self) -> bool {
        self.schema.as_ref().is_some_and(|task| task.done_at.is_none())
    }
}

const COLUMNS: &str = "forest, wanted, standing, changed_by, changed_at, tried_at, succeeded_at, retry_at, failures, account, domain_controller, container, \
                       objects, digest, outcome, detail, schema_asked_at, schema_asked_by, schema_done_at, schema_outcome, schema_detail";

fn stored(row: &Row) -> Result<ForestPublishing, StoreError> {
    let text = |column| row.text(column).map(str::to_owned);
    let schema = match row.optional_timestamp(16)? {
        None => None,
        Some(asked_at) => Some(SchemaTask { asked_at, asked_by: text(17)?, done_at: row.optional_timestamp(18)?, outcome: text(19)?, detail: text(20)? }),
    };
    Ok(ForestPublishing {
        forest: text(0)?,
        wanted: row.boolean(1)?,
        standing: row.boolean(2)?,
        changed_by: text(3)?,
        changed_at: row.timestamp(4)?,
        result: Published {
            tried_at: row.optional_timestamp(5)?,
            succeeded_at: row.optional_timestamp(6)?,
            retry_at: row.optional_timestamp(7)?,
            failures: row.integer(8)?,
            account: text(9)?,
            domain_controller: text(10)?,
            container: text(11)?,
            objects: row.integer(12)?,
            digest: text(13)?,
            outcome: text(14)?,
            detail: text(15)?,
        },
        schema,
    })
}

/// Every forest that publishing was ever switched for, by name.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ForestPublishing>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM forest_publishing ORDER BY forest"), &[])?.iter().map(stored).collect()
}

/// What is known of one forest; none when nobody ever asked for anything.
///
/// # Errors
/// As [`list`].
pub fn find(tx: &mut Tx<'_>, forest: &str) -> Result<Option<ForestPublishing>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM forest_publishing WHERE forest = $1"), &[forest.into()])?.as_ref().map(stored).transpose()
}

/// Whether publishing is allowed at the site.
///
/// # Errors
/// As [`list`].
pub fn is_allowed(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(settings::allowed(tx)?.iter().any(|id| id == Use::PublishToForest.id()))
}

/// Whether somebody may act at the forest for publishing: it is switched on, for the site and for the forest; something of the
/// site may still be there, which goes under the same account; or its schema is to be extended.
///
/// # Errors
/// As [`list`].
pub fn is_in_use(tx: &mut Tx<'_>, forest: &str) -> Result<bool, StoreError> {
    let allowed = is_allowed(tx)?;
    Ok(find(tx, forest)?.is_some_and(|known| known.standing || (allowed && (known.wanted || known.is_schema_asked()))))
}

/// Ids of the dangerous uses that are switched on for `operation` at `object`: those of the site; and publishing, where it is in
/// use, when that is what is asked for.
///
/// # Errors
/// As [`list`].
pub fn allowed(tx: &mut Tx<'_>, operation: Use, object: &str) -> Result<Vec<String>, StoreError> {
    let mut allowed = settings::allowed(tx)?;
    if operation == Use::PublishToForest {
        allowed.retain(|id| id != operation.id());
        if is_in_use(tx, object)? {
            allowed.push(operation.id().to_owned());
        }
    }
    Ok(allowed)
}

fn ensure(tx: &mut Tx<'_>, forest: &str, by: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO forest_publishing (forest, wanted, standing, changed_by, changed_at, failures, account, domain_controller, container, objects, digest,
                                        outcome, detail, schema_asked_by, schema_outcome, schema_detail)
         VALUES ($1, 0, 0, $2, $3, 0, '', '', '', 0, '', '', '', '', '', '') ON CONFLICT (forest) DO NOTHING",
        &[forest.into(), by.into(), at.into()],
    )?;
    Ok(())
}

/// Switches publishing to a forest on or off. What failed before is tried again at once.
///
/// # Errors
/// As [`list`].
pub fn switch(tx: &mut Tx<'_>, forest: &str, wanted: bool, by: &str, at: Timestamp) -> Result<(), StoreError> {
    ensure(tx, forest, by, at)?;
    tx.execute(
        "UPDATE forest_publishing SET wanted = $2, changed_by = $3, changed_at = $4, tried_at = NULL, succeeded_at = NULL, retry_at = NULL, failures = 0,
                outcome = '', detail = '' WHERE forest = $1",
        &[forest.into(), wanted.into(), by.into(), at.into()],
    )?;
    Ok(())
}

/// Forgets that something of the site may be there, without a look: for a directory that is gone.
///
/// # Errors
/// As [`list`].
pub fn forget(tx: &mut Tx<'_>, forest: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE forest_publishing SET standing = 0, objects = 0 WHERE forest = $1", &[forest.into()])?;
    Ok(())
}

/// Tells that from now on something of the site may be there. Before the first object is written: what was written and not
/// told must not be forgotten.
///
/// # Errors
/// As [`list`].
pub fn begin(tx: &mut Tx<'_>, forest: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE forest_publishing SET standing = 1 WHERE forest = $1", &[forest.into()])?;
    Ok(())
}

/// Keeps what became of publishing, unless somebody switched it since `changed_at`: then what they want is still to be done.
/// `standing` tells whether something may be there.
///
/// # Errors
/// As [`list`].
pub fn tell(tx: &mut Tx<'_>, forest: &str, changed_at: Timestamp, standing: bool, result: &Published) -> Result<bool, StoreError> {
    let told = tx.execute(
        "UPDATE forest_publishing SET standing = $3, tried_at = $4, succeeded_at = $5, retry_at = $6, failures = $7, account = $8, domain_controller = $9,
                container = $10, objects = $11, digest = $12, outcome = $13, detail = $14 WHERE forest = $1 AND changed_at = $2",
        &[
            forest.into(),
            changed_at.into(),
            standing.into(),
            result.tried_at.into(),
            result.succeeded_at.into(),
            result.retry_at.into(),
            result.failures.into(),
            (&result.account).into(),
            (&result.domain_controller).into(),
            (&result.container).into(),
            result.objects.into(),
            (&result.digest).into(),
            (&result.outcome).into(),
            (&result.detail).into(),
        ],
    )?;
    Ok(told > 0)
}

/// Asks that the forest's schema be extended.
///
/// # Errors
/// As [`list`].
pub fn ask_for_schema(tx: &mut Tx<'_>, forest: &str, by: &str, at: Timestamp) -> Result<(), StoreError> {
    ensure(tx, forest, by, at)?;
    tx.execute(
        "UPDATE forest_publishing SET schema_asked_at = $2, schema_asked_by = $3, schema_done_at = NULL, schema_outcome = '', schema_detail = ''
         WHERE forest = $1",
        &[forest.into(), at.into(), by.into()],
    )?;
    Ok(())
}

/// Keeps what became of it; when it succeeded, what waited for the schema is tried at once.
///
/// # Errors
/// As [`list`].
pub fn tell_schema(tx: &mut Tx<'_>, forest: &str, at: Timestamp, outcome: &str, detail: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE forest_publishing SET schema_done_at = $2, schema_outcome = $3, schema_detail = $4 WHERE forest = $1",
        &[forest.into(), at.into(), outcome.into(), detail.into()],
    )?;
    if outcome == EXTENDED {
        tx.execute("UPDATE forest_publishing SET retry_at = NULL WHERE forest = $1", &[forest.into()])?;
    }
    Ok(())
}

/// Outcome of a schema that was extended.
pub const EXTENDED: &str = "extended";
/// Outcome of a forest where all is as it ought to be.
pub const PUBLISHED: &str = "published";
/// Outcome of a forest where nothing of the site is any more.
pub const WITHDRAWN: &str = "withdrawn";
