//! Runs a test on each engine, with a site database of its own each time.
//!
//! SQLite always runs. PostgreSQL runs when `PROVOST_TEST_POSTGRES` names a server whose login may make databases and
//! logins (`tests/servers/postgresql.sh start DIR` prints the variables). Without it, CI fails and everybody else is told.

use provost_domain::{SiteCode, Timestamp};
use provost_store::keys::KeyFolder;
use provost_store::{Database, Location};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// The time at which test databases are made.
pub const START: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

/// A site database that goes away.
pub struct Opened {
    pub database: Database,
    pub location: Location,
    pub keys: KeyFolder,
    pub site: SiteCode,
    /// Holds the keys and, for SQLite, the database; goes away at the end.
    pub folder: TempDir,
    // Dropped last: the database must be free of connections by then.
    pub server: Option<OnServer>,
}

impl Opened {
    /// Opens the same database again, as the next start of the site does.
    pub fn reopen(&self) -> Result<Database, provost_store::StoreError> {
        Database::open(&self.location, &self.keys, self.site, "Test", START.plus_seconds(60))
    }

    /// Runs statements as the owner of the tables: what nobody in Provost does after the start.
    pub fn as_owner(&self, sql: &str) {
        match (&self.location, &self.server) {
            (Location::Sqlite(path), _) => {
                let owner = rusqlite::Connection::open(path).expect("the database file");
                owner.busy_timeout(std::time::Duration::from_secs(5)).and_then(|()| owner.execute_batch(sql)).expect("statements of the owner");
            }
            (_, Some(on_server)) => {
                let mut owner = on_server.connect();
                owner.batch_execute(&format!("SET search_path = provost; {sql}")).expect("statements of the owner");
            }
            _ => unreachable!("a database in PostgreSQL is on a server"),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite(_))
    }
}

/// The database of site LAB there, as a start of the site opens it.
pub fn at(location: &Location, keys: &KeyFolder) -> Result<Database, provost_store::StoreError> {
    Database::open(location, keys, "LAB".parse().expect("a code"), "", START)
}

/// Runs a test on each engine.
pub fn each(test: impl Fn(&Database)) {
    each_opened(|opened| test(&opened.database));
}

/// Runs a test on each engine that also needs to know where the database and its keys are.
pub fn each_opened(test: impl Fn(&Opened)) {
    eprintln!("engine: SQLite");
    test(&sqlite());
    if let Some(opened) = postgresql() {
        eprintln!("engine: PostgreSQL");
        test(&opened);
    }
}

/// A new site database in SQLite.
pub fn sqlite() -> Opened {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    let location = Location::Sqlite(folder.path().join("database/site.db"));
    let site = "LAB".parse().expect("a site code");
    let database = Database::open(&location, &keys, site, "Test", START).expect("a new database");
    Opened { database, location, keys, site, folder, server: None }
}

/// A new site database in PostgreSQL; none when there is no server to test with.
pub fn postgresql() -> Option<Opened> {
    let server = Server::from_environment()?;
    let folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    let (on_server, site) = server.new_database();
    let location = Location::postgres(&server.url_of(&on_server.name), Some(&server.pass_file)).expect("an address");
    let database = Database::open(&location, &keys, site, "Test", START).expect("a new database");
    Some(Opened { database, location, keys, site, folder, server: Some(on_server) })
}

/// The server that the environment names.
#[derive(Clone)]
pub struct Server {
    url: String,
    pub pass_file: PathBuf,
}

impl Server {
    pub fn from_environment() -> Option<Server> {
        let Ok(url) = std::env::var("PROVOST_TEST_POSTGRES") else {
            assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_POSTGRES is not set: in CI the tests run on PostgreSQL too");
            eprintln!("\n*** POSTGRESQL SKIPPED: PROVOST_TEST_POSTGRES is not set; see tests/servers/postgresql.sh ***\n");
            return None;
        };
        let pass_file = std::env::var_os("PROVOST_TEST_POSTGRES_PASSFILE").expect("PROVOST_TEST_POSTGRES_PASSFILE names the password file").into();
        Some(Server { url, pass_file })
    }

    /// The address of another database of this server.
    pub fn url_of(&self, database: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').expect("an address that ends in a database");
        format!("{server}/{database}")
    }

    /// A connection as the set-up login.
    pub fn connect(&self, database: &str) -> postgres::Client {
        let password = std::fs::read_to_string(&self.pass_file).expect("the password file");
        let mut config: postgres::Config = self.url_of(database).parse().expect("an address");
        config.password(password.trim_end()).connect(postgres::NoTls).expect("the test server answers")
    }

    /// Makes an empty database, and a site code that no other test uses: logins belong to the whole server.
    pub fn new_database(&self) -> (OnServer, SiteCode) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut client = self.connect("postgres");
        loop {
            let number = std::process::id().wrapping_mul(7919).wrapping_add(NEXT.fetch_add(1, Ordering::SeqCst));
            let Ok(site) = code(number).parse::<SiteCode>() else { continue };
            let name = format!("provost_test_{}", site.as_str().to_lowercase());
            match client.batch_execute(&format!("CREATE DATABASE {name}")) {
                Ok(()) => return (OnServer { server: self.clone(), name, site }, site),
                Err(error) if error.code() == Some(&postgres::error::SqlState::DUPLICATE_DATABASE) => {}
                Err(error) => panic!("a database could not be made: {error}"),
            }
        }
    }
}

impl Server {
    /// Makes an empty database for a site whose code is known to be free.
    pub fn new_database_of(&self, site: SiteCode) -> OnServer {
        let name = format!("provost_test_{}", site.as_str().to_lowercase());
        self.connect("postgres").batch_execute(&format!("CREATE DATABASE {name}")).expect("a database");
        OnServer { server: self.clone(), name, site }
    }
}

fn code(number: u32) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    [number / 1296 % 36, number / 36 % 36, number % 36].iter().map(|d| digits[*d as usize] as char).collect()
}

/// A database of a server; dropped, it goes with its logins.
pub struct OnServer {
    server: Server,
    pub name: String,
    site: SiteCode,
}

impl OnServer {
    /// A connection to this database as the set-up login, who owns it.
    pub fn connect(&self) -> postgres::Client {
        self.server.connect(&self.name)
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let mut client = self.server.connect("postgres");
        let mut sql = vec![format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)];
        for principal in provost_catalog::database::PRINCIPALS {
            sql.push(format!("DROP ROLE IF EXISTS provost_{}_{}", self.site.as_str().to_lowercase(), principal.name));
        }
        for statement in sql {
            if let Err(error) = client.batch_execute(&statement) {
                eprintln!("left behind: {statement}: {error}");
            }
        }
    }
}
