//! The ledger's chain, and what shows when somebody meddles with it.

use crate::engines::{self, Opened, START};
use provost_catalog::database::Principal;
use provost_store::StoreError;
use provost_store::accounts::tasks::{self, Task};
use provost_store::ledger::{self, Entry, Finding, Ledger, NewEntry, Verification};
use serde_json::json;
use std::sync::mpsc;

fn enter(opened: &Opened, ledger: &Ledger, object: &str) -> Entry {
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    let detail = json!({"reason": "test", "n": 1});
    let new = NewEntry { at: START, actor: "anna", origin: "192.0.2.7", act: "client.approve", object, detail: &detail };
    let entry = provider.write(|tx| ledger.append(tx, &new)).expect("an entry");
    ledger.committed(&entry).expect("a record");
    entry
}

fn verify(opened: &Opened, ledger: &Ledger) -> Verification {
    let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
    provider.read(|tx| ledger.verify(tx)).expect("a ledger that can be read")
}

/// Enters five acts, lets `meddle` change the table as its owner, and gives what verification finds.
fn findings_after(meddle: &str) -> Vec<Vec<Finding>> {
    let all = std::cell::RefCell::new(Vec::new());
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        (1..=5).for_each(|i| assert_eq!(enter(opened, &ledger, &format!("client {i}")).seq, i));
        let before = verify(opened, &ledger);
        assert!(before.is_sound() && before.entries == 5, "{before:?}");
        opened.as_owner(meddle);
        let after = verify(opened, &ledger);
        assert!(!after.is_sound());
        all.borrow_mut().push(after.findings);
    });
    all.into_inner()
}

#[track_caller]
fn assert_found(meddle: &str, expected: &[Finding]) {
    for found in findings_after(meddle) {
        assert_eq!(found, expected, "{meddle}");
    }
}

#[test]
fn entries_are_listed_in_pages() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        assert!(verify(opened, &ledger).is_sound(), "an empty ledger is sound");
        let entries: Vec<Entry> = (1..=5).map(|i| enter(opened, &ledger, &format!("client {i}"))).collect();
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        assert_eq!(provider.read(|tx| ledger::list(tx, 0, 2)).expect("a page"), entries[..2]);
        assert_eq!(provider.read(|tx| ledger::list(tx, 2, 100)).expect("a page"), entries[2..]);
        assert_eq!(provider.read(|tx| ledger::list(tx, 5, 100)).expect("a page"), []);
        let newest = provider.read(|tx| ledger::list_newest(tx, i64::MAX, 2)).expect("a page");
        assert_eq!(newest, [entries[4].clone(), entries[3].clone()]);
        assert_eq!(entries[1].previous, entries[0].hash);
    });
}

#[test]
fn a_second_start_goes_on_with_the_same_chain() {
    engines::each_opened(|opened| {
        enter(opened, &Ledger::open(&opened.keys).expect("a ledger"), "one");
        let ledger = Ledger::open(&opened.keys).expect("the same ledger");
        enter(opened, &ledger, "two");
        let verification = verify(opened, &ledger);
        assert!(verification.is_sound() && verification.entries == 2, "{verification:?}");
    });
}

#[test]
fn an_act_that_is_not_kept_is_not_entered() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        let new = NewEntry { at: START, actor: "anna", origin: "", act: "a", object: "", detail: &json!(null) };
        let refused = provider.write(|tx| {
            ledger.append(tx, &new)?;
            tx.execute("INSERT INTO site (code, name, created_at) VALUES ('X', '', 0)", &[])
        });
        assert!(refused.is_err());
        assert_eq!(verify(opened, &ledger).entries, 0);
    });
}

#[test]
fn several_components_append_at_once() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        std::thread::scope(|scope| {
            for principal in [Principal::Provider, Principal::DiscoveryDataManager, Principal::SiteComponentManager] {
                let (ledger, database) = (&ledger, &opened.database);
                scope.spawn(move || {
                    let mut connection = database.connect(principal).expect("a connection");
                    for i in 0..20 {
                        let new =
                            NewEntry { at: START, actor: principal.definition().name, origin: "site", act: "test", object: "", detail: &json!({ "i": i }) };
                        let entry = connection.write(|tx| ledger.append(tx, &new)).expect("an entry");
                        ledger.committed(&entry).expect("a record");
                    }
                });
            }
        });
        let verification = verify(opened, &ledger);
        assert!(verification.is_sound() && verification.entries == 60, "{verification:?}");
    });
}

