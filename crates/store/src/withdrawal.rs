//! Looks at what the site publishes in forests, before it is taken away for good: what is there, and whether the account that
//! publishes there may delete it. Nothing in a directory is changed by one.

use crate::database::{Row, StoreError, Tx};
use provost_domain::Timestamp;

/// Outcome of a look that found nothing in the way.
pub const REMOVABLE: &str = "removable";

/// A look that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// DNS name of the forest's root domain, in lower case.
    pub forest: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// By whom.
    pub asked_by: String,
    /// What was seen; none until somebody looked.
    pub seen: Option<Seen>,
}

/// What a look saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// When; microseconds since 1970.
    pub done_at: Timestamp,
    /// [`REMOVABLE`], or the id of what is in the way.
    pub outcome: String,
    /// More of it: which right is missing on what.
    pub detail: String,
    /// As whom; empty when nobody was let in.
    pub account: String,
    /// The domain controller that was asked.
    pub domain_controller: String,
    /// Distinguished name of the container.
    pub container: String,
    /// The site's objects there, in the order of their names. Where the directory was not read, those that the site wrote.
    pub objects: Vec<Object>,
}

/// One published object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its distinguished name.
    pub dn: String,
    /// What is missing to delete it; empty when nothing is.
    pub missing: String,
}

fn stored(row: &Row) -> Result<Look, StoreError> {
    let text = |column| row.text(column).map(str::to_owned);
    let seen = match row.optional_timestamp(3)? {
        None => None,
        Some(done_at) => Some(Seen {
            done_at,
            outcome: text(4)?,
            detail: text(5)?,
            account: text(6)?,
            domain_controller: text(7)?,
            container: text(8)?,
            objects: Vec::new(),
        }),
    };
    Ok(Look { forest: text(0)?, asked_at: row.timestamp(1)?, asked_by: text(2)?, seen })
}

/// The newest look at each forest, by name.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Look>, StoreError> {
    let rows = tx.query(
        "SELECT forest, asked_at, asked_by, done_at, outcome, detail, account, domain_controller, container FROM withdrawal_look ORDER BY forest",
        &[],
    )?;
    let mut looks: Vec<Look> = rows.iter().map(stored).collect::<Result<_, _>>()?;
    for look in &mut looks {
        if let Some(seen) = &mut look.seen {
            let rows = tx.query("SELECT dn, missing FROM withdrawal_object WHERE forest = $1 ORDER BY dn", &[(&look.forest).into()])?;
            seen.objects =
                rows.iter().map(|row| Ok(Object { dn: row.text(0)?.to_owned(), missing: row.text(1)?.to_owned() })).collect::<Result<_, StoreError>>()?;
        }
    }
    Ok(looks)
}

/// Asks that somebody look. What an earlier look saw is no longer told.
///
/// # Errors
/// As [`list`].
pub fn ask(tx: &mut Tx<'_>, forest: &str, by: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO withdrawal_look (forest, asked_at, asked_by, done_at, outcome, detail, account, domain_controller, container)
         VALUES ($1, $2, $3, NULL, '', '', '', '', '')
         ON CONFLICT (forest) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by, done_at = NULL, outcome = '', detail = ''",
        &[forest.into(), at.into(), by.into()],
    )?;
    Ok(())
}

/// Keeps what was seen.
///
/// # Errors
/// As [`list`].
pub fn tell(tx: &mut Tx<'_>, look: &Look, seen: &Seen) -> Result<(), StoreError> {
    tx.execute("DELETE FROM withdrawal_object WHERE forest = $1", &[(&look.forest).into()])?;
    for object in &seen.objects {
        tx.execute(
            "INSERT INTO withdrawal_object (forest, dn, missing) VALUES ($1, $2, $3)",
            &[(&look.forest).into(), (&object.dn).into(), (&object.missing).into()],
        )?;
    }
    tx.execute(
        "UPDATE withdrawal_look SET done_at = $3, outcome = $4, detail = $5, account = $6, domain_controller = $7, container = $8
         WHERE forest = $1 AND asked_at = $2",
        &[
            (&look.forest).into(),
            look.asked_at.into(),
            seen.done_at.into(),
            (&seen.outcome).into(),
            (&seen.detail).into(),
            (&seen.account).into(),
            (&seen.domain_controller).into(),
            (&seen.container).into(),
        ],
    )?;
    Ok(())
}
