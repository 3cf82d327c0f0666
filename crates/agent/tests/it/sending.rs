//! Messages: in order, once, whatever the network does.

use crate::client::Client;
use crate::server::{Kept, Next, Server, State, policy};
use provost_catalog::rules::code;
use provost_domain::inventory::Extent;
use provost_wire::client::{heartbeat, inventory, state, status};
use provost_wire::envelope::Kind;
use std::collections::HashSet;

fn kinds(kept: &[Kept]) -> Vec<Kind> {
    kept.iter().map(|message| message.kind).collect()
}

/// Messages without repetitions, in the order in which they first came.
fn distinct(kept: &[Kept]) -> Vec<Kept> {
    let mut seen = HashSet::new();
    kept.iter().filter(|message| seen.insert(message.id)).cloned().collect()
}

fn has(state: &State, kind: Kind) -> bool {
    state.kept.iter().any(|message| message.kind == kind)
}

#[test]
fn a_first_start_says_everything_at_once_and_then_rests() {
    let (server, client) = (Server::start(), Client::new());
    let _running = client.start(&server);
    client.wait_at_rest();
    let state = server.state();
    assert_eq!(kinds(&state.kept), [Kind::Status, Kind::Heartbeat, Kind::State, Kind::HardwareInventory]);
    let started = status::parse(&state.kept[0].body).expect("the site takes it");
    assert_eq!(started.messages[0].number, i32::from(code::COMPONENT_STARTED));
    let heartbeat = heartbeat::parse(&state.kept[1].body).expect("the site takes it");
    assert!(!heartbeat.dns_name.is_empty());
    let states = state::parse(&state.kept[2].body).expect("the site takes it");
    assert_eq!(states.messages.iter().map(|m| (m.serial, m.topic_type, m.state_id)).collect::<Vec<_>>(), [(1, 800, 400), (2, 800, 700), (3, 1300, 1)]);
    let report = inventory::parse(&state.kept[3].body).expect("the site takes it");
    assert_eq!(report.extent, Extent::Full);
    assert_eq!(report.digest, provost_domain::inventory::digest(&report.classes));
    assert_eq!(state.registrations.len(), 1);
    assert_eq!(state.requests.iter().filter(|r| r.contains("policy")).count(), 1);
}

#[test]
fn lost_answers_and_refusals_that_pass_change_neither_order_nor_number() {
    let (server, client) = (Server::start(), Client::new());
    server.state().next = [
        Next::HangUp,
        Next::AcceptAndHangUp,
        Next::Accept,
        Next::Refuse(503, code::STORAGE_UNAVAILABLE, Some(0)),
        Next::AcceptAndBreakOff,
        Next::AcceptAnother,
        Next::Refuse(429, code::RATE_LIMIT, Some(1)),
        Next::Accept,
        Next::Refuse(507, code::STORAGE_UNAVAILABLE, None),
        Next::Refuse(500, code::BUG, None),
        Next::AcceptAndHangUp,
    ]
    .into();
    let _running = client.start(&server);
    client.wait_at_rest();
    let state = server.state();
    assert!(state.next.is_empty(), "{:?}", state.next);
    assert_eq!(kinds(&distinct(&state.kept)), [Kind::Status, Kind::Heartbeat, Kind::State, Kind::HardwareInventory]);
    // What came again is what was not acknowledged, right after itself and unchanged.
    for pair in state.kept.windows(2) {
        if state.kept.iter().filter(|m| m.id == pair[1].id).count() > 1 && pair[0].id == pair[1].id {
            assert_eq!(pair[0].body, pair[1].body);
        }
    }
    let mut order: Vec<_> = state.kept.iter().map(|m| m.id).collect();
    order.dedup();
    assert_eq!(order.len(), 4, "no message comes between two copies of another");
}

#[test]
fn a_message_that_will_never_be_taken_lies_aside_and_is_told_of() {
    let (server, client) = (Server::start(), Client::new());
    server.state().next_of.insert("heartbeat", [Next::Refuse(400, code::MESSAGE_MALFORMED, None)].into());
    let _running = client.start(&server);
    client.wait_at_rest();
    let state = server.state();
    assert_eq!(kinds(&state.kept), [Kind::Status, Kind::State, Kind::HardwareInventory, Kind::Status]);
    let told = status::parse(&state.kept[3].body).expect("the site takes it");
    assert_eq!(told.messages[0].number, i32::from(code::MESSAGE_MALFORMED));
    assert_eq!(told.messages[0].insertions[0], "heartbeat");
    assert!(told.messages[0].insertions[1].contains("PV3009"), "{told:?}");
    assert_eq!(client.standing()["messages_refused"], 1);
    let refused = std::fs::read_dir(client.data().join("queue/refused")).expect("it reads");
    let reason = refused.map(|e| e.expect("an entry").path()).find(|p| p.extension().is_some_and(|e| e == "txt")).expect("a reason");
    assert!(std::fs::read_to_string(reason).expect("it reads").contains("PV3009"));
}

