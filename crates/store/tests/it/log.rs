//! The room of the embedded database's log.

use crate::engines::{self, Opened};
use crate::small_disk::SmallDisk;
use provost_catalog::database::Principal;
use provost_store::database::{Connection, Location, StoreError};
use provost_store::keys::KeyFolder;
use std::path::{Path, PathBuf};

/// What the log's file has room for.
const ROOM: u64 = 64 << 20;

fn file(opened: &Opened) -> &Path {
    let Location::Sqlite(path) = &opened.location else { panic!("a file") };
    path
}

fn log_of(path: &Path) -> PathBuf {
    path.with_file_name("site.db-wal")
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).expect("a log").len()
}

fn set(connection: &mut Connection, name: &str) -> Result<u64, StoreError> {
    connection.write(|tx| tx.execute("INSERT INTO setting (name, value) VALUES ($1, '')", &[name.into()]))
}

fn count(connection: &mut Connection) -> i64 {
    let rows = connection.read(|tx| tx.query("SELECT COUNT(*) FROM setting", &[])).expect("a read");
    rows[0].integer(0).expect("a number")
}

#[test]
fn what_is_written_into_room_that_was_made_is_there_after_a_crash() {
    let opened = engines::sqlite();
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    set(&mut provider, "before").expect("a write");
    assert!(length(&log_of(file(&opened))) < ROOM);
    provider.make_room().expect("room");
    assert_eq!(length(&log_of(file(&opened))), ROOM);
    set(&mut provider, "after").expect("a write");
    provider.make_room().expect("nothing to be made");
    assert_eq!(length(&log_of(file(&opened))), ROOM);
    // As a machine that lost its power has them: the log's index is only in memory.
    let crashed = tempfile::tempdir().expect("a folder");
    for name in ["site.db", "site.db-wal"] {
        std::fs::copy(file(&opened).with_file_name(name), crashed.path().join(name)).expect("a copy");
    }
    let keys = KeyFolder::open(&crashed.path().join("keys")).expect("a key folder");
    let again = engines::at(&Location::Sqlite(crashed.path().join("site.db")), &keys).expect("the next start");
    assert_eq!(count(&mut again.connect(Principal::Provider).expect("a connection")), 2);
}

#[test]
fn others_write_while_room_is_made_and_nothing_of_it_is_lost() {
    const EACH: i64 = 200;
    let opened = engines::sqlite();
    let mut provider = std::thread::scope(|scope| {
        for writer in ["a", "b"] {
            let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
            scope.spawn(move || (0..EACH).for_each(|i| assert_eq!(set(&mut provider, &format!("{writer}{i}")), Ok(1))));
        }
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        provider.make_room().expect("room");
        assert_eq!(length(&log_of(file(&opened))), ROOM);
        provider
    });
    assert_eq!(count(&mut provider), 2 * EACH);
    let sound: String = rusqlite::Connection::open(file(&opened)).and_then(|c| c.query_row("PRAGMA integrity_check", [], |row| row.get(0))).expect("an answer");
    assert_eq!(sound, "ok");
}

#[test]
fn a_disk_with_little_room_keeps_it() {
    let Some(disk) = SmallDisk::of("200m") else { return };
    let keys_folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFolder::open(&keys_folder.path().join("keys")).expect("a key folder");
    let path = disk.path().join("site.db");
    let database = engines::at(&Location::Sqlite(path.clone()), &keys).expect("a database");
    let mut provider = database.connect(Principal::Provider).expect("a connection");
    set(&mut provider, "before").expect("a write");
    let before = length(&log_of(&path));
    provider.make_room().expect("nothing is made");
    assert_eq!(length(&log_of(&path)), before);
}
