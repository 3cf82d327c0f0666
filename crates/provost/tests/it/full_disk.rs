//! A site whose disk fills up while clients send: what does not fit is refused and sent again, what was acknowledged is kept,
//! and the site goes on by itself when there is room.

use crate::person::logs;
use provost_domain::SiteCode;
use provost_lab::client::{Client, Session};
use provost_lab::exchange::Answer;
use provost_lab::mark::Marks;
use provost_lab::sender::{Sender, all_there};
use provost_lab::site::{Site, Start};
use provost_lab::wait;
use serde_json::Value;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the disk is full.
const FULL: Duration = Duration::from_secs(10);
/// How long clients go on sending when there is room again.
const GOES_ON: Duration = Duration::from_secs(3);
/// Between two messages of a client.
const PAUSE: Duration = Duration::from_millis(50);

/// A file system of its own for the data folder, so that it can be full.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs"]).arg(at).status();
        mounted.is_ok_and(|s| s.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["--lazy"]).arg(&self.0).status();
    }
}

/// Takes what room there is, to the last byte.
fn fill(file: &mut File) {
    let block = vec![0x55; 64 * 1024];
    while file.write_all(&block).is_ok() {}
    while file.write_all(b"x").is_ok() {}
}

/// What is sent by hand.
const MARKS: Marks = Marks::of("full-disk");

fn send_mark(session: &mut Session, mark: &str) -> Answer {
    MARKS.send(session, mark).expect("an answer")
}

fn get(site: &Site, path: &str) -> Value {
    let answer = site.api("GET", path, &Value::Null).expect("the API answers");
    serde_json::from_slice(&answer.body).unwrap_or_else(|e| panic!("{path}: {e}: {}", answer.text()))
}

fn times(site: &Site, mark: &str) -> usize {
    MARKS.times(site, mark).expect("a list")
}

fn eventually(site: &Site, what: &str, holds: impl FnMut() -> bool) {
    wait::eventually(what, Duration::from_secs(90), holds).unwrap_or_else(|e| panic!("{e}\n{}", logs(site.data())));
}

#[test]
fn a_full_disk_takes_nothing_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("site");
    let Some(disk) = SmallDisk::mount(&data) else {
        assert!(std::env::var_os("CI").is_none(), "mounting a small file system needs root");
        println!("skipped: mounting a small file system needs root");
        return;
    };
    let code: SiteCode = "LAB".parse().expect("a site code");
    let site = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &data).run().expect("the site starts");
    let address = site.ready.management_point;
    let token = site.approval_token().expect("a token");
    let client = Client::register(address, &data.join("keys/site-ca.pem"), code, "full", Some(&token)).expect("it registers");
    let mut session = client.connect(address).expect("a connection");
    assert_eq!(send_mark(&mut session, "before").status, 202);
    let mut senders: Vec<Sender> = (0..2).map(|number| Sender::register(&site, code, number).expect("it registers")).collect();

    let filler = data.join("filler");
    let stop = AtomicBool::new(false);
    let (mut taken, mut refused) = (vec!["before".to_owned()], Vec::new());
    std::thread::scope(|scope| {
        for sender in &mut senders {
            sender.pause = PAUSE;
            scope.spawn(|| sender.load(address, &stop));
        }
        let mut file = File::create(&filler).expect("it is made");
        let until = Instant::now() + FULL;
        for n in 0.. {
            if Instant::now() > until {
                break;
            }
            // The site itself may make room, and take a message that then fits.
            fill(&mut file);
            let mark = format!("while full {n}");
            let answer = send_mark(&mut session, &mark);
            if answer.status == 202 {
                taken.push(mark);
                continue;
            }
            let refusal: Value = serde_json::from_slice(&answer.body).expect("a refusal is JSON");
            assert_eq!((answer.status, &refusal["code"]), (507, &Value::from("PV3017")), "{refusal}");
            assert!(answer.header("retry-after").is_some() && !refusal["fix"].as_str().unwrap_or_default().is_empty(), "{refusal}");
            refused.push(mark);
            std::thread::sleep(PAUSE);
        }
        drop(file);
        std::fs::remove_file(&filler).expect("it goes");
        eventually(&site, "there is room again", || send_mark(&mut session, "after").status == 202);
        taken.push("after".to_owned());
        // Some of everything goes through.
        std::thread::sleep(GOES_ON);
        stop.store(true, Ordering::Relaxed);
    });
    assert!(!refused.is_empty(), "the disk was not full");
    for sender in &mut senders {
        assert!(sender.no_room > 0, "a client was not refused");
        sender.finish(address).expect("a site with room takes everything");
    }
    all_there(&site, &senders, Duration::from_secs(90)).unwrap_or_else(|e| panic!("{e}\n{}", logs(site.data())));
    for mark in &taken {
        eventually(&site, "what was taken arrives", || times(&site, mark) == 1);
    }
    for mark in &refused {
        assert_eq!(times(&site, mark), 0, "{mark} was refused");
    }
    let bad = get(&site, "/api/v1/inboxes");
    assert!(bad["items"].as_array().expect("a list").iter().all(|inbox| inbox["bad_files"] == 0), "{bad:#}");
    eventually(&site, "every component works again", || {
        get(&site, "/api/v1/components")["items"].as_array().expect("a list").iter().all(|component| component["state"] != "failing")
    });
    site.stop().expect("it stops");
    drop(disk);
}
