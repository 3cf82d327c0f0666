//! The same site on PostgreSQL. Runs when `PROVOST_TEST_POSTGRES` names a server (tests/servers/postgresql.sh starts one).

use crate::person::{Person, logs};
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A database of the test server; dropped, it goes with its logins.
pub struct OnServer {
    server: String,
    pub pass_file: String,
    pub name: String,
    pub code: String,
}

impl OnServer {
    pub fn new() -> Option<Self> {
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

    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// A login for an account of this site.
    pub fn account(&self) -> String {
        format!("svc_mp_{}", self.code.to_lowercase())
    }

    /// Has the server do something, as the set-up login.
    pub fn says(&self, database: &str, statement: &str) -> bool {
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
        self.says("postgres", &format!("DROP ROLE IF EXISTS {}", self.account()));
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
fn a_site_moves_to_postgresql_and_back() {
    let Some(database) = OnServer::new() else { return };
    let passphrase = "correct horse battery staple\n";
    let restored_from = |old: &Person, new: &Person, arguments: &[&str]| {
        let file = old.data().with_extension("backup").display().to_string();
        assert_eq!(old.pipes(passphrase, &["site", "backup", &file, "--passphrase-file", "-"]).exit, 0);
        let printed = new.pipes(passphrase, &[&["site", "restore", &file, "--passphrase-file", "-"], arguments].concat());
        assert_eq!(printed.exit, 0, "{}", printed.err);
    };
    let (embedded, served, again) = (Person::new(), Person::new(), Person::new());
    let site = embedded.starts(&["up", "--code", &database.code, "--client", "false"]);
    assert_eq!(embedded.pipes("secret of svc\n", &["account", "add", "corp.example.test\\svc", "--for", "network-access", "--password-file", "-"]).exit, 0);
    assert_eq!(site.interrupted().0, 0);
    restored_from(&embedded, &served, &["--database", &database.url(), "--database-password-file", &database.pass_file]);

    // The restored settings name the database.
    let site = served.starts(&["up", "--client", "false"]);
    assert!(served.asks(&["site", "show"])["database"].as_str().is_some_and(|engine| engine.starts_with("PostgreSQL")));
    assert_eq!(served.types(&["ledger", "verify"]).exit, 0);
    assert_eq!(served.types(&["site", "rekey"]).exit, 0, "every secret opens");
    // From a site that runs.
    restored_from(&served, &again, &["--embedded"]);
    assert_eq!(site.interrupted().0, 0);

    let site = again.starts(&["up", "--client", "false"]);
    assert!(again.asks(&["site", "show"])["database"].as_str().is_some_and(|engine| engine.starts_with("SQLite")));
    assert_eq!(again.types(&["ledger", "verify"]).exit, 0);
    assert_eq!(again.types(&["site", "rekey"]).exit, 0, "every secret opens");
    let acts: Vec<String> =
        again.asks(&["ledger", "list"])["items"].as_array().expect("a list").iter().map(|entry| entry["act"].as_str().unwrap_or_default().to_owned()).collect();
    for act in ["site.backup", "site.restore", "account.add"] {
        assert!(acts.iter().any(|entered| entered == act), "{act}: {acts:?}");
    }
    drop(site);
}

/// A database server that never heard of the site's logins: neither those of its components nor those of bound accounts.
#[test]
fn a_site_restored_to_a_new_server_reaches_its_database_as_the_account_that_is_bound() {
    let Some(database) = OnServer::new() else { return };
    let account = database.account();
    let (old, new) = (Person::new(), Person::new());
    let url = database.url();
    let arguments = ["--database", &url, "--database-password-file", &database.pass_file];
    let signed_in = |person: &Person, since: usize| {
        let began = Instant::now();
        loop {
            let uses = person.asks(&["account", "uses", &account]);
            let uses = uses["items"].as_array().expect("a list");
            let of_the_role = |used: &&Value| used["operation"] == "management-point-database" && used["outcome"] == "succeeded";
            if uses.iter().filter(of_the_role).count() > since {
                return uses.iter().filter(of_the_role).count();
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{uses:#?}\n{}", logs(&person.data()));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let site = old.starts(&[&["up", "--client", "false", "--code", &database.code], &arguments[..]].concat());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux").trim().to_owned();
    let bound = old.pipes("p%40ss wörd\n", &["account", "add", &account, "--for", "management-point-connection", "--on", &host, "--password-file", "-"]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    assert_eq!(old.types(&["verify", &account, "--fail-on", "never"]).exit, 0);
    assert_eq!(site.interrupted().0, 0);
    let site = old.starts(&[&["up", "--client", "false"], &arguments[..]].concat());
    let before = signed_in(&old, 0);
    assert_eq!(site.interrupted().0, 0);
    let file = old.data().with_extension("backup").display().to_string();
    let backup = old.pipes("correct horse battery staple\n", &[&["site", "backup", &file, "--passphrase-file", "-"], &arguments[..]].concat());
    assert_eq!(backup.exit, 0, "{}", backup.err);

    // The server is another one.
    assert!(database.says("postgres", &format!("DROP DATABASE {} WITH (FORCE)", database.name)));
    for principal in provost_catalog::database::PRINCIPALS {
        assert!(database.says("postgres", &format!("DROP ROLE provost_{}_{}", database.code.to_lowercase(), principal.name)));
    }
    assert!(database.says("postgres", &format!("DROP ROLE {account}")));
    assert!(database.says("postgres", &format!("CREATE DATABASE {}", database.name)));

    let restored = new.pipes("correct horse battery staple\n", &[&["site", "restore", &file, "--passphrase-file", "-"], &arguments[..]].concat());
    assert_eq!(restored.exit, 0, "{}", restored.err);
    let site = new.starts(&["up", "--client", "false"]);
    signed_in(&new, before);
    let refused = new.asks(&["account", "uses", &account])["items"].as_array().expect("a list").iter().filter(|used| used["outcome"] != "succeeded").count();
    assert_eq!(refused, 0, "nobody was turned away on the way");
    let acts = new.asks(&["ledger", "list"]).to_string();
    assert!(acts.contains("account.make-login") && acts.contains("site.restore"), "{acts}");
    let shown = new.asks(&["account", "show", &account]);
    assert_ne!(shown["standing"], "blocked", "{shown:#}");
    assert_eq!(site.interrupted().0, 0);
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
