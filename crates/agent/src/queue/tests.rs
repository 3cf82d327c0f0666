use super::*;
use proptest::prelude::*;
use provost_domain::Timestamp;
use std::collections::VecDeque;

fn id(n: u8) -> MessageId {
    MessageId::new(Timestamp::from_micros(i64::from(n) * 1000), [n; 10])
}

fn ids(queue: &Queue) -> Vec<MessageId> {
    queue.waiting().expect("it reads").iter().map(|m| m.id).collect()
}

fn place() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn open(place: &tempfile::TempDir) -> Queue {
    Queue::open(place.path()).expect("it opens")
}

fn first(queue: &Queue) -> Waiting {
    queue.waiting().expect("it reads").remove(0)
}

#[test]
fn order_survives_an_emptied_queue_and_a_restart() {
    let place = place();
    let queue = open(&place);
    queue.push(Kind::Status, id(1), b"1").expect("it queues");
    let before = first(&queue);
    queue.remove(&before).expect("it goes");
    let queue = open(&place);
    queue.push(Kind::Status, id(2), b"2").expect("it queues");
    assert!(first(&queue).serial > before.serial);
}

#[test]
fn a_superseding_message_drops_those_of_its_kind() {
    let place = place();
    let queue = open(&place);
    queue.push(Kind::HardwareInventory, id(1), b"1").expect("it queues");
    queue.push(Kind::Status, id(2), b"2").expect("it queues");
    queue.push_superseding(Kind::HardwareInventory, id(3), b"3").expect("it queues");
    assert_eq!(ids(&queue), [id(2), id(3)]);
}

#[test]
fn a_full_queue_drops_only_what_may_go() {
    let place = place();
    let queue = Queue { bytes_max: 6, ..open(&place) };
    queue.push(Kind::State, id(1), b"11").expect("it queues");
    queue.push(Kind::Status, id(2), b"22").expect("it queues");
    queue.push(Kind::Heartbeat, id(3), b"33").expect("it queues");
    // The only heartbeat stays, the oldest status message goes.
    queue.push(Kind::State, id(4), b"44").expect("it queues");
    assert_eq!(ids(&queue), [id(1), id(3), id(4)]);
    // A newer heartbeat makes the older one go.
    queue.push(Kind::Heartbeat, id(5), b"55").expect("it queues");
    assert_eq!(ids(&queue), [id(1), id(4), id(5)]);
    assert_eq!(queue.push(Kind::State, id(6), b"66").expect_err("it is full").kind(), io::ErrorKind::StorageFull);
    assert_eq!(ids(&queue), [id(1), id(4), id(5)]);
    queue.push_superseding(Kind::HardwareInventory, id(7), b"7777").expect("what supersedes is taken all the same");
    assert_eq!(ids(&queue), [id(1), id(4), id(5), id(7)]);
}

#[test]
fn the_number_of_messages_is_bounded_too() {
    let place = place();
    let queue = Queue { messages_max: 2, ..open(&place) };
    for n in 1..=5 {
        queue.push(Kind::Status, id(n), b"").expect("it queues");
    }
    assert_eq!(ids(&queue), [id(4), id(5)]);
}

