//! A domain controller that dies while a real site reads it: the same run goes on at the next, each is asked once, and nothing
//! that was found before is lost.

use super::story::{READER, SLOW, Story, lab_of_many};
use provost_lab::change::Change;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::population::fleet;
use provost_lab::topology::CORP;
use serde_json::{Value, json};

const BOTH: &[&str] = &["dc1.corp.example.test", "dc2.corp.example.test"];

/// What is said of a run, in words.
fn detail(run: &Value) -> &str {
    run["detail"].as_str().expect("a text")
}

/// It lives again, as fast as before.
fn lives(lab: &Lab, host: &str) {
    lab.hurry(host).expect("it is as fast as before");
    lab.start_servers(host).expect("it lives");
}

#[test]
fn a_run_goes_on_at_the_next_controller_and_finds_everybody_once() {
    let Some(lab) = lab_of_many(&["dc1", "dc2"]) else { return };
    let story = Story::begins(&lab, BOTH);
    let run_id = story.begins_to_discover("ad-user", &[]);
    let alone = story.waits_until_done(&run_id);
    assert_eq!((&alone["outcome"], &alone["domain_controller"], &alone["detail"]), (&"succeeded".into(), &BOTH[0].into(), &"".into()), "{alone}");
    let users = story.known();
    assert!(users.len() > 1500, "{}", users.len());
    // Somebody is new, so that it is seen how often the run counts what it finds.
    let place = format!("OU=Crowd Here,{}", fleet(&CORP));
    let newcomers: Vec<Change> = std::iter::once(Change::unit(&place))
        .chain((0..20).map(|n| Change::add(format!("CN=New {n},{place}"), json!({ "objectClass": "user", "sAMAccountName": format!("new{n}") }))))
        .collect();
    lab.change(&CORP, &newcomers).expect("changed");

    let moved = story.discovers_while("dc1", || lab.stop_servers("dc1").expect("it dies"));
    assert_eq!((&moved["outcome"], &moved["domain_controller"]), (&"succeeded".into(), &BOTH[1].into()), "{moved}");
    let said = detail(&moved);
    assert!(said.starts_with("dc1.corp.example.test was lost after ") && said.contains(" objects: the server does not keep to its protocol"), "{said}");
    assert!(said.contains("entries in 1 whole pages") && said.ends_with("the run went on at dc2.corp.example.test"), "{said}");
    let count = |what: &str| moved[what].as_i64().expect("a number");
    assert_eq!(count("read"), count("found") + count("left_out"), "{moved}");
    assert_eq!(moved["loaded"], moved["found"], "each counts once, whoever gave it: {moved}");
    let more = story.known();
    assert!(users.keys().all(|sid| more.contains_key(sid)), "nothing that was found is lost");
    assert_eq!(i64::try_from(more.len() - users.len()).ok(), Some(count("new")), "{moved}");
    let told = story.waits_until_told("PV7019", 1);
    let [message] = &told[..] else { panic!("once for each run: {told:?}") };
    assert!(message.contains(moved["target"].as_str().expect("where")) && message.contains(said), "where, which, why and who took over: {message}");
    assert!(message.ends_with("look whether what was lost runs, and whether this site reaches it"), "{message}");
    assert!(story.does(&["explain", "PV7019"]).out.contains("look whether it runs"));
    assert_eq!(story.told("PV7005"), Vec::<String>::new(), "it did not fail");

    // Both die in one run: it fails with what became of each.
    lives(&lab, "dc1");
    for host in ["dc1", "dc2"] {
        lab.slow(host, SLOW).expect("it is slow");
    }
    let run_id = story.begins_to_discover("ad-user", &[]);
    for (host, controller) in ["dc1", "dc2"].into_iter().zip(BOTH) {
        story.waits_until_read(&run_id, controller);
        lab.stop_servers(host).expect("it dies");
    }
    let broken = story.waits_until_done(&run_id);
    assert_eq!(broken["outcome"], "broken", "{broken}");
    let said = detail(&broken).to_owned();
    let each: Vec<&str> = said.split("; ").filter(|part| part.contains(" was lost after ")).collect();
    assert!(each.len() == 2 && each[0].starts_with(BOTH[0]) && each[1].starts_with(BOTH[1]), "{said}");
    assert!(said.contains("there is no other domain controller to ask"), "{said}");
    assert_eq!(story.known(), more, "nothing that was found is lost");
    let messages = story.told("PV7005");
    assert!(messages.iter().any(|text| text.contains(&said)), "{messages:?}");
    assert!(story.does(&["explain", "PV7005"]).out.contains("provost discovery history"));

    // Cut off, without an end of the connection that could be told: it is lost long before the two minutes that a controller may
    // work on a page, which are longer than a run is waited for here.
    lives(&lab, "dc2");
    lives(&lab, "dc1");
    let moved = story.discovers_while("dc1", || lab.cut("dc1").expect("cut off"));
    assert_eq!((&moved["outcome"], &moved["domain_controller"]), (&"succeeded".into(), &BOTH[1].into()), "{moved}");
    assert!(detail(&moved).starts_with("dc1.corp.example.test was lost after ") && detail(&moved).contains("no sign of life for 30 s"), "{moved}");
    assert_eq!(story.known(), more, "nothing that was found is lost");
    let told = story.waits_until_told("PV7019", 2);
    assert!(told.len() == 2 && told[0].contains(detail(&moved)), "that it happens again is told again; the run that failed told otherwise: {told:?}");
    lab.mend("dc1").expect("mended");
    lab.stop_servers("dc1").expect("it dies");

    // One is dead still: the next run passes over it.
    let (elsewhere, told) = story.discovers();
    assert_eq!((&elsewhere["outcome"], &elsewhere["domain_controller"]), (&"succeeded".into(), &BOTH[1].into()), "{elsewhere} {told}");
    lives(&lab, "dc1");
    let (after, told) = story.discovers();
    assert_eq!((&after["outcome"], &after["domain_controller"]), (&"succeeded".into(), &BOTH[0].into()), "{after} {told}");
    story.ends();
}

