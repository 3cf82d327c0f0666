//! What each principal can do, found out by trying.

use crate::engines::{self, OnServer, Opened, START};
use provost_catalog::database::{PRINCIPALS, Principal, Right};
use provost_store::database::{ColumnType, Connection, Database, Location, RIGHTS, Rights, StoreError};
use provost_store::keys::KeyFolder;
use provost_store::schema::{self, Definition};
use std::fmt::Write;

/// A statement that needs one right on a table and nothing else, and touches no row.
fn statement(table: &Definition, right: Right) -> String {
    let (name, first, last) = (table.name, table.columns[0], table.columns[table.columns.len() - 1]);
    // Nothing of the first column's type; bytes are CAST differently by each engine, so a text stands for them.
    let (column, nothing) = match first.ty {
        ColumnType::Integer => (first, "CAST(NULL AS BIGINT)"),
        ColumnType::Text => (first, "CAST(NULL AS TEXT)"),
        ColumnType::Blob => (table.columns[1], "CAST(NULL AS TEXT)"),
    };
    match right {
        Right::Select => format!("SELECT count(*) FROM {name}"),
        Right::Insert => format!("INSERT INTO {name} ({}) SELECT {nothing} WHERE 1 = 0", column.name),
        Right::Update => format!("UPDATE {name} SET {} = NULL WHERE 1 = 0", last.name),
        Right::Delete => format!("DELETE FROM {name} WHERE 1 = 0"),
    }
}

