//! What a transaction promises.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_store::database::{ColumnType, Insert, Param, StoreError, Value};
use provost_store::{Connection, Location};

const SETTINGS: Insert = Insert { table: "setting", columns: &[("name", ColumnType::Text), ("value", ColumnType::Text)], conflict: "" };

#[test]
fn what_was_written_is_read_in_the_same_form() {
    engines::each_opened(|opened| {
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        let site = provider.read(|tx| tx.query("SELECT code, name, created_at FROM site", &[])).expect("the site's row");
        assert_eq!(site[0].values(), [Value::Text(opened.site.to_string()), Value::Text("Test".to_owned()), Value::Integer(START.as_micros())]);
        provider
            .write(|tx| {
                let params = [Param::Text("a"), Param::Null, Param::Integer(i64::MIN), Param::Integer(i64::MAX)];
                tx.query("INSERT INTO person (name, password_hash, created_at, created_by, disabled) VALUES ($1, $2, $3, 'ü', $4) RETURNING name", &params)
            })
            .expect("a new row");
        let row = provider.read(|tx| tx.query_optional("SELECT password_hash, created_at, created_by, disabled FROM person WHERE name = $1", &["a".into()]));
        let row = row.expect("a read").expect("the row");
        assert_eq!(row.optional_text(0), Ok(None));
        assert_eq!((row.integer(1), row.text(2), row.integer(3)), (Ok(i64::MIN), Ok("ü"), Ok(i64::MAX)));
        assert!(matches!(row.integer(2), Err(StoreError::Corrupt(_))));
        assert!(matches!(row.integer(4), Err(StoreError::Corrupt(_))));
        assert!(matches!(row.boolean(1), Err(StoreError::Corrupt(_))));
    });
}

#[test]
fn parameters_go_by_number_whatever_their_order() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let row = provider.read(|tx| tx.query_optional("SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)", &["a".into(), "b".into()]));
        assert_eq!(row.expect("a read").expect("a row").text(0), Ok("bab"));
        for wrong in [&[][..], &[Param::Null, Param::Null]] {
            let refused = provider.read(|tx| tx.query("SELECT name FROM site WHERE code = $1", wrong));
            assert!(matches!(refused, Err(StoreError::Statement(_))), "{refused:?}");
        }
    });
}

#[test]
fn texts_compare_by_their_bytes_and_like_minds_case() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let flat: Vec<Param<'_>> = ["b", "", "B", "", "ä", "", "a", "", "_", ""].into_iter().map(Param::Text).collect();
        provider.write(|tx| tx.insert_many(&SETTINGS, &flat)).expect("new rows");
        let names = |sql: &str| {
            let mut provider = database.connect(Principal::Provider).expect("a connection");
            let rows = provider.read(|tx| tx.query(sql, &[])).expect("rows");
            rows.iter().map(|r| r.text(0).expect("a name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("SELECT name FROM setting ORDER BY name"), ["B", "_", "a", "b", "ä"]);
        assert_eq!(names("SELECT name FROM setting WHERE name LIKE 'b%'"), ["b"]);
        assert_eq!(names("SELECT name FROM setting WHERE lower(name) LIKE 'b%' ORDER BY name"), ["B", "b"]);
    });
}

#[test]
fn sums_and_counts_are_whole_numbers() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let row =
            provider.read(|tx| tx.query_optional("SELECT count(*), sum(created_at), sum(created_at * 0), max(created_at), sum(length(name)) FROM site", &[]));
        let row = row.expect("a read").expect("a row");
        assert_eq!((0..5).map(|i| row.integer(i)).collect::<Result<Vec<_>, _>>(), Ok(vec![1, START.as_micros(), 0, START.as_micros(), 4]));
    });
}

#[test]
fn an_error_keeps_nothing_of_the_transaction() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let insert = |name: &str| (format!("INSERT INTO setting (name, value) VALUES ('{name}', '')"), name.to_owned());
        let refused = provider.write(|tx| {
            tx.execute(&insert("one").0, &[])?;
            tx.execute(&insert("one").0, &[])
        });
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            provider.write::<()>(|tx| {
                tx.execute(&insert("two").0, &[])?;
                panic!("on purpose")
            })
        }));
        assert!(panicked.is_err());
        // An error that is passed over does not make the rest durable: PostgreSQL would keep nothing and not say so.
        let passed_over = provider.write(|tx| {
            tx.execute(&insert("three").0, &[])?;
            let _ = tx.execute(&insert("three").0, &[]);
            Ok(())
        });
        assert!(matches!(passed_over, Err(StoreError::Statement(_))), "{passed_over:?}");
        // A statement that fails at its third row has written two, which SQLite leaves to the transaction.
        let rows: Vec<Param<'_>> = ["four", "five", "four", "six"].into_iter().flat_map(|name| [name.into(), "".into()]).collect();
        let passed_over = provider.write(|tx| {
            let _ = tx.insert_many(&SETTINGS, &rows);
            Ok(())
        });
        assert!(matches!(passed_over, Err(StoreError::Statement(_))), "{passed_over:?}");
        let left = provider.read(|tx| tx.query("SELECT name FROM setting", &[])).expect("a read");
        assert_eq!(left, []);
    });
}