#[test]
fn a_delta_goes_on_from_where_the_next_controller_was_read_or_reads_all_of_it() {
    let Some(lab) = lab_of_many(&["dc1", "dc2"]) else { return };
    let story = Story::begins(&lab, BOTH);
    let (full, told) = story.discovers();
    assert_eq!((&full["outcome"], &full["domain_controller"]), (&"succeeded".into(), &BOTH[0].into()), "{full} {told}");
    let users = story.known();
    let dies = |word: &str| {
        // So many change that they come in several pages.
        let list = story.person.asks(&["user", "list", "--limit", "1500"]);
        let changes: Vec<Change> = (list["items"].as_array().into_iter().flatten())
            .filter_map(|user| user["distinguished_name"].as_str())
            .map(|dn| Change::replace(dn, json!({ "displayName": word })))
            .collect();
        assert!(changes.len() > 1200, "{list}");
        lab.change(&CORP, &changes).expect("changed");
        lab.slow("dc1", SLOW).expect("it is slow");
        let run_id = story.begins_to_discover("ad-user", &["--delta"]);
        story.waits_until_read(&run_id, BOTH[0]);
        lab.stop_servers("dc1").expect("it dies");
        let moved = story.waits_until_done(&run_id);
        assert_eq!((&moved["kind"], &moved["outcome"], &moved["domain_controller"]), (&"delta".into(), &"succeeded".into(), &BOTH[1].into()), "{moved}");
        assert!(detail(&moved).starts_with("dc1.corp.example.test was lost after "), "{moved}");
        lives(&lab, "dc1");
        moved
    };
    let all = dies("first");
    assert_eq!((&all["read"], &all["found"], &all["new"]), (&full["read"], &full["found"], &0.into()), "it was never read: {all}");
    let some = dies("second");
    assert!(some["read"].as_i64() < full["read"].as_i64(), "what it had been read until then is not read again: {some}");
    // What changed at the lost one, and did not come to the other in time, is found by the next delta there.
    let run_id = story.begins_to_discover("ad-user", &["--delta"]);
    let rest = story.waits_until_done(&run_id);
    assert_eq!((&rest["outcome"], &rest["domain_controller"], &rest["detail"]), (&"succeeded".into(), &BOTH[0].into(), &"".into()), "{rest}");
    assert!(rest["read"].as_i64() > Some(1200), "the lost one's number did not move: {rest}");
    assert_eq!(story.known().len(), users.len());
    story.ends();
}