#[test]
fn a_changed_entry_shows() {
    for field in ["actor = 'nobody'", "at = at + 1", "detail = '{}'", "object = ''", "act = 'x'", "origin = ''"] {
        assert_found(&format!("UPDATE ledger SET {field} WHERE seq = 3"), &[Finding::Changed { seq: 3 }]);
    }
    assert_found("UPDATE ledger SET hash = 'none' WHERE seq = 5", &[Finding::Changed { seq: 5 }]);
    // Another entry put in its place with a hash that somebody without the key made up.
    let made_up = "0".repeat(64);
    assert_found(&format!("UPDATE ledger SET actor = 'x', hash = '{made_up}' WHERE seq = 2"), &[Finding::Changed { seq: 2 }]);
}

#[test]
fn a_missing_entry_shows() {
    assert_found("DELETE FROM ledger WHERE seq = 3", &[Finding::Missing { first: 3, last: 3 }]);
    assert_found("DELETE FROM ledger WHERE seq < 3", &[Finding::Missing { first: 1, last: 2 }]);
    assert_found(
        "DELETE FROM ledger WHERE seq = 2; UPDATE ledger SET act = 'x' WHERE seq = 4",
        &[Finding::Missing { first: 2, last: 2 }, Finding::Changed { seq: 4 }],
    );
}

#[test]
fn a_reordered_entry_shows() {
    assert_found(
        "UPDATE ledger SET seq = 99 WHERE seq = 2; UPDATE ledger SET seq = 2 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 99",
        &[Finding::Reordered { seq: 2, written_as: 4 }, Finding::Reordered { seq: 4, written_as: 2 }],
    );
    // A missing entry with the later ones moved up: they stand where they were not written, and the end is missing.
    assert_found(
        "DELETE FROM ledger WHERE seq = 3; UPDATE ledger SET seq = 3 WHERE seq = 4; UPDATE ledger SET seq = 4 WHERE seq = 5",
        &[Finding::Reordered { seq: 3, written_as: 4 }, Finding::Reordered { seq: 4, written_as: 5 }, Finding::Truncated { last: 4, recorded: 5 }],
    );
}

#[test]
fn a_cut_off_tail_shows() {
    assert_found("DELETE FROM ledger WHERE seq > 3", &[Finding::Truncated { last: 3, recorded: 5 }]);
    assert_found("DELETE FROM ledger", &[Finding::Truncated { last: 0, recorded: 5 }]);
}

#[test]
fn a_lost_record_or_key_shows() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        (1..=2).for_each(|i| assert_eq!(enter(opened, &ledger, "x").seq, i));
        std::fs::remove_file(opened.keys.path("ledger.head")).expect("the record");
        assert_eq!(verify(opened, &ledger).findings, [Finding::NoRecord]);
        std::fs::remove_file(opened.keys.path("ledger.key")).expect("the key");
        let other = Ledger::open(&opened.keys).expect("a ledger with a new key");
        assert_eq!(verify(opened, &other).findings, [Finding::Changed { seq: 1 }, Finding::Changed { seq: 2 }, Finding::NoRecord]);
    });
}

#[test]
fn what_is_entered_after_a_cut_does_not_cover_it_up() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        (1..=3).for_each(|i| assert_eq!(enter(opened, &ledger, "x").seq, i));
        // Entries 2 and 3 go, by hand or with a restored database, and life goes on.
        opened.as_owner("DELETE FROM ledger WHERE seq > 1");
        (4..=6).for_each(|i| assert_eq!(enter(opened, &ledger, "y").seq, i));
        assert_eq!(verify(opened, &ledger).findings, [Finding::Missing { first: 2, last: 3 }]);
    });
}

#[test]
fn an_entry_of_another_past_shows() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        enter(opened, &ledger, "x");
        let record = opened.keys.read("ledger.head").expect("a read").expect("a record");
        enter(opened, &ledger, "x");
        opened.as_owner("CREATE TABLE kept AS SELECT * FROM ledger WHERE seq = 2; DELETE FROM ledger WHERE seq = 2");
        // Written with the right key after the record was set back as well: another entry 2.
        opened.keys.replace("ledger.head", record.expose()).expect("a record");
        enter(opened, &ledger, "y");
        enter(opened, &ledger, "y");
        assert!(verify(opened, &ledger).is_sound());
        opened.as_owner("DELETE FROM ledger WHERE seq = 2; INSERT INTO ledger SELECT * FROM kept");
        assert_eq!(verify(opened, &ledger).findings, [Finding::Changed { seq: 2 }], "entry 3 does not follow the first entry 2");
    });
}

