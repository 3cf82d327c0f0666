//! The principals' logins and grants, made equal to the catalog.

use super::scram::verifier;
use super::{SCHEMA, classified};
use crate::database::error::StoreError;
use crate::database::rights::Rights;
use crate::keys::{KeyFolder, Secret};
use ::postgres::Transaction;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provost_catalog::database::{PRINCIPALS, PrincipalDefinition, Right};
use provost_domain::SiteCode;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A principal's login.
pub(super) fn login(site: SiteCode, principal: &PrincipalDefinition) -> String {
    format!("provost_{}_{}", site.as_str().to_ascii_lowercase(), principal.name)
}

/// Where the key folder keeps a principal's password.
pub(super) fn password_file(principal: &PrincipalDefinition) -> String {
    format!("database/{}.password", principal.name)
}

/// What a login's comment says: whose it is.
pub(super) fn mark(site: SiteCode, database: &str) -> String {
    format!("Provost site {site}, database {database}")
}

/// A name as PostgreSQL reads it, whatever it contains.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Makes or adopts each login, and makes its grants exactly the catalog's.
pub(super) fn prepare(transaction: &mut Transaction<'_>, database: &str, site: SiteCode, keys: &KeyFolder) -> Result<(), StoreError> {
    for principal in PRINCIPALS {
        let login = login(site, principal);
        let password = password(keys, principal)?;
        let salt = random::<16>()?;
        prepare_login(transaction, &login, &verifier(&password, salt), database, site)?;
    }
    let wanted: BTreeMap<String, Given> = PRINCIPALS.iter().map(|p| (login(site, p), Given::wanted(p))).collect();
    let found = observed(transaction)?;
    for (login, wanted) in &wanted {
        if found.get(login) != Some(wanted) {
            grant(transaction, login, wanted, database)?;
        }
    }
    let found = observed(transaction)?;
    for (login, wanted) in &wanted {
        let has = found.get(login).cloned().unwrap_or_default();
        if has != *wanted {
            let (more, less) = (has.0.difference(&wanted.0).collect::<Vec<_>>(), wanted.0.difference(&has.0).collect::<Vec<_>>());
            let cause = format!("its grants differ from its definition: too much {more:?}, missing {less:?}");
            return Err(StoreError::denied("making grants", cause).seen_by(login));
        }
    }
    Ok(())
}

/// The password in the key folder; a new random one when there is none yet.
fn password(keys: &KeyFolder, principal: &PrincipalDefinition) -> Result<Secret, StoreError> {
    let name = password_file(principal);
    let failed = |e: std::io::Error| StoreError::unavailable("keeping a login's password", e.to_string());
    if let Some(password) = keys.read(&name).map_err(failed)? {
        return Ok(password);
    }
    let password = Secret::new(URL_SAFE_NO_PAD.encode(random::<32>()?).into_bytes());
    keys.write_new(&name, password.expose()).map_err(failed)?;
    Ok(password)
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::unavailable("making a password", "the operating system gives no randomness"))?;
    Ok(bytes)
}

/// Makes the login or takes over the one of that name, when it is this site's.
fn prepare_login(transaction: &mut Transaction<'_>, login: &str, verifier: &str, database: &str, site: SiteCode) -> Result<(), StoreError> {
    let attempt = "making a login";
    let failed = |e: ::postgres::Error| classified(attempt, &e).seen_by(login);
    let mark = mark(site, database);
    let found = transaction
        .query_opt("SELECT rolsuper OR rolreplication OR rolbypassrls, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", &[&login])
        .map_err(failed)?;
    let name = quoted(login);
    let rest = format!("LOGIN NOCREATEDB NOCREATEROLE NOINHERIT VALID UNTIL 'infinity' PASSWORD '{verifier}'");
    match found {
        None => {
            let comment = mark.replace('\'', "''");
            transaction.batch_execute(&format!("CREATE ROLE {name} {rest}; COMMENT ON ROLE {name} IS '{comment}'")).map_err(failed)?;
        }
        Some(row) => {
            let other: Option<String> = row.get(1);
            if let Some(other) = other.filter(|other| *other != mark) {
                let cause = format!("the login belongs to \"{other}\"; if that is gone, a superuser may run COMMENT ON ROLE {name} IS NULL");
                return Err(StoreError::denied(attempt, cause).seen_by(login));
            }
            if row.get(0) {
                let cause = format!("the login is a superuser, replicates or bypasses row security; DROP ROLE {name} and start again");
                return Err(StoreError::denied(attempt, cause).seen_by(login));
            }
            transaction.batch_execute(&format!("ALTER ROLE {name} {rest}")).map_err(failed)?;
            let groups = "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1";
            for group in transaction.query(groups, &[&login]).map_err(failed)? {
                transaction.batch_execute(&format!("REVOKE {} FROM {name}", quoted(group.get(0)))).map_err(failed)?;
            }
            if let Some(group) = transaction.query(groups, &[&login]).map_err(failed)?.first() {
                let cause = format!("it is a member of {}, which it must not be", group.get::<_, String>(0));
                return Err(StoreError::denied(attempt, cause).seen_by(login));
            }
        }
    }
    Ok(())
}

