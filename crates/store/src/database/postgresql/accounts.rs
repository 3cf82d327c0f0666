//! Real logins of bound accounts: made with low rights, compared in full, dropped when the binding goes.

use super::{Address, SCHEMA, classified, principals};
use crate::database::error::StoreError;
use crate::database::login::{Login, LoginRights};
use crate::vault::SecretId;
use ::postgres::{Client, Transaction};
use postgres_protocol::password::scram_sha_256;
use provost_catalog::database::Principal;
use provost_domain::SiteCode;
use std::collections::BTreeSet;
use std::path::Path;

/// What a login's comment begins with: whose it is.
fn mark(site: SiteCode, database: &str) -> String {
    format!("{}, account ", principals::mark(site, database))
}

/// What a login's comment says of its origin.
const MADE: &str = "made";
pub(super) const ADOPTED: &str = "adopted";

pub(super) fn owner(address: &Address, pass_file: Option<&Path>, attempt: &str) -> Result<Client, StoreError> {
    let password = pass_file.map(|file| address.owner_password(file)).transpose()?;
    address.connect(attempt, address.owner(), password.as_ref())
}

/// Makes or adopts the login, or gives it its newer password; false when it has that.
pub(in crate::database) fn make(
    address: &Address,
    pass_file: Option<&Path>,
    site: SiteCode,
    principal: Principal,
    login: &Login<'_>,
) -> Result<bool, StoreError> {
    let attempt = "making an account's login";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(login.name);
    let refused = |cause: String| StoreError::denied(attempt, cause).seen_by(login.name);
    if login.name.is_empty() || login.name.len() > 63 || login.name.contains('\0') || login.name.starts_with("pg_") {
        return Err(refused("PostgreSQL has no login of such a name: 1 to 63 bytes, not beginning with pg_".to_owned()));
    }
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.transaction().map_err(failed)?;
    transaction.batch_execute("SELECT pg_advisory_xact_lock(1347834625)").map_err(failed)?;
    let prefix = mark(site, address.database());
    let found = transaction
        .query_opt(
            "SELECT rolsuper OR rolreplication OR rolbypassrls OR rolcreaterole OR rolcreatedb, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1",
            &[&login.name],
        )
        .map_err(failed)?;
    let name = principals::quoted(login.name);
    let current = |origin: &str| format!("{prefix}{}.{} {origin}", login.secret, login.version);
    let (statement, origin, new) = match &found {
        None => (format!("CREATE ROLE {name}"), MADE, true),
        Some(row) => {
            let comment: Option<String> = row.get(1);
            let comment = comment.unwrap_or_default();
            let own = comment.strip_prefix(&prefix);
            if comment == current(MADE) || comment == current(ADOPTED) {
                return Ok(false);
            }
            match own {
                Some(rest) => (format!("ALTER ROLE {name}"), if rest.ends_with(ADOPTED) { ADOPTED } else { MADE }, false),
                None if !comment.is_empty() => return Err(refused(format!("the login belongs to \"{comment}\""))),
                None if row.get(0) => {
                    return Err(refused("it exists with rights over the whole server, so it is not taken for an account with low ones".to_owned()));
                }
                None => (format!("ALTER ROLE {name}"), ADOPTED, true),
            }
        }
    };
    // The server gets the verifier, never the password: a statement may be logged.
    let verifier = scram_sha_256(login.password.expose());
    transaction.batch_execute(&format!("{statement} LOGIN PASSWORD '{verifier}'")).map_err(failed)?;
    let comment = current(origin).replace('\'', "''");
    transaction.batch_execute(&format!("COMMENT ON ROLE {name} IS '{comment}'")).map_err(failed)?;
    if new {
        transaction.batch_execute(&format!("ALTER ROLE {name} NOCREATEDB NOCREATEROLE NOINHERIT")).map_err(failed)?;
        principals::grant(&mut transaction, login.name, &principals::Given::wanted(principal.definition()), address.database())?;
    }
    transaction.commit().map_err(failed)?;
    Ok(true)
}

/// Drops the logins of accounts whose secret is none of `kept`.
pub(in crate::database) fn drop_but(address: &Address, pass_file: Option<&Path>, site: SiteCode, kept: &[SecretId]) -> Result<Vec<String>, StoreError> {
    let attempt = "dropping the logins of removed accounts";
    let failed = |e: ::postgres::Error| classified(attempt, &e);
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.transaction().map_err(failed)?;
    let prefix = mark(site, address.database());
    let rows = transaction
        .query(
            "SELECT rolname, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE starts_with(shobj_description(oid, 'pg_authid'), $1) ORDER BY 1",
            &[&prefix],
        )
        .map_err(failed)?;
    let mut dropped = Vec::new();
    for row in rows {
        let (login, comment): (String, String) = (row.get(0), row.get(1));
        let rest = &comment[prefix.len()..];
        let secret = rest.split('.').next().and_then(|id| id.parse().ok()).map(SecretId);
        if secret.is_some_and(|secret| kept.contains(&secret)) {
            continue;
        }
        let name = principals::quoted(&login);
        principals::grant(&mut transaction, &login, &principals::Given::default(), address.database())?;
        if rest.ends_with(ADOPTED) {
            transaction.batch_execute(&format!("ALTER ROLE {name} NOLOGIN PASSWORD NULL; COMMENT ON ROLE {name} IS NULL")).map_err(failed)?;
        } else {
            transaction.batch_execute(&format!("DROP ROLE {name}")).map_err(failed)?;
        }
        // Whoever is signed in as it now is signed out.
        transaction.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", &[&login]).map_err(failed)?;
        dropped.push(login);
    }
    transaction.commit().map_err(failed)?;
    Ok(dropped)
}

