//! Backup and restore on both engines and across: everything goes over, nothing can be read without the passphrase, and what
//! does not open whole is refused whole.

use crate::engines::{self, START, Server};
use provost_catalog::database::Principal;
use provost_catalog::inboxes::INBOXES;
use provost_domain::SiteCode;
use provost_store::accounts::tasks::{self, Task};
use provost_store::backup::{self, BackupError, Manifest, Place, SealedError};
use provost_store::keys::{KeyFolder, Secret};
use provost_store::ledger::{Ledger, NewEntry};
use provost_store::vault::{SecretId, Vault, keys_in_use};
use provost_store::{Database, Location, schema};
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PASSWORD: &str = "p%40ss wörd 日本 of an account";

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgresql,
}

/// A place for a site: a data folder, and a database that may be on the test server.
struct Home {
    folder: TempDir,
    location: Location,
    server: Option<engines::OnServer>,
}

impl Home {
    /// None when there is no server to test with.
    fn new(engine: Engine, site: Option<SiteCode>) -> Option<(Self, SiteCode)> {
        let folder = tempfile::tempdir().expect("a folder");
        Some(match (engine, site) {
            (Engine::Sqlite, site) => {
                let location = Location::Sqlite(folder.path().join("data/database/site.db"));
                (Self { folder, location, server: None }, site.unwrap_or_else(|| "LAB".parse().expect("a site code")))
            }
            (Engine::Postgresql, site) => {
                let server = Server::from_environment()?;
                let (on_server, site) = match site {
                    Some(site) => (server.new_database_of(site), site),
                    None => server.new_database(),
                };
                let location = Location::postgres(&server.url_of(&on_server.name), Some(&server.pass_file)).expect("an address");
                (Self { folder, location, server: Some(on_server) }, site)
            }
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn keys(&self) -> KeyFolder {
        KeyFolder::open(&self.data().join("keys")).expect("a key folder")
    }

    fn open(&self, site: SiteCode) -> Database {
        Database::open(&self.location, &self.keys(), site, "Test", START).expect("a database")
    }

    /// Runs statements as the owner of the tables.
    fn as_owner(&self, sql: &str) {
        match (&self.location, &self.server) {
            (Location::Sqlite(path), _) => rusqlite::Connection::open(path).and_then(|owner| owner.execute_batch(sql)).expect("statements of the owner"),
            (_, Some(server)) => server.connect().batch_execute(&format!("SET search_path = provost; {sql}")).expect("statements of the owner"),
            _ => unreachable!("a database in PostgreSQL is on a server"),
        }
    }

    fn vault(&self, database: &Database) -> Vault {
        let in_use = database.connect(Principal::Broker).expect("a connection").read(keys_in_use).expect("a read");
        Vault::open(&self.keys(), None, database.site(), &in_use).expect("a vault")
    }
}

/// A site with something of everything: a ledger, a secret with a version that is gone, waiting mail, keys, a file that is longer
/// than a chunk, and what a backup leaves out.
fn site_in(home: &Home, site: SiteCode) -> Database {
    let database = home.open(site);
    let data = home.data();
    std::fs::write(data.join("site.json"), format!(r#"{{"code":"{site}","name":"Test"}}"#)).expect("a file");
    std::fs::write(data.join("provost.toml"), "log = \"info\"\n").expect("a file");
    for (path, bytes) in [
        (format!("inboxes/{}/waits.frames", INBOXES[0].folder), vec![7; 200_000]),
        ("inboxes/empty".to_owned(), vec![]),
        ("logs/provider.log".to_owned(), b"a log".to_vec()),
        ("run/lock".to_owned(), b"1".to_vec()),
        ("run/ports.json".to_owned(), b"{}".to_vec()),
        ("client/token".to_owned(), b"a token".to_vec()),
        ("inboxes/half.tmp".to_owned(), b"half".to_vec()),
    ] {
        let path = data.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    let ledger = Ledger::open(&home.keys()).expect("a ledger");
    let vault = home.vault(&database);
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    let sealer = vault.sealer();
    let mut done = Vec::new();
    provider
        .write(|tx| {
            let mut seal = || {
                let first = sealer.add(tx, &Secret::new(b"first".to_vec()), "ada", START)?;
                let second = sealer.replace(tx, first.secret, None, &Secret::new(PASSWORD.as_bytes().to_vec()), "ada", START)?;
                let given_up = sealer.add(tx, &Secret::new(b"given up".to_vec()), "ada", START)?;
                sealer.retire(tx, given_up.secret, START)?;
                Ok::<_, provost_store::vault::VaultError>([second, given_up])
            };
            done = seal().expect("sealed").to_vec();
            (0..5).try_for_each(|_| tasks::request(tx, Task::Verify, None, "ada", START).map(drop))?;
            let mut last = None;
            for n in 0..300 {
                let entry = NewEntry { at: START, actor: "ada", origin: "192.0.2.7", act: "test", object: "日本 \"%", detail: &json!({ "n": n }) };
                last = Some(ledger.append(tx, &entry)?);
            }
            Ok(last)
        })
        .map(|last| ledger.committed(&last.expect("an entry")))
        .expect("written")
        .expect("recorded");
    for sealed in done {
        sealer.committed(sealed).expect("remembered");
    }
    home.as_owner("DELETE FROM account_task WHERE task_id > 2");
    database
}

fn passphrase(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

fn manifest(site: SiteCode) -> Manifest {
    Manifest { site, name: "Test".to_owned(), schema: schema::VERSION, made_at: START, program: "0.1.0".to_owned() }
}

fn backup(home: &Home, database: &Database) -> Vec<u8> {
    let mut out = Vec::new();
    backup::write(database, &home.data(), &manifest(database.site()), &passphrase("right"), &mut out).expect("a backup");
    out
}

fn restore(bytes: &[u8], home: &Home) -> Result<Database, BackupError> {
    let data = home.data();
    let checked = backup::check(bytes, &passphrase("right"))?;
    let place = Place { data: &data, location: &home.location, settings: checked.settings.as_deref() };
    backup::restore(bytes, &passphrase("right"), place, START.plus_seconds(60)).map(|(database, _)| database)
}

fn open_secret(home: &Home, database: &Database, id: SecretId) -> String {
    let opener = home.vault(database).opener();
    let mut opened = None;
    let read = database.connect(Principal::Broker).expect("a connection").read(|tx| {
        opened = Some(opener.open(tx, id));
        Ok(())
    });
    read.expect("a read");
    let (_, secret) = opened.expect("an outcome").expect("it opens");
    secret.expose_text().expect("a text").to_owned()
}

fn files(folder: &Path, below: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder.join(below)).expect("a folder").flatten() {
        let path = below.join(entry.file_name());
        if entry.path().is_dir() { files(folder, &path, found) } else { found.push(path.display().to_string()) }
    }
    found.sort();
}

#[test]
fn a_site_goes_from_each_engine_to_each_with_everything_that_it_is() {
    for (from, to) in
        [(Engine::Sqlite, Engine::Sqlite), (Engine::Postgresql, Engine::Postgresql), (Engine::Postgresql, Engine::Sqlite), (Engine::Sqlite, Engine::Postgresql)]
    {
        let pair = format!("{from:?} to {to:?}");
        // Logins belong to the whole server: a code that goes to PostgreSQL must be one of those that are free there.
        let free = if to == Engine::Postgresql { Server::from_environment().map(|server| server.new_database().1) } else { None };
        let Some((old, site)) = Home::new(from, free) else { continue };
        let bytes = {
            let database = site_in(&old, site);
            let bytes = backup(&old, &database);
            assert!(backup::check(&bytes[..], &passphrase("right")).is_ok_and(|checked| checked.manifest == manifest(site)), "{pair}");
            bytes
        };
        let kept = old.folder.path().join("kept");
        std::fs::rename(old.data(), &kept).expect("the old machine's folder");
        drop(old.server);
        let Some((new, _)) = Home::new(to, Some(site)) else { continue };
        let database = restore(&bytes, &new).unwrap_or_else(|error| panic!("{pair}: {error}"));

        let verified = database.connect(Principal::Provider).expect("a connection").read(|tx| Ledger::open(&new.keys()).expect("a ledger").verify(tx));
        assert!(verified.as_ref().is_ok_and(|v| v.is_sound() && v.entries == 300), "{pair}: {verified:?}");
        assert_eq!(open_secret(&new, &database, SecretId(1)), PASSWORD, "{pair}");
        // Numbers that were given out are not given out again, not even those of rows that are gone.
        let next = database.connect(Principal::Provider).expect("a connection").write(|tx| tasks::request(tx, Task::Verify, None, "ada", START));
        assert_eq!(next, Ok(6), "{pair}");
        // The next start finds its site.
        drop(database);
        assert_eq!(new.open(site).site(), site);

        let mut restored = Vec::new();
        files(&new.data(), Path::new(""), &mut restored);
        let left: Vec<&String> = restored.iter().filter(|path| !path.starts_with("database/") && !path.starts_with("keys/database/")).collect();
        let waits = format!("inboxes/{}/waits.frames", INBOXES[0].folder);
        let mut expected = vec![
            "inboxes/empty",
            &waits,
            "keys/ledger.head",
            "keys/ledger.key",
            "keys/site.key",
            "keys/vault-head.key",
            "keys/vault.head",
            "provost.toml",
            "run/ports.json",
            "site.json",
        ];
        expected.sort_unstable();
        assert_eq!(left, expected, "{pair}");
        for path in &left {
            assert!(std::fs::read(new.data().join(path)).expect("a file") == std::fs::read(kept.join(path)).expect("a file"), "{pair}: {path}");
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(new.data().join(path)).expect("a file").permissions());
            assert_eq!(mode & 0o777, 0o600, "{pair}: {path}");
        }
    }
}

#[test]
fn nothing_of_a_site_is_in_its_backup_in_clear() {
    let (home, site) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let database = site_in(&home, site);
    let bytes = backup(&home, &database);
    let key = std::fs::read(home.data().join("keys/site.key")).expect("the key");
    let clear = [PASSWORD.as_bytes(), &key[..], b"192.0.2.7", b"site.json", b"ledger", b"right"];
    for text in clear {
        assert!(!bytes.windows(text.len()).any(|window| window == text), "{:?}", String::from_utf8_lossy(text));
    }
    assert_ne!(bytes[16..], backup(&home, &database)[16..], "each has a salt of its own");
}

#[test]
fn a_backup_that_was_cut_off_changed_or_lengthened_is_refused_whole() {
    let (home, site) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let bytes = backup(&home, &site_in(&home, site));
    let (to, _) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let refused = |bytes: &[u8], what: &str| {
        let error = restore(bytes, &to).err().unwrap_or_else(|| panic!("{what}: it was taken"));
        assert!(matches!(error, BackupError::Sealed(_)), "{what}: {error}");
        // The same without the look before: what was begun is taken away.
        let data = to.data();
        let place = Place { data: &data, location: &to.location, settings: None };
        assert!(backup::restore(bytes, &passphrase("right"), place, START).is_err(), "{what}");
        assert!(!to.data().exists(), "{what}: something is left");
    };
    for at in [0, 20, 40, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        refused(&changed, &format!("byte {at} changed"));
    }
    for end in [0, 10, 40, bytes.len() / 3, bytes.len() - 1] {
        refused(&bytes[..end], &format!("{end} of {} bytes", bytes.len()));
    }
    refused(&[&bytes[..], b"x"].concat(), "a byte more");
    let wrong = backup::check(&bytes[..], &passphrase("wrong"));
    assert!(matches!(wrong.err(), Some(BackupError::Sealed(SealedError::Passphrase))));
}

#[test]
fn nothing_is_restored_over_a_site() {
    let (home, site) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let bytes = backup(&home, &site_in(&home, site));
    assert!(matches!(restore(&bytes, &home).err(), Some(BackupError::NotEmpty(_))));
    let (to, _) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let data = to.data();
    let place = Place { data: &data, location: &home.location, settings: None };
    assert!(matches!(backup::restore(&bytes[..], &passphrase("right"), place, START).err(), Some(BackupError::DatabaseUsed)));
    assert!(!data.exists(), "nothing was begun");

    let Some((used, site)) = Home::new(Engine::Postgresql, None) else { return };
    let database = site_in(&used, site);
    let place = Place { data: &data, location: &used.location, settings: None };
    assert!(matches!(backup::restore(&bytes[..], &passphrase("right"), place, START).err(), Some(BackupError::DatabaseUsed)));
    assert!(database.connect(Principal::Broker).is_ok(), "its logins are as they were");
}

/// Does something in the middle of what is written.
struct Meanwhile<F> {
    written: usize,
    act: Option<F>,
}

impl<F: FnOnce()> Write for Meanwhile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len();
        if self.written > 1000
            && let Some(act) = self.act.take()
        {
            act();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_site_runs_on_meanwhile_but_a_change_of_its_key_spoils_the_backup() {
    engines::each_opened(|opened| {
        let data = opened.folder.path();
        std::fs::create_dir_all(data.join("inboxes")).expect("a folder");
        std::fs::write(data.join("inboxes/long"), vec![7; 500_000]).expect("a file");
        let database = &opened.database;
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let in_use = database.connect(Principal::Broker).expect("a connection").read(keys_in_use).expect("a read");
        let vault = Vault::open(&opened.keys, None, opened.site, &in_use).expect("a vault");
        let write = |act: &dyn Fn()| {
            let out = Meanwhile { written: 0, act: Some(act) };
            backup::write(database, data, &manifest(opened.site), &passphrase("right"), out)
        };
        let enters = || {
            let entry = database
                .connect(Principal::Provider)
                .expect("a connection")
                .write(|tx| ledger.append(tx, &NewEntry { at: START, actor: "ada", origin: "", act: "meanwhile", object: "", detail: &json!(null) }));
            ledger.committed(&entry.expect("entered")).expect("recorded");
        };
        let written = write(&enters);
        assert!(written.as_ref().is_ok_and(|contents| contents.rows > 0), "{written:?}");
        let rekeys = || {
            let mut manager = database.connect(Principal::AccountManager).expect("a connection");
            vault.keeper().rekey(&mut manager).expect("a new key");
        };
        assert!(matches!(write(&rekeys), Err(BackupError::KeyChanged)));
    });
}

#[test]
fn a_disk_that_is_full_and_a_newer_program_are_told() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (home, site) = Home::new(Engine::Sqlite, None).expect("SQLite");
    let database = site_in(&home, site);
    let full = backup::write(&database, &home.data(), &manifest(site), &passphrase("right"), Full);
    assert!(matches!(&full, Err(BackupError::Sealed(SealedError::Stream(error))) if error.kind() == io::ErrorKind::StorageFull), "{full:?}");

    let mut bytes = Vec::new();
    let newer = Manifest { schema: schema::VERSION + 1, ..manifest(site) };
    backup::write(&database, &home.data(), &newer, &passphrase("right"), &mut bytes).expect("a backup");
    let refused = backup::check(&bytes[..], &passphrase("right")).err();
    assert!(matches!(refused, Some(BackupError::TooNew { .. })));
}

#[test]
fn an_older_copy_of_the_database_is_known_by_its_ledger() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let reaches = || opened.database.connect(Principal::Provider).expect("a connection").read(|tx| ledger.reaches_its_record(tx)).expect("a read");
        assert!(reaches(), "a ledger without entries");
        for _ in 0..2 {
            let entered = opened
                .database
                .connect(Principal::Provider)
                .expect("a connection")
                .write(|tx| ledger.append(tx, &NewEntry { at: START, actor: "ada", origin: "", act: "a", object: "", detail: &json!(null) }));
            ledger.committed(&entered.expect("entered")).expect("recorded");
        }
        assert!(reaches());
        opened.as_owner("DELETE FROM ledger WHERE seq = 2");
        assert!(!reaches());
    });
}
