//! What happens when the database is locked, gone, full or not a database.

use crate::engines::{self, START};
use crate::small_disk::SmallDisk;
use provost_catalog::database::Principal;
use provost_store::database::{Connection, Database, Location, Param, StoreError};
use provost_store::keys::KeyFolder;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn set(connection: &mut Connection, name: &str, value: &str) -> Result<u64, StoreError> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    connection.write(|tx| tx.execute(sql, &[name.into(), value.into()]))
}

fn names(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    connection.read(|tx| tx.query("SELECT name FROM setting ORDER BY name", &[])?.iter().map(|row| row.text(0).map(str::to_owned)).collect())
}

#[track_caller]
fn assert_unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

/// Names the database that a second process of this test holds.
const HELD: &str = "PROVOST_TEST_HOLD";

/// What the second process does until it is killed.
fn hold(path: &Path) {
    let holder = rusqlite::Connection::open(path).expect("the database");
    holder.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    std::io::stdout().write_all(b"\nheld\n").and_then(|()| std::io::stdout().flush()).expect("to the first process");
    let _ = std::io::stdin().read(&mut [0]);
}

/// Another process of the test `name` that holds the database; killed, it lets go.
fn another_process_that_writes(name: &str, path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture"])
        .env(HELD, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("another process");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(lines.any(|line| line.expect("a line") == "held"), "the other process holds the database");
    child
}

#[test]
fn a_database_locked_by_another_process_is_unavailable_until_it_lets_go() {
    if let Some(path) = std::env::var_os(HELD) {
        return hold(Path::new(&path));
    }
    let opened = engines::sqlite();
    let Location::Sqlite(path) = &opened.location else { panic!("a file") };
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    set(&mut provider, "before", "").expect("a write");
    let mut other = another_process_that_writes("faults::a_database_locked_by_another_process_is_unavailable_until_it_lets_go", path);
    let reader_still_reads = names(&mut provider).expect("a read");
    assert_eq!(reader_still_reads, ["before"]);
    assert_unavailable(set(&mut provider, "during", ""));
    assert_unavailable(opened.reopen().map(|_| ()));
    other.kill().expect("the other process ends");
    other.wait().expect("its end");
    set(&mut provider, "after", "").expect("a write");
    assert_eq!(names(&mut provider).expect("a read"), ["after", "before"]);
}

#[test]
fn a_database_file_that_is_gone_is_unavailable_until_it_is_back() {
    let opened = engines::sqlite();
    let Location::Sqlite(path) = &opened.location else { panic!("a file") };
    let away = path.with_extension("away");
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    let pool = opened.database.pool(Principal::Provider, 2).expect("a pool");
    set(&mut provider, "before", "").expect("a write");
    std::fs::rename(path, &away).expect("the file goes");
    assert_unavailable(set(&mut provider, "during", ""));
    assert_unavailable(names(&mut provider));
    assert_unavailable(pool.read(|tx| tx.query("SELECT name FROM setting", &[])));
    assert_unavailable(opened.database.connect(Principal::Provider).map(|_| ()));
    assert!(!path.exists(), "nobody makes an empty database in its place");
    std::fs::rename(&away, path).expect("the file comes back");
    set(&mut provider, "after", "").expect("a write");
    assert_eq!(names(&mut provider).expect("a read"), ["after", "before"]);
    // Gone while a transaction runs: what is committed into a file without a name is not acknowledged.
    let answer = provider.write(|tx| {
        tx.execute("INSERT INTO setting (name, value) VALUES ('lost', '')", &[])?;
        std::fs::rename(path, &away).expect("the file goes");
        Ok(())
    });
    assert_unavailable(answer);
}

#[test]
fn another_file_in_its_place_is_opened_when_it_is_the_same_sites() {
    let opened = engines::sqlite();
    let Location::Sqlite(path) = &opened.location else { panic!("a file") };
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    set(&mut provider, "before", "").expect("a write");
    // A copy as a backup makes one: whole, without a log beside it.
    let backup = path.with_extension("backup");
    rusqlite::Connection::open(path).and_then(|c| c.execute("VACUUM INTO ?1", [backup.to_str()])).expect("a backup");
    set(&mut provider, "after the backup", "").expect("a write");
    let gone = path.with_extension("gone");
    std::fs::create_dir(&gone).expect("a folder");
    for name in ["site.db", "site.db-wal", "site.db-shm"] {
        std::fs::rename(path.with_file_name(name), gone.join(name)).expect("the old files go");
    }
    std::fs::rename(&backup, path).expect("the backup takes their place");
    assert_eq!(names(&mut provider).expect("a read"), ["before"]);
    set(&mut provider, "since", "").expect("a write");

    let keys = KeyFolder::open(&opened.folder.path().join("keys")).expect("a key folder");
    let stranger = path.with_file_name("other.db");
    Database::open(&Location::Sqlite(stranger.clone()), &keys, "P01".parse().expect("a code"), "", START).expect("another site's database");
    std::fs::rename(&stranger, path).expect("it takes the place");
    for name in ["site.db-wal", "site.db-shm"] {
        std::fs::remove_file(path.with_file_name(name)).expect("the log goes");
    }
    let answer = names(&mut provider);
    assert!(matches!(answer, Err(StoreError::NotThisSite { .. })), "{answer:?}");
}

#[test]
fn what_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&folder.path().join("keys")).expect("a key folder");
    let path = folder.path().join("site.db");
    std::fs::write(&path, "this is a letter to my grandmother, and long enough to be taken for a database ".repeat(20)).expect("a file");
    let answer = engines::at(&Location::Sqlite(path.clone()), &keys).map(|_| ());
    assert!(matches!(answer, Err(StoreError::Corrupt(_))), "{answer:?}");
    assert!(std::fs::read_to_string(&path).expect("the file").starts_with("this is a letter"), "it is left alone");
    let answer = engines::at(&Location::Sqlite("/proc/nothing/site.db".into()), &keys).map(|_| ());
    assert_unavailable(answer);
}

