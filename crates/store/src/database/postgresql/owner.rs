//! What the set-up login does at a start: make schema, tables, logins and grants. Its connection is closed afterwards. It
//! owns the database and has CREATEROLE; it need not be a superuser.

use super::{Address, SCHEMA, classified, principals};
use crate::database::error::StoreError;
use crate::keys::KeyFolder;
use crate::schema::{self, Dialect};
use ::postgres::{Client, Transaction};
use provost_domain::{SiteCode, Timestamp};
use std::path::Path;

/// Brings the database to the schema of this program, and logins and grants to the catalog. Gives the engine's name and
/// version.
pub(in crate::database) fn prepare(
    address: &Address,
    pass_file: Option<&Path>,
    keys: &KeyFolder,
    site: SiteCode,
    site_name: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let login = address.owner();
    let seen = |e: StoreError| e.seen_by(login);
    let password = pass_file.map(|file| address.owner_password(file)).transpose()?;
    let attempt = format!("signing in at {address} to set the site up");
    let mut client = address.connect(&attempt, login, password.as_ref())?;
    let version = check_server(&mut client, login).map_err(seen)?;

    let failed = |e: ::postgres::Error| seen(classified("making schema, logins and grants", &e));
    let mut transaction = client.transaction().map_err(failed)?;
    // Two sites that start at once on one server make their logins one after the other.
    transaction.batch_execute("SELECT pg_advisory_xact_lock(1347834625)").map_err(failed)?;
    match check(&mut transaction, site).map_err(seen)? {
        None => create(&mut transaction, site, site_name, now).map_err(failed)?,
        Some(found) if found < schema::VERSION => upgrade(&mut transaction, found, now).map_err(failed)?,
        Some(_) => {}
    }
    strip_public(&mut transaction, address.database()).map_err(seen)?;
    principals::prepare(&mut transaction, address.database(), site, keys).map_err(seen)?;
    transaction.commit().map_err(failed)?;
    Ok(format!("PostgreSQL {version}"))
}

/// What must be true of server and login before anything is made. Gives the server's version.
fn check_server(client: &mut Client, login: &str) -> Result<String, StoreError> {
    let attempt = "looking at the server";
    let row = client
        .query_one(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_database(),
                    pg_has_role(d.datdba, 'USAGE'), r.rolcreaterole OR r.rolsuper, r.rolsuper, current_setting('server_encoding')
             FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user",
            &[],
        )
        .map_err(|e| classified(attempt, &e))?;
    let (version, fsync, database): (String, String, String) = (row.get(0), row.get(1), row.get(2));
    let (owns, creates, superuser): (bool, bool, bool) = (row.get(3), row.get(4), row.get(5));
    let encoding: String = row.get(6);
    if !owns {
        let cause = format!("it does not own database {database}, so it cannot keep others out; ALTER DATABASE \"{database}\" OWNER TO \"{login}\"");
        return Err(StoreError::denied(attempt, cause));
    }
    if !creates {
        return Err(StoreError::denied(attempt, format!("it may not create logins; ALTER ROLE \"{login}\" CREATEROLE")));
    }
    if encoding != "UTF8" {
        return Err(StoreError::denied(attempt, format!("database {database} has encoding {encoding}; it must be UTF8")));
    }
    if superuser {
        tracing::warn!(login, "the set-up login is a superuser; CREATEROLE and owning the database are enough");
    }
    if fsync != "on" {
        tracing::warn!("this PostgreSQL server runs with fsync off: what it acknowledges may be lost with the machine's power");
    }
    // Some builds add the distribution's own words.
    Ok(version.split(' ').next().unwrap_or_default().to_owned())
}