#[test]
fn a_site_that_stops_while_it_reads_has_lost_no_controller() {
    let Some(lab) = lab_of_many(&["dc1", "dc2"]) else { return };
    let story = Story::begins(&lab, BOTH);
    lab.slow("dc1", SLOW).expect("it is slow");
    let run_id = story.begins_to_discover("ad-user", &[]);
    story.waits_until_read(&run_id, BOTH[0]);
    let story = story.stops_and_starts();
    let stopped = story.waits_until_done(&run_id);
    assert_eq!((&stopped["outcome"], &stopped["domain_controller"]), (&"interrupted".into(), &BOTH[0].into()), "{stopped}");
    assert!(!detail(&stopped).contains("lost"), "{stopped}");
    let log = std::fs::read_to_string(lab.host("dc2").expect("a host").folder.join("samba.log")).expect("what the controller wrote down");
    let written = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let asked = written.filter(|one| one["Authentication"]["clientAccount"].as_str().is_some_and(|account| account.starts_with(READER)));
    assert_eq!(asked.count(), 0, "nobody else was asked");
    story.ends();
}

#[test]
fn groups_and_forests_are_read_on_at_the_next_controller_too() {
    let Some(lab) = OwnLab::beside(&["dc1", "dc2"]) else { return };
    // So many that they are under way for seconds.
    let subnets = format!("CN=Subnets,CN=Sites,CN=Configuration,{}", CORP.base);
    let all: Vec<Change> =
        (0..1000).map(|n| Change::add(format!("CN=10.{}.{}.0/24,{subnets}", n / 250, n % 250), json!({ "objectClass": "subnet" }))).collect();
    lab.change(&CORP, &all).expect("changed");
    let story = Story::begins(&lab, BOTH);
    let authority = lab.authority().display().to_string();
    let controllers = ["--controller", BOTH[0], "--controller", BOTH[1]];
    let bind = |user: &str, kind: &str, on: &str| {
        let password = lab.password_file(&CORP, user).display().to_string();
        story.does(&["account", "add", &format!("{}\\{user}", CORP.dns), "--for", kind, "--on", on, "--password-file", &password]);
    };
    let groups = format!("OU=Groups,{}", story.unit);
    story.does(&[&["discovery", "add", "ad-group", &groups, "--ca-file", &authority][..], &controllers].concat());
    bind("svc-ad-groups", "ad-group-discovery", &groups);
    story.does(&[&["forest", "add", CORP.dns, "--ca-file", &authority][..], &controllers].concat());
    bind("svc-ad-forest", "ad-forest", CORP.dns);
    let mut told = 0;
    for method in ["ad-group", "ad-forest"] {
        let run_id = story.begins_to_discover(method, &[]);
        let alone = story.waits_until_done(&run_id);
        assert_eq!((&alone["outcome"], &alone["domain_controller"]), (&"succeeded".into(), &BOTH[0].into()), "{alone}");
        lab.slow("dc1", SLOW).expect("it is slow");
        let run_id = story.begins_to_discover(method, &[]);
        story.waits_until(&run_id, |run| run["domain_controller"] == BOTH[0]);
        lab.stop_servers("dc1").expect("it dies");
        let moved = story.waits_until_done(&run_id);
        assert_eq!((&moved["outcome"], &moved["domain_controller"]), (&"succeeded".into(), &BOTH[1].into()), "{moved}");
        assert!(detail(&moved).starts_with("dc1.corp.example.test was lost after "), "{moved}");
        told += 1;
        assert!(story.waits_until_told("PV7019", told)[0].contains(detail(&moved)), "{moved}");
        if method == "ad-group" {
            let counts = |run: &Value| ["read", "found", "loaded"].map(|count| run[count].clone());
            assert_eq!((counts(&moved), &moved["new"], &moved["changed"]), (counts(&alone), &0.into(), &0.into()), "{moved}");
        }
        lives(&lab, "dc1");
    }
    let known = story.person.asks(&["forest", "show", CORP.dns])["subnet_list"].as_array().map_or(0, Vec::len);
    assert!(known >= 1000, "nothing that was found is lost: {known}");
    story.ends();
}