fn try_right(connection: &mut Connection, table: &Definition, right: Right) -> bool {
    let sql = statement(table, right);
    match connection.write(|tx| tx.query(&sql, &[])) {
        Ok(_) => true,
        Err(StoreError::Denied(_)) => false,
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// Role x table x right, each by trying.
fn matrix(database: &Database) -> String {
    let tables = schema::tables();
    let mut connections: Vec<_> = PRINCIPALS.iter().map(|p| database.connect(p.principal).expect("a connection")).collect();
    let mut text = String::from("S select, I insert, U update, D delete; a dot is refused\n");
    for (i, principal) in PRINCIPALS.iter().enumerate() {
        let _ = writeln!(text, "{:28}{}", "│   ".repeat(i), principal.name);
    }
    for table in &tables {
        let _ = write!(text, "{:28}", table.name);
        for (principal, connection) in PRINCIPALS.iter().zip(&mut connections) {
            let wanted = Rights::of(principal.principal);
            for (right, letter) in RIGHTS.into_iter().zip("SIUD".chars()) {
                let may = try_right(connection, table, right);
                assert_eq!(may, wanted.allow(table.name, right), "{} {right:?} {}", principal.name, table.name);
                text.push(if may { letter } else { '.' });
            }
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[test]
fn each_right_is_there_and_no_other() {
    engines::each(|database| insta::assert_snapshot!("matrix", matrix(database)));
}

#[test]
fn the_catalog_names_every_table_and_each_principal_stands_at_its_place() {
    for table in provost_catalog::database::Table::ALL {
        assert!(schema::tables().iter().any(|d| d.table == Some(*table)), "{table:?} is not in the schema");
        assert!(PRINCIPALS.iter().any(|p| p.grants.iter().any(|g| g.table == *table)), "nobody may use {table:?}");
    }
    for principal in PRINCIPALS {
        assert_eq!(principal.principal.definition().name, principal.name);
    }
    assert!(
        PRINCIPALS.iter().all(|p| !p
            .grants
            .iter()
            .any(|g| g.table == provost_catalog::database::Table::Ledger && g.rights.iter().any(|r| matches!(r, Right::Update | Right::Delete)))),
        "the ledger is only added to"
    );
}

/// What no principal may do on SQLite.
const REFUSED_BY_SQLITE: &[&str] = &[
    "ATTACH DATABASE ':memory:' AS other",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = OFF",
    "SELECT load_extension('x')",
    "SELECT randomblob(9)",
    "SELECT sqlite_version()",
    "SELECT name FROM sqlite_schema",
    "SELECT count(*) FROM sqlite_schema",
    "DELETE FROM sqlite_sequence",
    "SELECT name FROM pragma_table_info('device')",
    "SELECT count(*) FROM pragma_table_info('device')",
    "SELECT value FROM json_each('[1]')",
    "CREATE TRIGGER t AFTER INSERT ON ledger BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE t USING fts5(a)",
    "REINDEX",
    "ANALYZE",
    "SAVEPOINT s",
    "INSERT OR REPLACE INTO ledger (seq) VALUES (1)",
    "REPLACE INTO ledger (seq) VALUES (1)",
    "CREATE TABLE t (a)",
    "DROP TABLE ledger",
    "ALTER TABLE ledger ADD COLUMN a TEXT",
    "CREATE INDEX i ON ledger (actor)",
    "DROP INDEX software_by_name",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TEMP TABLE t (a)",
    "CREATE TEMP VIEW v AS SELECT 1",
];

/// What no principal may do on PostgreSQL.
const REFUSED_BY_POSTGRESQL: &[&str] = &[
    "CREATE TABLE t (a BIGINT)",
    "CREATE TABLE public.t (a BIGINT)",
    "CREATE TEMP TABLE t (a BIGINT)",
    "CREATE SCHEMA s",
    "CREATE VIEW v AS SELECT 1",
    "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE provost_nobody",
    "CREATE INDEX i ON ledger (actor)",
    "DROP TABLE ledger",
    "ALTER TABLE ledger ADD COLUMN a TEXT",
    "TRUNCATE ledger",
    "SET ROLE provost_setup",
    "SET SESSION AUTHORIZATION provost_setup",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    "COPY ledger TO '/tmp/ledger'",
    "COPY ledger FROM PROGRAM 'true'",
    "SELECT count(*) FROM provost.schema_version",
];

#[test]
fn nobody_may_change_the_schema_or_leave_it() {
    engines::each_opened(|opened| {
        let refused = if opened.is_sqlite() { REFUSED_BY_SQLITE } else { REFUSED_BY_POSTGRESQL };
        for principal in PRINCIPALS {
            let mut connection = opened.database.connect(principal.principal).expect("a connection");
            for sql in refused {
                let answer = connection.write(|tx| tx.query(sql, &[]));
                assert!(matches!(answer, Err(StoreError::Denied(_))), "{} {sql}: {answer:?}", principal.name);
            }
        }
    });
}

#[test]
fn a_refusal_says_who_and_what() {
    engines::each_opened(|opened| {
        let mut status = opened.database.connect(Principal::StatusManager).expect("a connection");
        let error = status.write(|tx| tx.execute("DELETE FROM ledger", &[])).expect_err("a refusal");
        let StoreError::Denied(circumstance) = &error else { panic!("{error}") };
        assert_eq!((circumstance.attempt.as_str(), circumstance.principal.as_str()), ("DELETE FROM ledger", "status_manager"));
        assert!(circumstance.cause.contains("table ledger"), "{}", circumstance.cause);
    });
}

#[test]
fn joins_and_expressions_are_allowed_on_what_may_be_read() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        for sql in [
            "WITH known AS (SELECT smsid FROM client) SELECT count(*) FROM known",
            "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n",
            "SELECT d.name, coalesce(max(p.seen_at), 0) FROM device d LEFT JOIN client_presence p ON p.smsid = d.smsid WHERE d.name LIKE 'a%' GROUP BY d.name",
            "SELECT count(*) FROM (SELECT DISTINCT domain FROM device) AS domains",
            "SELECT name, row_number() OVER (ORDER BY name) FROM device",
            "SELECT string_agg(name, ', ') FROM device WHERE EXISTS (SELECT 1 FROM client c WHERE c.smsid = device.smsid)",
            "INSERT INTO setting (name, value) VALUES ('a', 'b') ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING value",
        ] {
            let answer = provider.write(|tx| tx.query(sql, &[]));
            assert!(answer.is_ok(), "{sql}: {answer:?}");
        }
        let hidden = provider.read(|tx| tx.query("WITH x AS (SELECT message_id FROM intake) SELECT count(*) FROM x", &[]));
        assert!(matches!(hidden, Err(StoreError::Denied(_))), "{hidden:?}");
    });
}

#[test]
fn a_second_start_changes_nothing_and_everybody_still_gets_in() {
    engines::each_opened(|opened| {
        let read = |name: &str| opened.keys.read(name).expect("a key folder").map(|secret| secret.expose().to_vec());
        let before = read("database/provider.password");
        assert_eq!(before.is_none(), opened.is_sqlite());
        let again = opened.reopen().expect("a second start");
        assert_eq!(read("database/provider.password"), before);
        assert_eq!(again.engine(), opened.database.engine());
        let mut provider = again.connect(Principal::Provider).expect("a connection");
        let created = provider.read(|tx| tx.query("SELECT created_at FROM site", &[])).expect("the site");
        assert_eq!(created[0].timestamp(0), Ok(START));
    });
}

#[test]
fn a_newer_schema_another_site_and_a_foreign_database_are_left_alone() {
    engines::each_opened(|opened| {
        let other = Database::open(&opened.location, &opened.keys, "ZZZ".parse().expect("a code"), "", START).err();
        assert_eq!(other, Some(StoreError::NotThisSite { found: format!("site {}", opened.site), wanted: "ZZZ".to_owned() }));
        opened.as_owner("INSERT INTO schema_version (version, applied_at, program) VALUES (99, 0, 'newer')");
        assert_eq!(opened.reopen().err(), Some(StoreError::SchemaTooNew { found: 99, known: schema::VERSION }));
        opened.as_owner("DROP TABLE schema_version");
        assert!(matches!(opened.reopen().err(), Some(StoreError::NotThisSite { .. })));
    });
}

#[test]
fn the_database_file_and_its_log_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let opened = engines::sqlite();
    let _open = opened.database.connect(Principal::Provider).expect("a connection");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let folder = opened.folder.path().join("database");
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).expect("a folder").map(|e| e.expect("a file").path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    std::fs::set_permissions(folder.join("site.db"), std::fs::Permissions::from_mode(0o644)).expect("a wider mode");
    opened.reopen().expect("a second start");
    assert_eq!(mode(&folder.join("site.db")), 0o600);
}

fn login(opened: &Opened, principal: Principal) -> String {
    format!("provost_{}_{}", opened.site.as_str().to_lowercase(), principal.definition().name)
}

#[test]
fn grants_that_somebody_changed_are_made_right_at_the_next_start() {
    let Some(opened) = engines::postgresql() else { return };
    let (point, status) = (login(&opened, Principal::ManagementPoint), login(&opened, Principal::StatusManager));
    opened.as_owner(&format!(
        "GRANT DELETE ON ledger TO {point}; GRANT UPDATE (actor) ON ledger TO {point}; GRANT SELECT ON schema_version TO {point};
         GRANT SELECT ON client TO {point} WITH GRANT OPTION; GRANT ALL ON person TO PUBLIC; REVOKE SELECT ON site FROM {point};
         GRANT CREATE ON SCHEMA provost TO {point}; GRANT ALL ON SCHEMA provost TO PUBLIC; GRANT TEMP ON DATABASE {database} TO {point};
         GRANT {status} TO {point}; ALTER ROLE {point} CREATEROLE CREATEDB INHERIT PASSWORD 'somebody else knows it'",
        database = opened.server.as_ref().expect("a server").name,
    ));
    let mut before = opened.database.connect(Principal::StatusManager).expect("a connection");
    assert!(before.read(|tx| tx.query("SELECT count(*) FROM person", &[])).is_ok(), "what was given works until the next start");
    assert!(matches!(opened.database.connect(Principal::ManagementPoint).err(), Some(StoreError::Denied(_))), "its password is another one");
    let again = opened.reopen().expect("a second start");
    insta::assert_snapshot!("matrix", matrix(&again));
    for sql in ["CREATE TABLE t (a BIGINT)", "CREATE TEMP TABLE t (a BIGINT)", "CREATE ROLE r", "UPDATE ledger SET actor = ''"] {
        let answer = again.connect(Principal::ManagementPoint).expect("a connection").write(|tx| tx.query(sql, &[]));
        assert!(matches!(answer, Err(StoreError::Denied(_))), "{sql}: {answer:?}");
    }
    let answer = again.connect(Principal::ManagementPoint).expect("a connection").write(|tx| tx.query(&format!("SET ROLE {status}"), &[]));
    assert!(matches!(answer, Err(StoreError::Denied(_))), "{answer:?}");
}

#[test]
fn a_lost_password_file_is_made_anew_and_others_do_not_fit() {
    let Some(opened) = engines::postgresql() else { return };
    let (point, provider) = (opened.keys.path("database/management_point.password"), opened.keys.path("database/provider.password"));
    std::fs::copy(&provider, &point).expect("a copy");
    assert!(matches!(opened.database.connect(Principal::ManagementPoint).err(), Some(StoreError::Denied(_))));
    std::fs::remove_file(&point).expect("a file");
    assert!(matches!(opened.database.connect(Principal::ManagementPoint).err(), Some(StoreError::Denied(_))));
    opened.reopen().expect("a second start").connect(Principal::ManagementPoint).expect("a connection");
    assert_ne!(std::fs::read(&point).expect("a file"), std::fs::read(&provider).expect("a file"));
}

/// A login that is not the set-up login of the tests, and its password file.
fn stranger(opened: &Opened, on_server: &OnServer) -> (String, std::path::PathBuf) {
    let name = format!("{}_stranger", on_server.name);
    opened.as_owner(&format!("CREATE ROLE {name} LOGIN PASSWORD 'stranger'"));
    let file = opened.keys.path("stranger.password");
    opened.keys.replace("stranger.password", b"stranger\n").expect("a file");
    (name, file)
}

#[test]
fn a_set_up_login_that_cannot_keep_others_out_is_refused() {
    let Some(opened) = engines::postgresql() else { return };
    let on_server = opened.server.as_ref().expect("a server");
    let (name, file) = stranger(&opened, on_server);
    let Location::Postgres { url, .. } = &opened.location else { panic!("a database in PostgreSQL") };
    let location = Location::postgres(&url.replace("provost_setup", &name), Some(&file)).expect("an address");
    opened.as_owner(&format!("GRANT CONNECT ON DATABASE {} TO {name}", on_server.name));
    let try_it = || Database::open(&location, &opened.keys, opened.site, "", START).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(try_it().contains("does not own database"), "{}", try_it());
    opened.as_owner(&format!("GRANT {name} TO provost_setup; ALTER DATABASE {} OWNER TO {name}", on_server.name));
    assert!(try_it().contains("may not create logins"), "{}", try_it());
    // A password file that others may read, a wrong password, a missing file.
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    assert!(try_it().contains("others may read it"), "{}", try_it());
    opened.keys.replace("stranger.password", b"wrong\n").expect("a file");
    assert!(try_it().contains("28P01"), "{}", try_it());
    assert!(!try_it().contains("wrong\n"), "no error tells the password");
    opened.as_owner(&format!("ALTER DATABASE {} OWNER TO provost_setup", on_server.name));
    on_server.connect().batch_execute(&format!("REVOKE ALL ON DATABASE {} FROM {name}; DROP ROLE {name}", on_server.name)).expect("the login goes");
}

#[test]
fn logins_of_another_database_are_not_taken_over() {
    let Some(opened) = engines::postgresql() else { return };
    let server = engines::Server::from_environment().expect("a server");
    let (other, _) = server.new_database();
    let location = Location::postgres(&server.url_of(&other.name), Some(&server.pass_file)).expect("an address");
    let keys = KeyFolder::open(&opened.folder.path().join("other-keys")).expect("a key folder");
    let error = Database::open(&location, &keys, opened.site, "", START).err().expect("a refusal").to_string();
    assert!(error.contains("belongs to") && error.contains(&opened.server.as_ref().expect("a server").name), "{error}");
    opened.database.connect(Principal::Provider).expect("the first site still gets in");
}

#[test]
fn over_tls_the_server_must_prove_its_name() {
    let Some(opened) = engines::postgresql() else { return };
    let authority = std::env::var("PROVOST_TEST_POSTGRES_CA").expect("PROVOST_TEST_POSTGRES_CA names the test server's authority");
    let Location::Postgres { url, pass_file } = &opened.location else { panic!("a database in PostgreSQL") };
    let over_tls = |url: &str, authority: &str| {
        let location = Location::postgres(&format!("{url}?sslmode=verify-full&sslrootcert={authority}"), pass_file.as_deref()).expect("an address");
        Database::open(&location, &opened.keys, opened.site, "", START)
    };
    let encrypted = |database: &Database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let rows = provider.read(|tx| tx.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[])).expect("a row");
        rows[0].boolean(0).expect("a truth")
    };
    assert!(!encrypted(&opened.database));
    assert!(encrypted(&over_tls(url, &authority).expect("a server that proves its name")));

    let refusal = |answer: Result<Database, StoreError>| answer.err().expect("a refusal").to_string();
    let other_name = refusal(over_tls(&url.replace("127.0.0.1", "localhost"), &authority));
    assert!(other_name.contains("not valid for name"), "{other_name}");
    let other_authority = opened.folder.path().join("other.pem");
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=other", "-keyout", "/dev/null", "-out"])
        .arg(&other_authority)
        .stderr(std::process::Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "openssl makes another authority");
    let other = refusal(over_tls(url, other_authority.to_str().expect("a path in text")));
    assert!(other.contains("UnknownIssuer"), "{other}");
    let missing = refusal(over_tls(url, "/nowhere/ca.pem"));
    assert!(missing.contains("/nowhere/ca.pem"), "{missing}");
}