/// What a login is given: kind of object, its name, and the right in PostgreSQL's word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given(pub(super) BTreeSet<(String, String, String)>);

impl Given {
    /// What the catalog gives.
    pub(super) fn wanted(principal: &PrincipalDefinition) -> Self {
        let mut given =
            BTreeSet::from([("database".to_owned(), String::new(), "CONNECT".to_owned()), ("schema".to_owned(), SCHEMA.to_owned(), "USAGE".to_owned())]);
        for (table, rights) in Rights::of(principal.principal).tables() {
            given.extend(rights.iter().map(|right| ("table".to_owned(), table.to_owned(), word(*right).to_owned())));
        }
        Self(given)
    }
}

pub(super) const fn word(right: Right) -> &'static str {
    match right {
        Right::Select => "SELECT",
        Right::Insert => "INSERT",
        Right::Update => "UPDATE",
        Right::Delete => "DELETE",
    }
}

/// What every login is given in this database, on whatever it has: rights on one column, or to pass on, count as more.
fn observed(transaction: &mut Transaction<'_>) -> Result<BTreeMap<String, Given>, StoreError> {
    let rows = transaction.query(
        "WITH object (kind, name, acl) AS (
             SELECT 'database', '', datacl FROM pg_database WHERE datname = current_database()
             UNION ALL SELECT 'schema', nspname, nspacl FROM pg_namespace
             UNION ALL SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, CASE nspname WHEN 'provost' THEN '' ELSE nspname || '.' END || relname, relacl
                       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             UNION ALL SELECT 'column', relname || '.' || attname, attacl FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid
             UNION ALL SELECT 'routine', proname, proacl FROM pg_proc
         )
         SELECT r.rolname, o.kind, o.name, a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
         FROM object o, aclexplode(o.acl) a JOIN pg_roles r ON r.oid = a.grantee",
        &[],
    );
    let mut given = BTreeMap::<String, Given>::new();
    for row in rows.map_err(|e| classified("reading the grants", &e))? {
        given.entry(row.get(0)).or_default().0.insert((row.get(1), row.get(2), row.get(3)));
    }
    Ok(given)
}

/// Takes everything away and gives what is wanted; others see neither before the transaction ends.
pub(super) fn grant(transaction: &mut Transaction<'_>, login: &str, wanted: &Given, database: &str) -> Result<(), StoreError> {
    let (name, database) = (quoted(login), quoted(database));
    let mut sql = format!(
        "REVOKE ALL ON DATABASE {database} FROM {name};
         REVOKE ALL ON SCHEMA {SCHEMA} FROM {name};
         REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {name};
         REVOKE ALL ON ALL SEQUENCES IN SCHEMA {SCHEMA} FROM {name};
         REVOKE ALL ON ALL ROUTINES IN SCHEMA {SCHEMA} FROM {name};\n"
    );
    for (kind, object, right) in &wanted.0 {
        let object = if kind == "database" { database.clone() } else { object.clone() };
        let _ = writeln!(sql, "GRANT {right} ON {kind} {object} TO {name};");
    }
    transaction.batch_execute(&sql).map_err(|e| classified("making grants", &e).seen_by(login))
}
