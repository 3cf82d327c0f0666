use crate::place::{Identity, NOW, Place, each, message_id, pass, try_pass};
use provost_catalog::inboxes;
use provost_domain::status::Severity;
use provost_domain::{MessageId, SmsId};
use provost_runtime::Pass;
use provost_site::intake::{Bounds, Intake, Loader, Message, Rejected};
use provost_store::StoreError;
use provost_store::database::Circumstance;
use provost_store::inbox::write_frame;
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::{Envelope, Kind};
use std::path::Path;

fn body(number: i32) -> Vec<u8> {
    let status = Status { number, severity: Severity::Information, component: "agent".to_owned(), at: NOW, insertions: Vec::new() };
    serde_json::to_vec(&StatusReport { messages: vec![status] }).expect("JSON")
}

fn frame(envelope: &Envelope, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_frame(&mut bytes, &envelope.to_bytes(), body).expect("a frame");
    bytes
}

fn put(place: &Place<'_>, kind: Kind, name: &str, bytes: &[u8]) {
    std::fs::write(place.inboxes.folder(kind.inbox()).join(name), bytes).expect("a file");
}

fn numbers(place: &Place<'_>) -> Vec<i64> {
    place.rows("SELECT number FROM status_message ORDER BY number", &[]).iter().map(|row| row.integer(0).expect("a number")).collect()
}

#[test]
fn a_message_that_comes_twice_is_loaded_once() {
    each(|place| {
        let envelope = place.envelope(Kind::Status, None);
        place.deposit_as(&envelope, &body(1));
        place.deposit_as(&envelope, &body(1));
        pass(&mut place.status());
        place.deposit_as(&envelope, &body(1));
        pass(&mut place.status());
        assert_eq!(numbers(place), [1]);
        assert!(place.waiting(Kind::Status).is_empty() && place.reasons(Kind::Status).is_empty());
    });
}

#[test]
fn a_crash_between_commit_and_removal_repeats_harmlessly() {
    each(|place| {
        place.deposit(Kind::Status, None, &body(1));
        let [file] = place.waiting(Kind::Status).try_into().expect("one file");
        let bytes = std::fs::read(&file).expect("its bytes");
        pass(&mut place.status());
        assert!(!file.exists());
        std::fs::write(&file, bytes).expect("the file is back");
        pass(&mut place.status());
        assert_eq!(numbers(place), [1]);
        assert!(!file.exists());
    });
}

#[test]
fn of_a_half_written_file_the_whole_frames_are_loaded() {
    each(|place| {
        let whole = frame(&place.envelope(Kind::Status, None), &body(1));
        let half = frame(&place.envelope(Kind::Status, None), &body(2));
        put(place, Kind::Status, "1.SVF", &[whole.as_slice(), &half[..half.len() / 2]].concat());
        put(place, Kind::Status, "2.SVF", b"");
        place.deposit(Kind::Status, None, &body(3));
        pass(&mut place.status());
        assert_eq!(place.reasons(Kind::Status).len(), 2);
        assert!(place.waiting(Kind::Status).len() == 1, "the status message about them");
        let mut raised = place.raised();
        raised.sort_unstable();
        assert_eq!(raised, [1, 3, 4001, 4001]);
    });
}

#[test]
fn a_file_that_is_being_written_is_left_alone() {
    each(|place| {
        put(place, Kind::Status, "1.SVF.tmp", b"PVE1 ");
        pass(&mut place.status());
        assert!(place.inboxes.folder(Kind::Status.inbox()).join("1.SVF.tmp").exists());
    });
}

