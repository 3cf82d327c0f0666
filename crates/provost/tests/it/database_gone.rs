//! A site whose database is locked, or gone, for a minute: clients are answered all the while, the site says what is wrong,
//! and afterwards everything that was acknowledged is in the database once, without a restart.

use crate::person::logs;
use provost_catalog::database::Principal;
use provost_domain::{SiteCode, Timestamp};
use provost_lab::sender::{Sender, all_there};
use provost_lab::site::{Site, Start};
use provost_store::keys::KeyFolder;
use provost_store::{Database, Location, StoreError};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the database is away.
const AWAY: Duration = Duration::from_secs(60);
/// Between two messages of a client.
const PAUSE: Duration = Duration::from_millis(150);

/// Those that load what the clients send.
const LOADERS: [&str; 4] = ["discovery-data-manager", "inventory-data-loader", "state-system", "status-manager"];

fn components(site: &Site) -> Vec<Value> {
    let answer = site.api("GET", "/api/v1/components", &Value::Null).expect("the API answers");
    let components: Value = serde_json::from_slice(&answer.body).expect("JSON");
    components["items"].as_array().unwrap_or_else(|| panic!("{components}")).clone()
}

/// That the site tells by itself, while no row can be written, which components fail and why; and so do their logs.
fn says_what_is_wrong(site: &Site) {
    for loader in LOADERS {
        let told = components(site).into_iter().find(|component| component["name"] == loader).expect("every component is told");
        assert_eq!(told["state"], "failing", "{told}\n{}", logs(site.data()));
        assert!(told["reason"].as_str().is_some_and(|reason| reason.contains("the site database is not available")), "{told}");
        let log = site.data().join("logs").join(told["log_file"].as_str().expect("a name"));
        let log = std::fs::read_to_string(&log).unwrap_or_else(|e| panic!("{}: {e}", log.display()));
        assert!(log.contains("a pass failed") && log.contains("the site database is not available"), "{log}");
    }
}

/// How many of the loaders said, in a status message, that they fail or work again.
fn loaders_that_said(site: &Site, number: &str) -> usize {
    let said = |loader: &str| {
        let answer = site.api("GET", &format!("/api/v1/messages?component={loader}&limit=500"), &Value::Null).expect("the API answers");
        let messages: Value = serde_json::from_slice(&answer.body).expect("JSON");
        messages["items"].as_array().is_some_and(|items| items.iter().any(|message| message["number"] == number))
    };
    LOADERS.iter().filter(|loader| said(loader)).count()
}

/// Has clients send while `away` keeps the database from the site.
fn through(site: &Site, code: &str, away: impl FnOnce()) {
    let code: SiteCode = code.parse().expect("a site code");
    let mut senders: Vec<Sender> = (0..2).map(|number| Sender::register(site, code, number).expect("it registers")).collect();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for sender in &mut senders {
            sender.pause = PAUSE;
            scope.spawn(|| sender.load(site.ready.management_point, &stop));
        }
        away();
        stop.store(true, Ordering::Relaxed);
    });
    for sender in &mut senders {
        // One connection lasted all the while.
        assert!(sender.acknowledged > 100, "{} messages were acknowledged\n{}", sender.acknowledged, logs(site.data()));
        sender.finish(site.ready.management_point).expect("a site that runs takes everything");
    }
    all_there(site, &senders, Duration::from_secs(60)).unwrap_or_else(|e| panic!("{e}\n{}", logs(site.data())));
    let failing = || {
        let failing = components(site).iter().any(|component| component["state"] == "failing");
        failing || ["PV4006", "PV4009"].iter().any(|number| loaders_that_said(site, number) < LOADERS.len())
    };
    let until = Instant::now() + Duration::from_secs(60);
    while failing() {
        assert!(Instant::now() < until, "a component did not recover\n{}", logs(site.data()));
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// That a question which needs the database is refused with the reason, in four parts.
fn is_unavailable(site: &Site, method: &str, path: &str, body: &Value) {
    let answer = site.api(method, path, body).expect("the API answers");
    let told: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!((answer.status, told["error"]["code"].as_str()), (503, Some("PV1007")), "{told}");
    for part in ["message", "cause", "state", "fix"] {
        assert!(told["error"][part].as_str().is_some_and(|part| !part.is_empty()), "{part}: {told}");
    }
}

#[test]
fn a_database_that_is_locked_for_a_minute_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site")).run().expect("the site starts");
    let keys = KeyFolder::open(&site.data().join("keys")).expect("the keys");
    let place = Location::Sqlite(site.data().join("database/site.db"));
    let database = Database::open(&place, &keys, "LAB".parse().expect("a site code"), "test", Timestamp::default()).expect("the database");
    let mut other = database.connect(Principal::Provider).expect("a connection");
    through(&site, "LAB", || {
        let lock = other.write(|_| {
            let until = Instant::now() + AWAY;
            is_unavailable(&site, "POST", "/api/v1/boundaries", &json!({ "kind": "ip-range", "value": "192.0.2.0-192.0.2.255" }));
            assert_eq!(site.api("GET", "/api/v1/devices", &Value::Null).expect("the API answers").status, 200, "who reads goes on");
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
            says_what_is_wrong(&site);
            Ok::<_, StoreError>(())
        });
        lock.expect("the lock is held");
    });
    assert!(logs(site.data()).contains("database is locked"));
    site.stop().expect("the site stops when asked");
}

/// Starts and stops a server of its own.
fn server(act: &str, folder: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/servers/postgresql.sh");
    let done = Command::new(script).arg(act).arg(folder).output().expect("the script runs");
    assert!(done.status.success(), "{act}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

#[test]
fn a_database_server_that_is_down_for_a_minute_loses_nothing() {
    if std::env::var_os("PROVOST_TEST_POSTGRES").is_none() {
        assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_POSTGRES is not set: in CI the tests run on PostgreSQL too");
        return eprintln!("\n*** POSTGRESQL SKIPPED: PROVOST_TEST_POSTGRES is not set; see tests/servers/postgresql.sh ***\n");
    }
    let folder = tempfile::tempdir().expect("a folder");
    // The server runs as another account when this runs as root.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("a mode");
    let own = folder.path().join("server");
    let variables = server("start", &own);
    let variable = |name: &str| variables.lines().find_map(|line| line.strip_prefix("export ")?.strip_prefix(name)?.strip_prefix('=')).expect(name);
    let mut start = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site"));
    let (url, password_file) = (variable("PROVOST_TEST_POSTGRES"), variable("PROVOST_TEST_POSTGRES_PASSFILE"));
    let password = std::fs::read_to_string(password_file).expect("the password file");
    let made = Command::new("psql").args([url, "--quiet", "--command", "CREATE DATABASE gone"]).env("PGPASSWORD", password.trim_end()).status();
    assert!(made.expect("psql runs").success(), "a database could not be made");
    let (address, _) = url.rsplit_once('/').expect("an address that ends in a database");
    start.arguments = ["--code", "G01", "--database", &format!("{address}/gone"), "--database-password-file", password_file].map(str::to_owned).to_vec();
    let site = start.run().expect("the site starts");
    through(&site, "G01", || {
        let until = Instant::now() + AWAY;
        server("stop", &own);
        is_unavailable(&site, "GET", "/api/v1/devices", &Value::Null);
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        says_what_is_wrong(&site);
        server("start", &own);
    });
    site.stop().expect("the site stops when asked");
    server("stop", &own);
}