#[test]
fn a_refused_message_lies_aside_with_its_reason_and_only_the_newest_stay() {
    let place = place();
    let queue = open(&place);
    let all = u8::try_from(REFUSED_MAX + 3).expect("few");
    for n in 1..=all {
        queue.push(Kind::Status, id(n), b"bad").expect("it queues");
        queue.refuse(&first(&queue), "PV3009: not a status report").expect("it moves");
    }
    assert!(ids(&queue).is_empty());
    assert_eq!(queue.refused(), REFUSED_MAX);
    let mut names: Vec<String> =
        fs::read_dir(place.path().join("queue/refused")).expect("it reads").map(|e| e.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    assert_eq!(names.len(), 2 * REFUSED_MAX);
    assert!(names[0].contains(&id(4).to_string()) && names[1] == format!("{}.reason.txt", names[0]), "{names:?}");
}

/// Every state in which a crash can leave the folder while a message is pushed: after each system call that changes it.
fn while_pushing(kind: Kind, id: MessageId, serial: u64, body: &[u8]) -> Vec<Vec<(String, Option<Vec<u8>>)>> {
    let name = file_name(serial, kind, id);
    let number = serial.to_string().into_bytes();
    let half = body[..body.len() / 2].to_vec();
    let write = |name: &str, bytes: &[u8]| (name.to_owned(), Some(bytes.to_vec()));
    let gone = |name: &str| (name.to_owned(), None);
    let temporary = format!("{name}.tmp");
    let last = "last-serial.tmp".to_owned();
    let steps = [
        vec![write(&temporary, b"")],
        vec![write(&temporary, &half)],
        vec![write(&temporary, body)],
        vec![gone(&temporary), write(&name, body)],
        vec![write(&last, b"")],
        vec![write(&last, &number)],
        vec![gone(&last), write("last-serial", &number)],
    ];
    (0..=steps.len()).map(|count| steps[..count].concat()).collect()
}

fn bring_about(folder: &Path, changes: &[(String, Option<Vec<u8>>)]) {
    for (name, contents) in changes {
        match contents {
            Some(bytes) => fs::write(folder.join(name), bytes).expect("it writes"),
            None => fs::remove_file(folder.join(name)).expect("it goes"),
        }
    }
}

#[test]
fn a_crash_at_any_step_of_a_push_leaves_the_message_whole_or_not_at_all() {
    let steps = while_pushing(Kind::State, id(9), 3, b"the ninth").len();
    for step in 0..steps {
        // One message waits, one was acknowledged.
        let place = place();
        let queue = open(&place);
        queue.push(Kind::Status, id(1), b"1").expect("it queues");
        queue.push(Kind::Status, id(2), b"2").expect("it queues");
        queue.remove(&first(&queue)).expect("it goes");
        bring_about(&place.path().join("queue"), &while_pushing(Kind::State, id(9), 3, b"the ninth")[step]);

        let queue = open(&place);
        let found = queue.waiting().expect("it reads");
        match &found[..] {
            [one] => assert_eq!(one.id, id(2), "step {step}"),
            [one, two] => {
                assert_eq!((one.id, two.id), (id(2), id(9)), "step {step}");
                assert_eq!(queue.body(two).expect("it reads"), b"the ninth", "step {step}");
            }
            other => panic!("step {step}: {other:?}"),
        }
        assert!(fs::read_dir(place.path().join("queue")).expect("it reads").all(|e| e.expect("an entry").path().extension().is_none_or(|e| e != "tmp")));
        // Work goes on, in order.
        queue.push(Kind::Status, id(10), b"10").expect("it queues");
        assert_eq!(ids(&queue).last(), Some(&id(10)), "step {step}");
        let serials: Vec<u64> = queue.waiting().expect("it reads").iter().map(|m| m.serial).collect();
        assert!(serials.windows(2).all(|pair| pair[0] < pair[1]), "step {step}: {serials:?}");
    }
}

#[test]
fn a_crash_while_putting_aside_repeats_harmlessly() {
    let place = place();
    let queue = open(&place);
    queue.push(Kind::Status, id(1), b"bad").expect("it queues");
    let message = first(&queue);
    // The reason is written, the message is not moved yet.
    let refused = place.path().join("queue/refused");
    make_private(&refused).expect("it is made");
    write_whole(&refused, &format!("{}{REASON}", file_name(message.serial, message.kind, message.id)), b"why").expect("it writes");
    fs::write(refused.join("half.tmp"), b"half").expect("it writes");
    let queue = open(&place);
    assert_eq!(ids(&queue), [id(1)], "it is sent again");
    queue.refuse(&first(&queue), "why").expect("it moves");
    assert_eq!((ids(&queue).len(), queue.refused()), (0, 1));
    assert!(!refused.join("half.tmp").exists());
}

#[test]
fn what_is_no_message_is_left_alone() {
    let place = place();
    let queue = open(&place);
    for name in ["note.txt", "x.status.nonsense.msg", "0000000000000001.status.00000000-0000-4000-8000-000000000000.msg", "1.presence", "last-serial"] {
        fs::write(place.path().join("queue").join(name), b"?").expect("it writes");
    }
    assert!(ids(&queue).is_empty());
    queue.push(Kind::Status, id(1), b"1").expect("a damaged serial number is no obstacle");
    assert_eq!(ids(&queue), [id(1)]);
}

/// What happens to a queue.
#[derive(Clone, Debug)]
enum Step {
    Push(Kind),
    Supersede(Kind),
    Acknowledge,
    Refuse,
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![Just(Kind::State), Just(Kind::Status), Just(Kind::Heartbeat), Just(Kind::HardwareInventory)];
    let step = prop_oneof![
        4 => kind.clone().prop_map(Step::Push),
        1 => kind.prop_map(Step::Supersede),
        3 => Just(Step::Acknowledge),
        1 => Just(Step::Refuse),
        2 => Just(Step::Crash),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn messages_come_out_once_in_the_order_they_went_in(steps in steps()) {
        let place = place();
        let mut queue = open(&place);
        let mut model: VecDeque<(Kind, MessageId)> = VecDeque::new();
        let mut made = 0;
        for step in steps {
            match step {
                Step::Push(kind) => {
                    made += 1;
                    queue.push(kind, id(made), &[made]).expect("it queues");
                    model.push_back((kind, id(made)));
                }
                Step::Supersede(kind) => {
                    made += 1;
                    queue.push_superseding(kind, id(made), &[made]).expect("it queues");
                    model.retain(|(k, _)| *k != kind);
                    model.push_back((kind, id(made)));
                }
                Step::Acknowledge | Step::Refuse => {
                    let waiting = queue.waiting().expect("it reads");
                    prop_assert_eq!(waiting.first().map(|m| (m.kind, m.id)), model.pop_front());
                    match (waiting.first(), &step) {
                        (Some(message), Step::Refuse) => queue.refuse(message, "no").expect("it moves"),
                        (Some(message), _) => queue.remove(message).expect("it goes"),
                        (None, _) => {}
                    }
                }
                Step::Crash => queue = open(&place),
            }
            prop_assert_eq!(ids(&queue), model.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn bounds_hold_whatever_is_pushed(sizes in proptest::collection::vec((0_usize..30, any::<bool>()), 1..40)) {
        let place = place();
        let queue = Queue { bytes_max: 60, messages_max: 6, ..open(&place) };
        for (n, (bytes, event)) in sizes.into_iter().enumerate() {
            let kind = if event { Kind::Status } else { Kind::State };
            let before = queue.waiting().expect("it reads");
            let pushed = queue.push(kind, id(u8::try_from(n).expect("few")), &vec![b'x'; bytes]);
            let waiting = queue.waiting().expect("it reads");
            let held: u64 = waiting.iter().map(|m| size(&m.path).expect("it reads")).sum();
            prop_assert!(held <= 60 && waiting.len() <= 6);
            if pushed.is_ok() {
                prop_assert_eq!(waiting.last().map(|m| m.id), Some(id(u8::try_from(n).expect("few"))));
            }
            let stayed = |m: &Waiting| waiting.iter().any(|w| w.id == m.id);
            prop_assert!(before.iter().filter(|m| m.kind == Kind::State).all(stayed), "a state never goes unsent");
        }
    }
}