/// Compares everything that a login may do with what it should.
pub(in crate::database) fn rights(address: &Address, pass_file: Option<&Path>, principal: Principal, login: &str) -> Result<LoginRights, StoreError> {
    let attempt = "looking at a login's rights";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(login);
    let mut client = owner(address, pass_file, attempt)?;
    let mut transaction = client.build_transaction().read_only(true).start().map_err(failed)?;
    let oid: Option<u32> = transaction.query_opt("SELECT oid FROM pg_roles WHERE rolname = $1", &[&login]).map_err(failed)?.map(|row| row.get(0));
    let Some(oid) = oid else {
        return Ok(LoginRights { missing: vec!["the login itself: it does not exist".to_owned()], ..LoginRights::default() });
    };
    let (has, looked_at) = effective(&mut transaction, oid).map_err(failed)?;
    let wanted: BTreeSet<String> = principals::Given::wanted(principal.definition())
        .0
        .into_iter()
        .map(|(kind, name, right)| match kind.as_str() {
            "database" => format!("{right} on the database"),
            "table" => format!("{right} on table {SCHEMA}.{name}"),
            other => format!("{right} on {other} {name}"),
        })
        .collect();
    let attributes = attributes(&mut transaction, oid).map_err(failed)?;
    Ok(LoginRights { missing: wanted.difference(&has).cloned().collect(), extra: has.difference(&wanted).cloned().collect(), attributes, looked_at })
}

/// What the server says that the login may do, by whatever way: own grants, PUBLIC's, inherited ones, ownership. Tables and
/// routines of the system itself are everybody's and left out.
fn effective(transaction: &mut Transaction<'_>, oid: u32) -> Result<(BTreeSet<String>, usize), ::postgres::Error> {
    let rows = transaction.query(
        "WITH own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)'),
              relation AS (SELECT c.oid, c.relkind, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN own n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f'))
         SELECT p || ' on table ' || name, has_table_privilege($1::oid, r.oid, p) FROM relation r,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
         UNION ALL
         SELECT p || ' on columns of table ' || name, has_any_column_privilege($1::oid, r.oid, p) AND NOT has_table_privilege($1::oid, r.oid, p)
           FROM relation r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p
         UNION ALL
         SELECT p || ' on sequence ' || n.nspname || '.' || c.relname, has_sequence_privilege($1::oid, c.oid, p)
           FROM pg_class c JOIN own n ON n.oid = c.relnamespace, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) p WHERE c.relkind = 'S'
         UNION ALL
         SELECT 'EXECUTE on routine ' || n.nspname || '.' || f.proname, has_function_privilege($1::oid, f.oid, 'EXECUTE') FROM pg_proc f JOIN own n ON n.oid = f.pronamespace
         UNION ALL
         SELECT p || ' on schema ' || nspname, has_schema_privilege($1::oid, oid, p) FROM own, unnest(ARRAY['USAGE', 'CREATE']) p
         UNION ALL
         SELECT p || ' on the database', has_database_privilege($1::oid, current_database(), p) FROM unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) p
         UNION ALL
         SELECT 'ownership of ' || n.nspname || '.' || c.relname, c.relowner = $1::oid FROM pg_class c JOIN own n ON n.oid = c.relnamespace",
        &[&oid],
    )?;
    let has = rows.iter().filter(|row| row.get(1)).map(|row| row.get(0)).collect();
    Ok((has, rows.len()))
}

/// Attributes and memberships that no account's login has.
fn attributes(transaction: &mut Transaction<'_>, oid: u32) -> Result<Vec<String>, ::postgres::Error> {
    let row = transaction
        .query_one("SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, NOT rolcanlogin FROM pg_roles WHERE oid = $1", &[&oid])?;
    let words = ["is a superuser", "may create logins", "may create databases", "may replicate", "bypasses row security", "may not sign in"];
    let mut wrong: Vec<String> = words.iter().enumerate().filter(|(column, _)| row.get(*column)).map(|(_, words)| (*words).to_owned()).collect();
    let members = transaction.query(
        "WITH RECURSIVE of AS (SELECT roleid FROM pg_auth_members WHERE member = $1 UNION SELECT m.roleid FROM pg_auth_members m JOIN of ON m.member = of.roleid)
         SELECT rolname FROM pg_roles JOIN of ON oid = roleid ORDER BY 1",
        &[&oid],
    )?;
    wrong.extend(members.iter().map(|row| format!("is a member of {}", row.get::<_, String>(0))));
    Ok(wrong)
}