#[test]
fn a_read_changes_nothing_and_a_read_sees_one_state() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let mut other = database.connect(Principal::Provider).expect("a connection");
        for sql in ["INSERT INTO setting (name, value) VALUES ('a', '')", "UPDATE setting SET value = '' RETURNING name"] {
            let refused = provider.read(|tx| tx.query(sql, &[]));
            assert!(matches!(refused, Err(StoreError::Statement(_) | StoreError::Unavailable(_))), "{refused:?}");
        }
        let counts = provider.read(|tx| {
            let before = tx.query("SELECT count(*) FROM setting", &[])?;
            other.write(|tx| tx.execute("INSERT INTO setting (name, value) VALUES ('a', '')", &[]))?;
            Ok((before, tx.query("SELECT count(*) FROM setting", &[])?))
        });
        let (before, after) = counts.expect("two reads");
        assert_eq!(before, after);
    });
}

#[test]
fn many_rows_go_in_at_once() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let names: Vec<String> = (0..10_001).map(|i| format!("{i:05}")).collect();
        let flat: Vec<Param<'_>> = names.iter().flat_map(|name| [name.into(), "value".into()]).collect();
        assert_eq!(provider.write(|tx| tx.insert_many(&SETTINGS, &flat)), Ok(10_001));
        let again = provider.write(|tx| tx.insert_many(&SETTINGS, &flat));
        assert!(matches!(again, Err(StoreError::Conflict(_))));
        let nothing = Insert { conflict: "ON CONFLICT (name) DO NOTHING", ..SETTINGS };
        assert_eq!(provider.write(|tx| tx.insert_many(&nothing, &flat)), Ok(0));
        let update = Insert { conflict: "ON CONFLICT (name) DO UPDATE SET value = excluded.value", ..SETTINGS };
        let flat: Vec<Param<'_>> = flat.iter().map(|p| if *p == Param::Text("value") { Param::Text("new") } else { *p }).collect();
        assert_eq!(provider.write(|tx| tx.insert_many(&update, &flat)), Ok(10_001));
        let rows = provider.read(|tx| tx.query("SELECT count(*), min(name), max(name) FROM setting WHERE value = 'new'", &[])).expect("a read");
        assert_eq!(rows[0].values(), [Value::Integer(10_001), Value::Text("00000".into()), Value::Text("10000".into())]);
        let uneven = provider.write(|tx| tx.insert_many(&SETTINGS, &flat[1..]));
        assert!(matches!(uneven, Err(StoreError::Statement(_))));
    });
}

#[test]
fn rows_that_are_put_together_one_after_the_other_go_in_at_once() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let names: Vec<String> = (0..1_235).map(|i| format!("{i:05}")).collect();
        // Of every size of statement some.
        let rows = || names.iter().map(|name| [name.into(), "value".into()]);
        assert_eq!(provider.write(|tx| tx.insert_rows(&SETTINGS, rows())), Ok(1_235));
        assert_eq!(provider.write(|tx| tx.insert_rows(&SETTINGS, rows().take(0))), Ok(0));
        assert!(matches!(provider.write(|tx| tx.insert_rows(&SETTINGS, rows().skip(1_234))), Err(StoreError::Conflict(_))));
        let narrow = provider.write(|tx| tx.insert_rows(&SETTINGS, names.iter().map(|name| [name.into()])));
        assert!(matches!(narrow, Err(StoreError::Statement(_))), "{narrow:?}");
        let rows = provider.read(|tx| tx.query("SELECT count(*), min(name), max(name) FROM setting WHERE value = 'value'", &[])).expect("a read");
        assert_eq!(rows[0].values(), [Value::Integer(1_235), Value::Text("00000".into()), Value::Text("01234".into())]);
    });
}

#[test]
fn bytes_and_missing_values_go_in_at_once() {
    const DEVICES: Insert =
        Insert { table: "intake", columns: &[("message_id", ColumnType::Blob), ("inbox", ColumnType::Text), ("loaded_at", ColumnType::Integer)], conflict: "" };
    const VOLUMES: Insert = Insert {
        table: "inventory_volume",
        columns: &[("resource_id", ColumnType::Integer), ("mount_point", ColumnType::Text), ("size_kib", ColumnType::Integer)],
        conflict: "",
    };
    engines::each(|database| {
        let mut loader = database.connect(Principal::InventoryDataLoader).expect("a connection");
        let flat = [Param::Blob(&[0, 255]), "a".into(), 1.into(), Param::Blob(&[]), "b".into(), 2.into()];
        loader.write(|tx| tx.insert_many(&DEVICES, &flat)).expect("bytes");
        let flat = [1.into(), "/".into(), Param::Null, 1.into(), "/home".into(), 7.into()];
        loader.write(|tx| tx.insert_many(&VOLUMES, &flat)).expect("a missing value");
        let (ids, sizes) = loader
            .read(|tx| {
                Ok((
                    tx.query("SELECT message_id FROM intake ORDER BY loaded_at", &[])?,
                    tx.query("SELECT size_kib FROM inventory_volume ORDER BY mount_point", &[])?,
                ))
            })
            .expect("a read");
        assert_eq!((ids[0].blob(0), ids[1].blob(0)), (Ok(&[0, 255][..]), Ok(&[][..])));
        assert_eq!((sizes[0].optional_integer(0), sizes[1].optional_integer(0)), (Ok(None), Ok(Some(7))));
    });
}