#[test]
fn an_inventory_that_was_refused_is_no_base_for_the_next() {
    let (server, client) = (Server::start(), Client::new());
    server.state().next_of.insert("hardware-inventory", [Next::Refuse(413, code::MESSAGE_TOO_LARGE, None)].into());
    let running = client.start(&server);
    client.wait_at_rest();
    assert!(!has(&server.state(), Kind::HardwareInventory));
    assert!(!client.data().join("inventory.json").exists());
    drop(running);
}

#[test]
fn a_damaged_message_does_not_keep_the_others_back() {
    let (server, client) = (Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    drop(running);
    // A folder in a message's place cannot be read as one.
    let damaged = client.data().join("queue/0000000000000000.state.01990000-0000-7000-8000-000000000000.msg");
    std::fs::create_dir(damaged).expect("it is made");
    let _running = client.start_again();
    client.wait("it lies aside", |s| s["messages_refused"] == 1 && s["messages_waiting"] == 0);
    server.wait("it is told of", |state| state.kept.iter().filter(|m| m.kind == Kind::Status).count() == 3);
}

#[test]
fn what_is_said_while_the_server_is_away_waits_in_order() {
    let client = Client::new();
    let away = Server::start();
    away.state().refuse_all = Some(code::CLIENT_BLOCKED);
    for start in 1..=3 {
        let running = if start == 1 { client.start(&away) } else { client.start_again() };
        client.wait("its messages wait", |s| s["messages_waiting"] == start + 3 && s["problem"].as_str().is_some_and(|p| p.contains("PV3005")));
        drop(running);
    }
    assert!(away.state().kept.is_empty());
    let queued = client.queued();
    away.state().refuse_all = None;
    let _running = client.start_again();
    client.wait_at_rest();
    let state = away.state();
    let sent: Vec<String> = state.kept.iter().map(|m| m.id.to_string()).collect();
    let waited: Vec<String> = queued.iter().map(|name| name.split('.').nth(2).expect("an id").to_owned()).collect();
    assert_eq!(sent[..waited.len()], waited, "in order, once");
    assert_eq!(sent.len(), waited.len() + 1, "and the last start");
}

/// How long the process worked on a processor, in hundredths of a second.
fn worked(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    // The name of the program, in parentheses, may hold blanks.
    let fields: Vec<&str> = stat.rsplit_once(')').expect("a name").1.split_whitespace().collect();
    fields[11].parse::<u64>().expect("user time") + fields[12].parse::<u64>().expect("system time")
}

#[test]
fn while_nobody_answers_it_tries_less_and_less_often_and_sleeps_between() {
    let (server, client) = (Server::start(), Client::new());
    drop({
        let running = client.start(&server);
        client.wait_at_rest();
        running
    });
    let before = server.state().kept.len();
    server.state().away = true;
    let mut running = client.start_again();
    for start in 1..=3 {
        client.wait("its messages wait", |s| s["messages_waiting"] == start && s["problem"].is_string());
        if start < 3 {
            drop(running);
            running = client.start_again();
        }
    }
    let (tries, began) = (server.state().turned_away, worked(running.0.id()));
    // Four more tries are at least 0.2 + 0.4 + 0.8 s apart, whatever it began with.
    server.wait("it tries again and again", |state| state.turned_away >= tries + 4);
    let busy = worked(running.0.id()) - began;
    assert!(busy < 50, "it worked {busy} hundredths of a second for four tries");
    let waited: Vec<String> = client.queued().iter().map(|name| name.split('.').nth(2).expect("an id").to_owned()).collect();
    assert_eq!((waited.len(), server.state().kept.len()), (3, before));

    server.state().away = false;
    client.wait_at_rest();
    let sent: Vec<String> = server.state().kept[before..].iter().map(|m| m.id.to_string()).collect();
    assert_eq!(sent, waited, "in order, once");
}

#[test]
fn policy_wishes_are_fulfilled_once() {
    let (server, client) = (Server::start(), Client::new());
    let mut wishing = policy(server.state().site, 7);
    wishing.wishes.state_resync = true;
    wishing.wishes.full_hardware_inventory = true;
    server.state().policy = Some(wishing);
    let running = client.start(&server);
    client.wait_at_rest();
    {
        let state = server.state();
        // What the wishes say supersedes what waited.
        assert_eq!(kinds(&state.kept), [Kind::Status, Kind::Heartbeat, Kind::State, Kind::HardwareInventory]);
        let states = state::parse(&state.kept[2].body).expect("the site takes it");
        assert!(states.resync);
        assert_eq!(states.messages.iter().map(|m| m.serial).collect::<Vec<_>>(), [4, 5, 6]);
    }
    drop(running);
    let _running = client.start_again();
    server.wait("it is back", |state| state.kept.len() == 5);
    client.wait_at_rest();
    assert_eq!(server.state().kept.len(), 5, "the wishes are not fulfilled again");
}

#[test]
fn nothing_new_is_an_offer_and_the_body_follows_when_it_is_wanted() {
    for known in [true, false] {
        let (server, client) = (Server::start(), Client::new());
        let running = client.start(&server);
        client.wait_at_rest();
        drop(running);
        let digest = inventory::parse(&server.state().kept[3].body).expect("the site takes it").digest;
        server.state().inventory = known.then_some(digest);
        // As if a week had passed for the inventory alone.
        let schedule = client.data().join("schedule.json");
        let mut done: serde_json::Value = serde_json::from_slice(&std::fs::read(&schedule).expect("it reads")).expect("a document");
        done["hardware_inventory"] = serde_json::Value::Null;
        std::fs::write(&schedule, done.to_string()).expect("it writes");
        let _running = client.start_again();
        server.wait("it asks, or something changed meanwhile", |state| {
            let asked = state.requests.iter().any(|r| r.contains("offer"));
            asked && known || state.kept.iter().filter(|m| m.kind == Kind::HardwareInventory).count() > 1
        });
        client.wait_at_rest();
        let state = server.state();
        let reports: Vec<_> =
            state.kept.iter().filter(|m| m.kind == Kind::HardwareInventory).map(|m| inventory::parse(&m.body).expect("the site takes it")).collect();
        if state.requests.iter().any(|r| r.contains("offer")) {
            assert_eq!(reports.len(), if known { 1 } else { 2 });
            assert!(reports.iter().all(|r| r.extent == Extent::Full));
        } else {
            assert_eq!(reports[1].extent, Extent::Delta { base: digest });
        }
    }
}

#[test]
fn kills_at_any_moment_neither_lose_nor_reorder_nor_double() {
    let (server, client) = (Server::start(), Client::new());
    let hiccups = [Next::AcceptAndHangUp, Next::Accept, Next::HangUp, Next::AcceptAndBreakOff, Next::Refuse(503, code::STORAGE_UNAVAILABLE, None)];
    server.state().next = hiccups.iter().cycle().take(60).cloned().collect();
    let mut wait = 1_u64;
    let mut queued = Vec::new();
    for start in 0..25 {
        let running = if start == 0 { client.start(&server) } else { client.start_again() };
        if start == 0 {
            // From then on it knows its site by itself.
            client.wait("it has settings", serde_json::Value::is_object);
        }
        wait = wait * 31 % 101;
        std::thread::sleep(std::time::Duration::from_millis(wait));
        drop(running);
        queued.extend(client.queued());
    }
    let _running = client.start_again();
    server.wait("everything came", |state| state.next.is_empty());
    client.wait_at_rest();
    let state = server.state();
    let once = distinct(&state.kept);
    for message in &state.kept {
        assert!(once.iter().any(|o| o.id == message.id && o.body == message.body), "the same message twice is the same message");
    }
    let mut order: Vec<_> = state.kept.iter().map(|m| m.id).collect();
    order.dedup();
    assert_eq!(order.len(), once.len(), "no message comes between two copies of another");
    // Whatever lay on disk when it was killed came, in the order in which it was queued. Only a full inventory may be
    // replaced by a newer one.
    queued.sort();
    queued.dedup();
    let lay: Vec<&str> = queued.iter().filter(|name| !name.contains(".hardware-inventory.")).filter_map(|name| name.split('.').nth(2)).collect();
    assert!(lay.len() > 5, "it was killed with something in its queue: {queued:?}");
    let came: Vec<String> = once.iter().map(|m| m.id.to_string()).filter(|id| lay.contains(&id.as_str())).collect();
    assert_eq!(came, lay, "nothing that was queued is lost, or overtaken");
    // No number of a state is given twice; one may be missing that was taken when it was killed.
    let mut last = 0;
    for message in once.iter().filter(|m| m.kind == Kind::State) {
        for state in state::parse(&message.body).expect("the site takes it").messages {
            assert!(state.serial > last);
            last = state.serial;
        }
    }
    assert!(has(&state, Kind::Heartbeat) && has(&state, Kind::HardwareInventory) && last >= 3);
    assert_eq!(client.queued(), Vec::<String>::new());
}