/// The schema's version of the database, which holds this site; none when it holds nothing of ours.
pub(super) fn check(transaction: &mut Transaction<'_>, site: SiteCode) -> Result<Option<i64>, StoreError> {
    let failed = |e: ::postgres::Error| classified("reading the schema's version", &e);
    let row = transaction
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE c.relname = $2) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1",
            &[&SCHEMA, &schema::VERSION_TABLE],
        )
        .map_err(failed)?;
    match (row.get::<_, i64>(0), row.get::<_, i64>(1)) {
        (0, _) => return Ok(None),
        (_, 0) => return Err(StoreError::NotThisSite { found: format!("another program that has a schema {SCHEMA}"), wanted: site.to_string() }),
        _ => {}
    }
    let found: i64 = transaction.query_one("SELECT max(version) FROM schema_version", &[]).map_err(failed)?.get(0);
    if found > schema::VERSION {
        return Err(StoreError::SchemaTooNew { found, known: schema::VERSION });
    }
    let code: String = transaction.query_one("SELECT code FROM site", &[]).map_err(failed)?.get(0);
    if code == site.as_str() { Ok(Some(found)) } else { Err(StoreError::NotThisSite { found: format!("site {code}"), wanted: site.to_string() }) }
}

/// Adds what the versions after `found` added, in the transaction that looks: whole or not at all.
fn upgrade(transaction: &mut Transaction<'_>, found: i64, now: Timestamp) -> Result<(), ::postgres::Error> {
    transaction.batch_execute(&schema::steps(found, Dialect::Postgresql).join(";\n"))?;
    tell_version(transaction, now)
}

fn tell_version(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<(), ::postgres::Error> {
    transaction
        .execute(
            "INSERT INTO schema_version (version, applied_at, program) VALUES ($1, $2, $3)",
            &[&schema::VERSION, &now.as_micros(), &env!("CARGO_PKG_VERSION")],
        )
        .map(drop)
}

fn create(transaction: &mut Transaction<'_>, site: SiteCode, site_name: &str, now: Timestamp) -> Result<(), ::postgres::Error> {
    transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))?;
    let all: Vec<String> = schema::tables().iter().flat_map(|table| schema::statements(table, Dialect::Postgresql)).collect();
    transaction.batch_execute(&all.join(";\n"))?;
    tell_version(transaction, now)?;
    transaction.execute("INSERT INTO site (code, name, created_at) VALUES ($1, $2, $3)", &[&site.as_str(), &site_name, &now.as_micros()])?;
    for counter in schema::CHANGE_COUNTERS {
        transaction.execute("INSERT INTO change_counter (name, value) VALUES ($1, 0)", &[counter])?;
    }
    Ok(())
}

/// Takes away what PostgreSQL gives to everybody, and looks whether it is gone: a REVOKE by somebody who may not is only
/// a warning.
fn strip_public(transaction: &mut Transaction<'_>, database: &str) -> Result<(), StoreError> {
    let attempt = "taking rights from PUBLIC";
    let failed = |e: ::postgres::Error| classified(attempt, &e);
    let database = principals::quoted(database);
    transaction
        .batch_execute(&format!(
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC;
             REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC;
             REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC;
             REVOKE ALL ON ALL SEQUENCES IN SCHEMA {SCHEMA} FROM PUBLIC;
             REVOKE ALL ON ALL ROUTINES IN SCHEMA {SCHEMA} FROM PUBLIC;
             ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC;
             ALTER DEFAULT PRIVILEGES REVOKE ALL ON ROUTINES FROM PUBLIC;
             DO $$ BEGIN IF to_regnamespace('public') IS NOT NULL THEN REVOKE ALL ON SCHEMA public FROM PUBLIC; END IF; END $$;"
        ))
        .map_err(failed)?;
    let left = transaction
        .query(
            "SELECT 'database ' || d.datname, a.privilege_type FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
             WHERE d.datname = current_database() AND a.grantee = 0
             UNION ALL
             SELECT 'schema ' || n.nspname, a.privilege_type FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
             WHERE n.nspname IN ($1, 'public') AND a.grantee = 0
             UNION ALL
             SELECT 'table ' || c.relname, a.privilege_type FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
             WHERE n.nspname = $1 AND a.grantee = 0",
            &[&SCHEMA],
        )
        .map_err(failed)?;
    match left.first() {
        None => Ok(()),
        Some(row) => {
            let (what, right): (String, String) = (row.get(0), row.get(1));
            Err(StoreError::denied(attempt, format!("PUBLIC still has {right} on {what}; let its owner or a superuser REVOKE it")))
        }
    }
}
