//! Kills the real site at random points under load and proves that every acknowledged message is in the database
//! exactly once.
//!
//! `PROVOST_CRASH_KILLS` says how often (default 12; the whole test run uses 200, a long run thousands);
//! `PROVOST_CRASH_SEED` repeats a run. With `PROVOST_TEST_POSTGRES` the same runs on PostgreSQL.
#![allow(clippy::print_stdout, reason = "what a run did is part of its result")]

use provost_domain::SiteCode;
use provost_lab::random::Seeded;
use provost_lab::sender::{Sender, all_there};
use provost_lab::site::Start;
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Clients that send at the same time; each keeps its order.
const CLIENTS: u64 = 3;
/// Kills on SQLite for one on PostgreSQL, where each takes longer.
const KILLS_FOR_ONE: u64 = 3;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")),
        Err(_) => default,
    }
}

fn crash(start: &Start, code: &str, kills: u64, seed: u64) {
    println!("seed {seed}: PROVOST_CRASH_SEED={seed} repeats this run");
    let mut random = Seeded::new(seed);
    let site_code: SiteCode = code.parse().expect("a site code");
    let site = start.run().expect("the site starts");
    let mut senders: Vec<Sender> = (0..CLIENTS).map(|number| Sender::register(&site, site_code, number).expect("it registers")).collect();
    let mut running = Some(site);
    let mut early = 0;
    for _ in 0..kills {
        // One time in six the site dies while it starts, before it says that it is ready.
        if running.is_none() && random.below(6) == 0 {
            let mut starting = start.spawn().expect("the site starts again");
            std::thread::sleep(Duration::from_millis(random.below(120)));
            early += u64::from(starting.is_ready().expect("the site does not end by itself").is_none());
            starting.kill().expect("the starting site can be killed");
            continue;
        }
        let site = running.take().unwrap_or_else(|| start.run().expect("the site starts again"));
        let stop = AtomicBool::new(false);
        let address = site.ready.management_point;
        let run_for = Duration::from_millis(random.below(180));
        std::thread::scope(|scope| {
            for sender in &mut senders {
                scope.spawn(|| sender.load(address, &stop));
            }
            std::thread::sleep(run_for);
            site.kill().expect("the site runs until it is killed");
            stop.store(true, Ordering::Relaxed);
        });
    }
    let site = start.run().expect("the site starts after the last kill");
    for sender in &mut senders {
        sender.finish(site.ready.management_point).expect("a site that runs takes everything");
    }
    all_there(&site, &senders, Duration::from_secs(120)).unwrap_or_else(|e| panic!("{e}"));
    let acknowledged: u64 = senders.iter().map(|sender| sender.acknowledged).sum();
    println!("{kills} kills ({early} while starting), {acknowledged} messages acknowledged, all in the database once");
    assert!(senders.iter().all(|sender| sender.no_room == 0), "the disk is full");
    assert!(acknowledged > kills, "the test must send more messages than it kills: {acknowledged}");
    let rejected: Vec<_> = bad_files(site.data()).collect();
    assert!(rejected.is_empty(), "whole messages were rejected: {rejected:?}");
    let verification = site.api("GET", "/api/v1/ledger/verification", &Value::Null).expect("the API answers");
    assert!(verification.text().contains("\"intact\":true"), "the ledger does not hold: {}", verification.text());
    site.stop().expect("the site stops when asked");
}

fn bad_files(data: &Path) -> impl Iterator<Item = std::path::PathBuf> + use<> {
    let folders: Vec<_> = provost_catalog::inboxes::INBOXES.iter().map(|inbox| data.join("inboxes").join(inbox.bad_folder)).collect();
    folders.into_iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().filter_map(Result::ok).filter(|e| e.path().is_file()).map(|e| e.path())
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site"));
    crash(&start, "LAB", number("PROVOST_CRASH_KILLS", 12), number("PROVOST_CRASH_SEED", 20_261_123));
}

#[test]
fn nothing_acknowledged_is_lost_on_postgresql() {
    let Ok(server) = std::env::var("PROVOST_TEST_POSTGRES") else {
        assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_POSTGRES is not set: ./test starts a server");
        println!("skipped: PROVOST_TEST_POSTGRES is not set; ./test starts a server and sets it");
        return;
    };
    let password_file = std::env::var("PROVOST_TEST_POSTGRES_PASSFILE").expect("./test sets it with PROVOST_TEST_POSTGRES");
    let database = format!("crash_{}", std::process::id());
    let (base, _) = server.rsplit_once('/').expect("the form is postgres://user@host:port/database");
    let password = std::fs::read_to_string(&password_file).expect("the password file is readable");
    let password = password.trim_end().rsplit(':').next().unwrap_or_default().to_owned();
    let run = |statement: &str| {
        let status = std::process::Command::new("psql").args([server.as_str(), "-q", "-c", statement]).env("PGPASSWORD", &password).status();
        assert!(status.expect("psql runs").success(), "{statement}");
    };
    run(&format!("CREATE DATABASE {database}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut start = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site"));
    start.arguments = vec!["--code".to_owned(), "C01".to_owned(), "--database".to_owned(), format!("{base}/{database}")];
    start.arguments.extend(["--database-password-file".to_owned(), password_file]);
    crash(&start, "C01", number("PROVOST_CRASH_KILLS", 12).div_ceil(KILLS_FOR_ONE), number("PROVOST_CRASH_SEED", 20_261_123));
    run(&format!("DROP DATABASE {database} WITH (FORCE)"));
}