#[test]
fn a_full_disk_is_told_nothing_half_written_is_left_and_it_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::of("8m") else { return };
    let keys_folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&keys_folder.path().join("keys")).expect("a key folder");
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 5 << 20]).expect("ballast");
    let location = Location::Sqlite(disk.path().join("site.db"));
    let database = engines::at(&location, &keys).expect("a database");
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    let value = "x".repeat(100_000);
    let mut kept = Vec::new();
    let full = loop {
        let name = format!("{:04}", kept.len());
        // Two rows, one transaction: both or none.
        let both = provider.write(|tx| {
            for half in ["a", "b"] {
                tx.execute("INSERT INTO setting (name, value) VALUES ($1, $2)", &[(&format!("{name}{half}")).into(), (&value).into()])?;
            }
            Ok(())
        });
        match both {
            Ok(()) => kept.extend([format!("{name}a"), format!("{name}b")]),
            Err(error) => break error,
        }
        assert!(kept.len() < 1000, "the disk is full at some time");
    };
    assert!(matches!(full, StoreError::Full(_)), "{full:?}");
    assert!(!kept.is_empty());
    assert_eq!(names(&mut provider).expect("a read"), kept);
    std::fs::remove_file(&ballast).expect("room");
    set(&mut provider, "z", &value).expect("a write");
    kept.push("z".to_owned());
    drop(provider);
    let again = engines::at(&location, &keys).expect("the next start");
    assert_eq!(names(&mut again.connect(Principal::Provider).expect("a connection")).expect("a read"), kept);
}

#[test]
fn errors_of_postgresql_mean_what_they_say() {
    let Some(opened) = engines::postgresql() else { return };
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    let mut raise = |code: &str| {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{code}'; END $$");
        provider.write(|tx| tx.execute(&sql, &[])).expect_err("an error")
    };
    for code in ["57P01", "57P03", "53300", "55P03", "08006", "58030", "40P01", "40001"] {
        assert!(matches!(raise(code), StoreError::Unavailable(_)), "{code}");
    }
    assert!(matches!(raise("53100"), StoreError::Full(_)));
    assert!(matches!(raise("42501"), StoreError::Denied(_)));
    assert!(matches!(raise("23505"), StoreError::Conflict(_)));
    assert!(matches!(raise("XX001"), StoreError::Corrupt(_)));
    for code in ["23502", "22012", "42601", "P0001"] {
        assert!(matches!(raise(code), StoreError::Statement(_)), "{code}");
    }
}