#[test]
fn writers_of_one_counter_each_count_once() {
    engines::each(|database| {
        let pool = database.pool(Principal::Provider, 4).expect("a pool");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let pool = pool.clone();
                scope.spawn(move || {
                    for _ in 0..25 {
                        pool.write(|tx| tx.query("UPDATE change_counter SET value = value + 1 WHERE name = $1 RETURNING value", &["client".into()]))
                            .expect("a count");
                    }
                });
            }
        });
        let value = pool.read(|tx| tx.query("SELECT value FROM change_counter WHERE name = 'client'", &[])).expect("a read");
        assert_eq!(value[0].integer(0), Ok(200));
    });
}

#[test]
fn two_transactions_that_wait_for_each_other_both_get_through() {
    engines::each_opened(|opened| {
        if opened.is_sqlite() {
            return; // One writer at a time: they cannot wait for each other.
        }
        let barrier = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            for (first, second) in [("client", "device"), ("device", "client")] {
                let (barrier, database) = (&barrier, &opened.database);
                scope.spawn(move || {
                    let mut connection = database.connect(Principal::Provider).expect("a connection");
                    let mut met = false;
                    connection
                        .write(|tx| {
                            let add = "UPDATE change_counter SET value = value + 1 WHERE name = $1";
                            tx.execute(add, &[first.into()])?;
                            if !std::mem::replace(&mut met, true) {
                                barrier.wait();
                            }
                            tx.execute(add, &[second.into()])
                        })
                        .expect("both are counted")
                });
            }
        });
        let mut connection = opened.database.connect(Principal::Provider).expect("a connection");
        let sum = connection.read(|tx| tx.query("SELECT sum(value) FROM change_counter", &[])).expect("a read");
        assert_eq!(sum[0].integer(0), Ok(4));
    });
}

#[test]
fn connections_may_be_dropped_anywhere() {
    engines::each(|database| {
        let pool = database.pool(Principal::Provider, 2).expect("a pool");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async move { drop(pool) });
    });
}

#[test]
fn a_pool_gives_each_thread_a_connection_of_its_own_up_to_its_size() {
    engines::each(|database| {
        let pool = database.pool(Principal::Provider, 2).expect("a pool");
        // Two at a time meet inside their transactions; a third waits for one of them.
        let barrier = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let (pool, barrier) = (pool.clone(), &barrier);
                scope.spawn(move || {
                    pool.read(|tx| {
                        barrier.wait();
                        tx.query("SELECT code FROM site", &[])
                    })
                    .expect("a read")
                });
            }
        });
        // A panic inside gives the connection back.
        for _ in 0..3 {
            let pool = pool.clone();
            let panicked = std::thread::spawn(move || pool.write::<()>(|_| panic!("on purpose"))).join();
            assert!(panicked.is_err());
        }
        pool.write(|tx| tx.execute("INSERT INTO setting (name, value) VALUES ('a', '')", &[])).expect("a write");
    });
}

#[test]
fn a_long_log_is_copied_into_the_database_in_a_pause() {
    const KEPT: u64 = 64 << 20;
    let opened = engines::sqlite();
    let Location::Sqlite(file) = &opened.location else { unreachable!("it is SQLite's") };
    let bytes = |name: &str| std::fs::metadata(file.with_file_name(name)).expect("a file").len();
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    let long = "x".repeat(1 << 20);
    let put = |provider: &mut Connection, names: std::ops::Range<u32>| {
        for name in names {
            provider.write(|tx| tx.insert_many(&SETTINGS, &[Param::Text(&name.to_string()), Param::Text(&long)])).expect("a new row");
        }
    };
    put(&mut provider, 0..10);
    let before = bytes("site.db");
    provider.rest().expect("nothing to do");
    assert_eq!(bytes("site.db"), before, "little is left where it is");
    put(&mut provider, 10..70);
    assert!(bytes("site.db-wal") > KEPT && bytes("site.db") == before);
    provider.rest().expect("copied");
    assert!(bytes("site.db") > KEPT);
    put(&mut provider, 70..71);
    assert!(bytes("site.db-wal") <= KEPT, "the log begins anew");
    let rows = provider.read(|tx| tx.query("SELECT count(*) FROM setting WHERE length(value) = 1048576", &[])).expect("a count");
    assert_eq!(rows[0].integer(0), Ok(71));
}