#[test]
fn what_many_enter_at_once_is_entered_in_rounds_each_act_with_its_rows() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let clerk = ledger.clerk(opened.database.connect(Principal::Provider).expect("a connection")).expect("a clerk");
        let (done, entered) = mpsc::channel();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (clerk, done) = (&clerk, done.clone());
                scope.spawn(move || {
                    for n in 0..250 {
                        let object = format!("{thread}/{n}");
                        let detail = json!({ "n": n });
                        let rows: ledger::Rows = {
                            let object = object.clone();
                            Box::new(move |tx| tasks::request(tx, Task::Verify, None, &object, START).map(drop))
                        };
                        let new = NewEntry { at: START, actor: "anna", origin: "", act: "test", object: &object, detail: &detail };
                        let done = done.clone();
                        clerk.enter(&new, Some(rows), move |entry| done.send(entry).expect("somebody listens"));
                    }
                });
            }
        });
        drop((clerk, done));
        let mut told: Vec<Entry> = entered.iter().map(|entry| entry.expect("entered")).collect();
        told.sort_by_key(|entry| entry.seq);
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        assert_eq!(provider.read(|tx| ledger::list(tx, 0, 10_000)).expect("a list"), told, "each is told of its own entry");
        assert_eq!(told.len(), 1000);
        for thread in 0..4 {
            let of_thread: Vec<&str> = told.iter().map(|entry| entry.object.as_str()).filter(|object| object.starts_with(&format!("{thread}/"))).collect();
            assert_eq!(of_thread, (0..250).map(|n| format!("{thread}/{n}")).collect::<Vec<_>>(), "in the order in which they came");
        }
        let requested = provider.read(|tx| tx.query("SELECT requested_by FROM account_task ORDER BY task_id", &[])).expect("rows");
        let requested: Vec<&str> = requested.iter().map(|row| row.text(0).expect("a text")).collect();
        assert_eq!(requested, told.iter().map(|entry| entry.object.as_str()).collect::<Vec<_>>(), "each act has its rows");
        assert!(verify(opened, &ledger).is_sound());
    });
}

#[test]
fn an_act_that_is_refused_takes_nobody_with_it() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let clerk = ledger.clerk(opened.database.connect(Principal::Provider).expect("a connection")).expect("a clerk");
        let (done, entered) = mpsc::channel();
        let enter = |object: &'static str, rows: ledger::Rows| {
            let done = done.clone();
            let new = NewEntry { at: START, actor: "anna", origin: "", act: "test", object, detail: &json!(null) };
            clerk.enter(&new, Some(rows), move |entry| done.send((object, entry.map(|entry| entry.object))).expect("somebody listens"));
        };
        // While the first is entered, the others gather to one round.
        let (go, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        enter(
            "first",
            Box::new(move |_| {
                let _ = wait.lock().expect("a lock").recv();
                Ok(())
            }),
        );
        enter("before", Box::new(|_| Ok(())));
        enter("refused", Box::new(|tx| tx.execute("DELETE FROM ledger", &[]).map(drop)));
        enter("after", Box::new(|_| Ok(())));
        drop(go);
        for expected in ["first", "before", "refused", "after"] {
            let (object, told) = entered.recv().expect("told");
            assert_eq!(object, expected);
            match object {
                "refused" => assert!(matches!(told, Err(StoreError::Denied(_))), "{told:?}"),
                _ => assert_eq!(told.as_deref(), Ok(object)),
            }
        }
        drop(clerk);
        let verified = verify(opened, &ledger);
        assert!(verified.is_sound() && verified.entries == 3, "{verified:?}");
    });
}

#[test]
fn nobody_waits_for_a_clerk_that_is_gone() {
    engines::each_opened(|opened| {
        let ledger = Ledger::open(&opened.keys).expect("a ledger");
        let clerk = ledger.clerk(opened.database.connect(Principal::Provider).expect("a connection")).expect("a clerk");
        let enter = |object: &'static str, rows: ledger::Rows| {
            let (done, told) = mpsc::channel();
            let new = NewEntry { at: START, actor: "anna", origin: "", act: "test", object, detail: &json!(null) };
            clerk.enter(&new, Some(rows), move |entry| drop(done.send(entry)));
            told
        };
        let (begun, begins) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let first = enter(
            "first",
            Box::new(move |_| {
                begun.send(()).expect("somebody listens");
                let _ = wait.lock().expect("a lock").recv();
                panic!("as it was told");
            }),
        );
        begins.recv().expect("the clerk enters the first");
        let waits = enter("waits", Box::new(|_| Ok(())));
        drop(go);
        assert!(first.recv().is_err(), "nobody tells what became of it");
        assert!(matches!(waits.recv().expect("told"), Err(StoreError::Unavailable(_))));
        let late = enter("late", Box::new(|_| Ok(())));
        assert!(matches!(late.recv().expect("told"), Err(StoreError::Unavailable(_))));
        drop(clerk);
        assert_eq!(verify(opened, &ledger).entries, 0);
    });
}
