//! Taking a site away from its server, as the set-up login: the logins that carry its mark, and its tables when that is asked
//! for. One transaction, so that a rehearsal is the same statements, taken back.

use super::accounts::{ADOPTED, owner};
use super::owner::check;
use super::principals::{mark, quoted};
use super::{Address, SCHEMA, classified};
use crate::database::departure::{Departure, Extent};
use crate::database::error::StoreError;
use crate::schema;
use ::postgres::Transaction;
use ::postgres::error::SqlState;
use provost_domain::SiteCode;
use std::path::Path;

/// What becomes of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::database) enum End {
    /// It is committed.
    Kept,
    /// It is rolled back.
    TakenBack,
}

/// Longest wait for a lock: a rehearsal must not hold up a site that runs.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '5s'";

pub(in crate::database) fn run(address: &Address, pass_file: Option<&Path>, site: SiteCode, extent: Extent, end: End) -> Result<Departure, StoreError> {
    let attempt = "taking the site's logins and tables away";
    let failed = |e: ::postgres::Error| refused(attempt, &e).seen_by(address.owner());
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.transaction().map_err(failed)?;
    transaction.batch_execute(LOCK_TIMEOUT).map_err(failed)?;
    transaction.batch_execute("SELECT pg_advisory_xact_lock(1347834625)").map_err(failed)?;
    let standing = check(&mut transaction, site)?.is_some();
    let mut departure = Departure { as_login: address.owner().to_owned(), ..Departure::default() };
    for (login, comment) in logins(&mut transaction, site, address.database()).map_err(failed)? {
        let of_login = |e: ::postgres::Error| refused("taking a login away", &e).seen_by(&login);
        let (name, database) = (quoted(&login), quoted(address.database()));
        let mut revoked = format!("REVOKE ALL ON DATABASE {database} FROM {name};");
        if standing {
            for what in ["SCHEMA", "ALL TABLES IN SCHEMA", "ALL SEQUENCES IN SCHEMA", "ALL ROUTINES IN SCHEMA"] {
                revoked.push_str(&format!("REVOKE ALL ON {what} {SCHEMA} FROM {name};"));
            }
        }
        transaction.batch_execute(&revoked).map_err(of_login)?;
        if comment.ends_with(ADOPTED) {
            transaction.batch_execute(&format!("ALTER ROLE {name} NOLOGIN PASSWORD NULL; COMMENT ON ROLE {name} IS NULL")).map_err(of_login)?;
            departure.adopted.push(login);
        } else {
            transaction.batch_execute(&format!("DROP ROLE {name}")).map_err(of_login)?;
            departure.dropped.push(login);
        }
    }
    if extent == Extent::Everything && standing {
        (departure.tables, departure.foreign) = drop_tables(&mut transaction).map_err(failed)?;
    }
    match end {
        End::Kept => transaction.commit().map_err(failed)?,
        End::TakenBack => transaction.rollback().map_err(failed)?,
    }
    Ok(departure)
}

/// The logins that carry this site's mark, with their comment; never the one that is used here.
fn logins(transaction: &mut Transaction<'_>, site: SiteCode, database: &str) -> Result<Vec<(String, String)>, ::postgres::Error> {
    let rows = transaction.query(
        "SELECT rolname, shobj_description(oid, 'pg_authid') FROM pg_roles
         WHERE (shobj_description(oid, 'pg_authid') = $1 OR starts_with(shobj_description(oid, 'pg_authid'), $1 || ', account '))
           AND rolname NOT IN (current_user, session_user) ORDER BY rolname",
        &[&mark(site, database)],
    )?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Drops the site's own tables, and the schema when nothing else is in it. Without CASCADE: what others built on them is theirs,
/// and refuses it.
fn drop_tables(transaction: &mut Transaction<'_>) -> Result<(usize, Vec<String>), ::postgres::Error> {
    let own: Vec<String> = schema::tables().iter().map(|table| format!("{SCHEMA}.{}", table.name)).collect();
    transaction.batch_execute(&format!("DROP TABLE IF EXISTS {}", own.join(", ")))?;
    let rows = transaction.query(
        "SELECT 'relation ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind <> 'i'
         UNION ALL SELECT 'routine ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 ORDER BY 1",
        &[&SCHEMA],
    )?;
    let foreign: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    if foreign.is_empty() {
        transaction.batch_execute(&format!("DROP SCHEMA {SCHEMA}"))?;
    }
    Ok((own.len(), foreign))
}

/// What others hold is no bug of ours: it is named, with who depends on it.
fn refused(attempt: &str, error: &::postgres::Error) -> StoreError {
    match (error.code(), error.as_db_error()) {
        (Some(&SqlState::DEPENDENT_OBJECTS_STILL_EXIST), Some(said)) => {
            StoreError::denied(attempt, format!("{}: {}", said.message(), said.detail().unwrap_or("others depend on it").replace('\n', "; ")))
        }
        _ => classified(attempt, error),
    }
}