/// A PostgreSQL server of this test alone, so that it can be stopped.
struct OwnServer {
    folder: tempfile::TempDir,
    url: String,
    pass_file: PathBuf,
}

impl OwnServer {
    fn script(action: &str, folder: &Path) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/servers/postgresql.sh");
        let output = Command::new(script).arg(action).arg(folder.join("server")).stderr(Stdio::inherit()).output().expect("bash");
        assert!(output.status.success(), "the server does not {action}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// None when the tests run without PostgreSQL.
    fn start() -> Option<OwnServer> {
        engines::Server::from_environment()?;
        let folder = tempfile::tempdir().expect("a folder");
        // The server's account must get through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).expect("a mode");
        let exports = Self::script("start", folder.path());
        let value = |name: &str| exports.lines().find_map(|line| line.strip_prefix(&format!("export {name}="))).expect("an export").to_owned();
        let (url, pass_file) = (value("PROVOST_TEST_POSTGRES"), value("PROVOST_TEST_POSTGRES_PASSFILE").into());
        Some(OwnServer { folder, url, pass_file })
    }

    fn restart(&self) {
        Self::script("stop", self.folder.path());
        Self::script("start", self.folder.path());
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        if self.folder.path().join("server/data/postmaster.pid").exists() {
            Self::script("stop", self.folder.path());
        }
    }
}

#[test]
fn a_server_that_was_away_is_connected_to_again() {
    let Some(server) = OwnServer::start() else { return };
    let keys = KeyFolder::open(&server.folder.path().join("keys")).expect("a key folder");
    // Where the server's own database is must not matter: this one belongs to the set-up login.
    let (base, _) = server.url.rsplit_once('/').expect("an address");
    let mut admin: postgres::Config = server.url.parse().expect("an address");
    let password = std::fs::read_to_string(&server.pass_file).expect("a password");
    admin.password(password.trim_end()).connect(postgres::NoTls).expect("a server").batch_execute("CREATE DATABASE site").expect("a database");
    let location = Location::postgres(&format!("{base}/site"), Some(&server.pass_file)).expect("an address");
    let database = engines::at(&location, &keys).expect("a database");
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    let pool = database.pool(Principal::Provider, 2).expect("a pool");
    set(&mut provider, "before", "").expect("a write");

    OwnServer::script("stop", server.folder.path());
    assert_unavailable(set(&mut provider, "during", ""));
    assert_unavailable(names(&mut provider));
    assert_unavailable(pool.read(|tx| tx.query("SELECT name FROM setting", &[])));
    assert_unavailable(database.connect(Principal::Provider).map(|_| ()));
    assert_unavailable(engines::at(&location, &keys).map(|_| ()));
    OwnServer::script("start", server.folder.path());
    set(&mut provider, "after", "").expect("a write");
    assert_eq!(names(&mut provider).expect("a read"), ["after", "before"]);

    // Nobody noticed that the server was away.
    server.restart();
    set(&mut provider, "unnoticed", "").expect("a write");
    pool.read(|tx| tx.query("SELECT name FROM setting", &[])).expect("a read");

    // Away in the middle: what was begun is gone, and it runs again.
    let mut runs = 0;
    let inserted = provider.write(|tx| {
        runs += 1;
        tx.execute("INSERT INTO setting (name, value) VALUES ('middle', $1)", &[Param::Text(&runs.to_string())])?;
        if runs == 1 {
            server.restart();
        }
        tx.query("SELECT value FROM setting WHERE name = 'middle'", &[])
    });
    assert_eq!(inserted.expect("a write")[0].text(0), Ok("2"));
    assert_eq!(names(&mut provider).expect("a read"), ["after", "before", "middle", "unnoticed"]);
}