#[test]
fn what_cannot_be_read_is_set_aside_with_its_reason_and_harms_nobody_else() {
    each(|place| {
        let sender = Identity::new("pc1");
        place.register(&sender);
        let of = |kind| place.envelope(kind, Some(sender.smsid));
        let deep = format!("{}{}", r#"{"messages":"#, "[".repeat(10_000));
        let mut invalid = body(1);
        invalid[20] = 0xff;
        let bad: Vec<(Vec<u8>, &str)> = vec![
            (frame(&of(Kind::Status), deep.as_bytes()), "deep"),
            (frame(&of(Kind::Status), &invalid), "invalid UTF-8"),
            (frame(&of(Kind::Status), b""), "empty"),
            (frame(&of(Kind::Status), b"{\"messages\":[],\"more\":1}"), "an unknown field"),
            (frame(&of(Kind::Heartbeat), &body(1)), "another inbox's"),
            (frame(&of(Kind::Status), &vec![b' '; Kind::Status.body_bytes_max() + 1]), "too large"),
            (b"PVE1 2 2 00000000\n{}\n{}\n".to_vec(), "a wrong checksum"),
            (b"not a frame at all".to_vec(), "no frame"),
            (vec![0xff; 3000], "bytes"),
        ];
        let count = bad.len();
        let mut file = frame(&of(Kind::Status), &body(7));
        for (bytes, _) in &bad {
            file.extend_from_slice(bytes);
            file.extend_from_slice(&frame(&of(Kind::Status), &body(7)));
        }
        put(place, Kind::Status, "1.SVF", &file);
        pass(&mut place.status());
        assert_eq!(place.reasons(Kind::Status).len(), count, "{:?}", place.reasons(Kind::Status));
        assert_eq!(place.raised(), [vec![7; count + 1], vec![4001; count]].concat());
        assert!(place.waiting(Kind::Status).is_empty());
        let counted = place.inboxes.counts().expect("counts");
        assert_eq!(counted.iter().find(|c| c.inbox.name == inboxes::STATUS.name).expect("the inbox").bad_files, count as u64);
    });
}

#[test]
fn every_component_survives_what_it_cannot_read() {
    each(|place| {
        let kinds = [Kind::Registration, Kind::Heartbeat, Kind::HardwareInventory, Kind::State, Kind::Status, Kind::Presence];
        let sender = SmsId::from_random([7; 16]);
        let bodies: [&[u8]; 4] = [b"", b"[[[[", b"\xff\xfe", b"{\"a\":\"\\u0000\"}"];
        for kind in kinds {
            for body in bodies {
                place.deposit(kind, Some(sender), body);
            }
        }
        // The status manager last: it loads what the others raise.
        pass(&mut place.discovery());
        pass(&mut place.inventory());
        pass(&mut place.states());
        pass(&mut place.presence());
        pass(&mut place.status());
        for kind in kinds {
            assert_eq!(place.reasons(kind).len(), bodies.len(), "{}", kind.word());
            assert!(kind == Kind::Status || place.waiting(kind).is_empty(), "{}", kind.word());
        }
        assert_eq!(place.raised(), vec![4001; kinds.len() * bodies.len()]);
    });
}

/// Loads with a closure, and reads every body.
struct With<F>(F);

impl<F: FnMut(&[Message<()>]) -> Result<Vec<Rejected>, StoreError>> Loader for With<F> {
    type Content = ();

    fn parse(&mut self, _envelope: &Envelope, _body: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn load(&mut self, messages: &[Message<()>]) -> Result<Vec<Rejected>, StoreError> {
        (self.0)(messages)
    }
}

const BOUNDS: Bounds = Bounds { files: 100, messages: 100, bytes: 1 << 20 };

fn intake(place: &Place<'_>, bounds: Bounds) -> Intake {
    place.surroundings.intake(&inboxes::STATUS, bounds)
}

pub fn conflict() -> StoreError {
    StoreError::Conflict(Circumstance { attempt: "a test".to_owned(), ..Circumstance::default() })
}

#[test]
fn while_the_database_is_gone_everything_waits() {
    each(|place| {
        place.deposit(Kind::Status, None, &body(1));
        let mut intake = intake(place, BOUNDS);
        let gone = || StoreError::Unavailable(Circumstance { attempt: "a test".to_owned(), cause: "it is gone".to_owned(), ..Circumstance::default() });
        for _ in 0..10 {
            let failure = intake.pass(&mut With(|_: &[Message<()>]| Err(gone()))).expect_err("a failure");
            assert!(failure.message.contains("it is gone"), "{failure}");
        }
        assert_eq!(place.waiting(Kind::Status).len(), 1);
        assert!(place.reasons(Kind::Status).is_empty());
        let mut loaded = 0;
        let pass = intake.pass(&mut With(|messages: &[Message<()>]| {
            loaded += messages.len();
            Ok(Vec::new())
        }));
        assert_eq!((pass, loaded), (Ok(Pass::Idle), 1));
        assert!(place.waiting(Kind::Status).is_empty());
    });
}

#[test]
fn a_message_that_the_database_refuses_alone_is_set_aside_and_the_others_are_loaded() {
    each(|place| {
        let ids: Vec<MessageId> = (0..3).map(|n| place.deposit(Kind::Status, None, &body(n))).collect();
        let mut intake = intake(place, BOUNDS);
        let mut loaded: Vec<MessageId> = Vec::new();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let done = intake.pass(&mut With(|messages: &[Message<()>]| {
                if messages.iter().any(|m| m.envelope.id == ids[1]) {
                    return Err(conflict());
                }
                loaded.extend(messages.iter().map(|m| m.envelope.id));
                Ok(Vec::new())
            }));
            if done.is_ok() {
                break;
            }
            // Something else must come, or the database itself looks broken.
            place.deposit(Kind::Status, None, &body(9));
            assert!(attempts < 10, "{done:?}");
        }
        assert!(loaded.contains(&ids[0]) && loaded.contains(&ids[2]) && !loaded.contains(&ids[1]));
        let reasons = place.reasons(Kind::Status);
        assert!(reasons.len() == 1 && reasons[0].contains("refused"), "{reasons:?}");
    });
}

#[test]
fn when_every_message_is_refused_the_database_is_to_blame_and_all_wait() {
    each(|place| {
        for n in 0..3 {
            place.deposit(Kind::Status, None, &body(n));
        }
        let mut intake = intake(place, BOUNDS);
        for _ in 0..5 {
            assert!(intake.pass(&mut With(|_: &[Message<()>]| Err(conflict()))).is_err());
        }
        assert_eq!(place.waiting(Kind::Status).len(), 3);
        assert!(place.reasons(Kind::Status).is_empty());
    });
}

#[test]
fn batches_are_bounded_and_in_order() {
    each(|place| {
        let ids: Vec<MessageId> = (0..5).map(|n| place.deposit(Kind::Status, None, &body(n))).collect();
        let mut intake = intake(place, Bounds { files: 2, ..BOUNDS });
        let mut batches: Vec<Vec<MessageId>> = Vec::new();
        let mut load = With(|messages: &[Message<()>]| {
            batches.push(messages.iter().map(|m| m.envelope.id).collect());
            Ok(Vec::new())
        });
        assert_eq!(intake.pass(&mut load), Ok(Pass::More));
        assert_eq!(intake.pass(&mut load), Ok(Pass::More));
        assert_eq!(intake.pass(&mut load), Ok(Pass::Idle));
        assert_eq!(batches, [&ids[..2], &ids[2..4], &ids[4..]]);
    });
}

#[test]
fn the_file_stays_until_what_was_rejected_is_in_the_bad_folder() {
    each(|place| {
        place.deposit(Kind::Status, None, &body(1));
        let folder = place.inboxes.bad_folder(&inboxes::STATUS);
        let aside = folder.with_extension("aside");
        std::fs::rename(&folder, &aside).expect("the folder goes");
        let mut intake = intake(place, BOUNDS);
        let mut reject = With(|_: &[Message<()>]| Ok(vec![Rejected { index: 0, reason: "a test".to_owned() }]));
        assert!(intake.pass(&mut reject).is_err());
        assert_eq!(place.waiting(Kind::Status).len(), 1);
        std::fs::rename(Path::new(&aside), &folder).expect("the folder is back");
        assert_eq!(intake.pass(&mut reject), Ok(Pass::Idle));
        assert_eq!(place.reasons(Kind::Status).len(), 1);
        let kept = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let kept = kept.filter(|path| path.extension().is_some_and(|e| e == "SVF")).map(|path| std::fs::read(path).expect("its bytes"));
        let [kept] = kept.collect::<Vec<_>>().try_into().expect("one message");
        assert!(kept.ends_with(&body(1)), "the message itself lies beside its reason");
    });
}

#[test]
fn a_pause_is_one_only_when_nothing_came_for_a_while() {
    each(|place| {
        let mut loader = place.discovery();
        assert_eq!(try_pass(&mut loader), Ok(Pass::Idle), "nothing came yet");
        place.deposit(Kind::Directory, None, b"{}");
        let Ok(Pass::IdleFor(time)) = try_pass(&mut loader) else { panic!("more may come") };
        std::thread::sleep(time);
        assert_eq!(try_pass(&mut loader), Ok(Pass::Idle));
    });
}

#[test]
fn ids_are_remembered_for_a_quarter_of_a_year() {
    each(|place| {
        let mut manager = place.status();
        let envelope = Envelope { id: message_id(), ..place.envelope(Kind::Status, None) };
        place.deposit_as(&envelope, &body(1));
        pass(&mut manager);
        let remembered = || {
            let mut connection = place.connect(provost_catalog::database::Principal::StatusManager);
            connection.read(|tx| provost_store::intake::loaded(tx, &[envelope.id])).expect("a look").contains(&envelope.id)
        };
        place.clock.set(NOW.plus_seconds(89 * 24 * 3600));
        assert_eq!(try_pass(&mut manager), Ok(Pass::Idle));
        assert!(remembered());
        place.clock.set(NOW.plus_seconds(91 * 24 * 3600));
        assert_eq!(try_pass(&mut manager), Ok(Pass::Idle));
        assert!(!remembered());
    });
}

/// A real one: another program holds the file, or the server cuts every connection.
#[test]
fn a_database_that_is_locked_or_drops_us_costs_nothing() {
    each(|place| {
        let mut manager = place.status();
        place.deposit(Kind::Status, None, &body(1));
        if let provost_store::Location::Sqlite(path) = &place.opened.location {
            let other = rusqlite::Connection::open(path).expect("the database file");
            other.execute_batch("BEGIN IMMEDIATE").expect("held");
            let failure = try_pass(&mut manager).expect_err("nobody else may write");
            assert!(failure.message.contains("not available"), "{failure}");
            assert_eq!(place.waiting(Kind::Status).len(), 1);
            other.execute_batch("ROLLBACK").expect("let go");
        } else {
            try_pass(&mut manager).expect("a pass");
            place.deposit(Kind::Status, None, &body(2));
            let cut = "SELECT count(CASE WHEN usename = current_user AND pid <> pg_backend_pid() THEN pg_terminate_backend(pid) END) FROM pg_stat_activity";
            let mut other = place.connect(provost_catalog::database::Principal::StatusManager);
            let count = other.read(|tx| tx.query(cut, &[])).expect("a principal may end its own connections")[0].integer(0);
            assert_eq!(count, Ok(1));
        }
        // The connection comes back by itself, at the latest with the next pass.
        if try_pass(&mut manager).is_err() {
            pass(&mut manager);
        }
        let expected: &[i64] = if place.opened.is_sqlite() { &[1] } else { &[1, 2] };
        assert_eq!(numbers(place), expected);
        assert!(place.waiting(Kind::Status).is_empty() && place.reasons(Kind::Status).is_empty());
    });
}
