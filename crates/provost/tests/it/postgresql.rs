//! The same site on PostgreSQL. Runs when `PROVOST_TEST_POSTGRES` names a server (tests/servers/postgresql.sh starts one).

use crate::person::{Person, logs};
use std::process::{Command, Stdio};

/// A database of the test server; dropped, it goes with its logins.
struct OnServer {
    server: String,
    pass_file: String,
    name: String,
    code: String,
}

impl OnServer {
    fn new() -> Option<Self> {
        let Ok(url) = std::env::var("PROVOST_TEST_POSTGRES") else {
            assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_POSTGRES is not set: in CI the tests run on PostgreSQL too");
            eprintln!("\n*** POSTGRESQL SKIPPED: PROVOST_TEST_POSTGRES is not set; see tests/servers/postgresql.sh ***\n");
            return None;
        };
        let pass_file = std::env::var("PROVOST_TEST_POSTGRES_PASSFILE").expect("PROVOST_TEST_POSTGRES_PASSFILE names the password file");
        let (server, _) = url.rsplit_once('/').expect("an address that ends in a database");
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let digit = |n: u32| char::from(digits[n as usize % 36]);
        let pid = std::process::id();
        // Logins belong to the whole server, so no two tests that run at once may have the same code.
        let code = format!("9{}{}", digit(pid / 36), digit(pid));
        let database = Self { server: server.to_owned(), pass_file, name: format!("provost_program_{pid}"), code };
        assert!(database.says("postgres", &format!("CREATE DATABASE {}", database.name)), "a database could not be made");
        Some(database)
    }

    fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// Has the server do something, as the set-up login.
    fn says(&self, database: &str, statement: &str) -> bool {
        let password = std::fs::read_to_string(&self.pass_file).expect("the password file");
        let mut psql = Command::new("psql");
        psql.args(["--quiet", "--no-psqlrc", "--dbname", &format!("{}/{database}", self.server), "--command", statement]);
        psql.env("PGPASSWORD", password.trim_end()).stdin(Stdio::null()).status().expect("psql runs").success()
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        self.says("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        for principal in provost_catalog::database::PRINCIPALS {
            self.says("postgres", &format!("DROP ROLE IF EXISTS provost_{}_{}", self.code.to_lowercase(), principal.name));
        }
    }
}

#[test]
fn a_whole_site_on_postgresql() {
    let Some(database) = OnServer::new() else { return };
    let person = Person::new();
    let url = database.url();
    let arguments = ["up", "--code", &database.code, "--database", &url, "--database-password-file", &database.pass_file];
    let site = person.starts(&arguments);
    let text = site.text();
    assert!(text.contains("  ok  database   PostgreSQL "), "{text}");
    assert!(text.contains("  ok  client "), "{text}\n{}", logs(&person.data()));
    assert!(person.asks(&["site", "show"])["database"].as_str().is_some_and(|engine| engine.starts_with("PostgreSQL")));
    let clients = person.asks(&["client", "list"]);
    assert_eq!(person.types(&["ledger", "verify"]).exit, 0);
    let (exit, text) = site.interrupted();
    assert_eq!(exit, 0, "{text}");

    let site = person.starts(&arguments);
    assert_eq!(person.asks(&["client", "list"])["items"][0]["registered_at"], clients["items"][0]["registered_at"]);
    drop(site);

    // Another site's data does not open this site's database.
    let other = Person::new();
    let printed = other.types(&["up", "--code", "8ZZ", "--listen", "127.0.0.1:0", "--database", &url, "--database-password-file", &database.pass_file]);
    assert!(printed.err.starts_with("error[PV1010]: "), "{}", printed.err);
}

#[test]
fn a_database_server_that_is_away_is_named() {
    let person = Person::new();
    let pass_file = person.data().with_extension("password");
    std::fs::write(&pass_file, "secret").expect("a file");
    std::fs::set_permissions(&pass_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("its mode");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = format!("postgres://setup@{nobody}/site");
    let printed = person.types(&["up", "--listen", "127.0.0.1:0", "--database", &url, "--database-password-file", &pass_file.display().to_string()]);
    assert_eq!(printed.exit, 1);
    assert!(printed.err.starts_with("error[PV1007]: "), "{}", printed.err);
    assert!(!printed.err.contains("secret"), "{}", printed.err);
    assert!(!person.data().join("site.json").exists(), "a site that never was is not kept");
}
