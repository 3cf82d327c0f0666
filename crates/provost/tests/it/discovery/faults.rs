//! What goes wrong while a real site discovers a real domain: told with its fix, and nothing that was found before is lost.

use super::story::{READER, Story, lab_of_many};
use provost_lab::authority::Validity;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use serde_json::Value;

/// How the controller answered the account until now, each time, by what it wrote down.
fn answers(lab: &Lab) -> Vec<String> {
    let log = std::fs::read_to_string(lab.host("dc1").expect("a host").folder.join("samba.log")).expect("what the controller wrote down");
    let written = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_reader = written.filter(|one| one["Authentication"]["clientAccount"].as_str().is_some_and(|account| account.starts_with(READER)));
    of_reader.filter_map(|one| one["Authentication"]["status"].as_str().map(str::to_owned)).collect()
}

#[test]
fn an_account_that_is_locked_during_a_run_reads_to_its_end_and_is_refused_once_after_it() {
    let Some(lab) = lab_of_many(&["dc1"]) else { return };
    let story = Story::begins(&lab, &[]);
    let (before, told) = story.discovers();
    assert_eq!(before["outcome"], "succeeded", "{before} {told}");
    let users = story.known();

    let during = story.discovers_while("dc1", || lab.lock_account(&CORP, READER).expect("it is locked"));
    assert_eq!((&during["outcome"], &during["read"]), (&"succeeded".into(), &before["read"]), "what was begun goes on: {during}");
    lab.hurry("dc1").expect("it is as fast as before");

    let answered = answers(&lab).len();
    let (refused, told) = story.discovers();
    assert_eq!((&refused["outcome"], &refused["found"]), (&"locked".into(), &0.into()), "{refused} {told}");
    assert!(told.contains("the account is locked"), "{told}");
    assert_eq!(answers(&lab)[answered..], ["NT_STATUS_ACCOUNT_LOCKED_OUT"], "the controller was asked once");
    // It counts towards a lock-out, so nobody asks again: neither when the controller would say the same, nor when it would not.
    let (spared, told) = story.discovers();
    assert!(spared["outcome"] == "refused-by-rule" && told.contains("not tried again"), "{spared} {told}");
    lab.unlock_account(&CORP, READER).expect("it is unlocked");
    let (spared, told) = story.discovers();
    assert!(spared["outcome"] == "refused-by-rule" && told.contains("not tried again"), "{spared} {told}");
    assert_eq!(answers(&lab).len(), answered + 1, "and not again");
    assert_eq!(story.known(), users, "nothing that was found is lost");
    let messages = story.told("PV7005");
    assert!(messages.iter().any(|text| text.contains("the account is locked")), "{messages:?}");
    let state = run(lab.host("dc1").expect("a host").command("samba-tool").args(["user", "show", READER, "--attributes=badPwdCount"]));
    assert!(!state.expect("the account").lines().any(|line| line.starts_with("badPwdCount: ") && line != "badPwdCount: 0"), "no wrong password was sent");

    // What the message of a locked account says: unlock it, then verify it.
    assert!(story.does(&["explain", "PV2202"]).out.contains("provost verify NAME"));
    let verified = story.person.types(&["verify", &format!("{}\\{READER}", CORP.dns)]);
    let (after, told) = story.discovers();
    assert_eq!((&after["outcome"], &after["found"]), (&"succeeded".into(), &before["found"]), "{after} {told} {} {}", verified.out, verified.err);
    assert_eq!(story.known(), users);
    story.ends();
}

#[test]
fn an_authority_that_has_ended_lets_nobody_read_and_takes_nothing_away() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let story = Story::begins(&lab, &[]);
    let (before, told) = story.discovers();
    assert_eq!(before["outcome"], "succeeded", "{before} {told}");
    let users = story.known();
    assert!(users.len() > 100, "{}", users.len());

    // The domain has another authority, and the location is told of it; it ended long ago.
    let follows = |validity: Validity| {
        let authority = story.person.data().join("authority.pem");
        std::fs::write(&authority, lab.change_authority("dc1", validity).expect("the controller has another certificate")).expect("a file");
        let locations = story.person.asks(&["discovery", "list"]);
        story.does(&["discovery", "remove", &locations["items"][0]["location_id"].to_string()]);
        assert_eq!(story.known(), users, "what was found there is known still");
        story.looks_at(&[], &authority);
    };
    follows(Validity::Expired);
    let answered = answers(&lab).len();
    assert!(answered > 0, "it was asked when it was trusted");
    let (refused, told) = story.discovers();
    assert_eq!((&refused["outcome"], &refused["found"]), (&"certificate-not-trusted".into(), &0.into()), "{refused} {told}");
    assert!(told.contains("ended on 2021-01-01"), "{told}");
    assert_eq!(answers(&lab).len(), answered, "no password was sent");
    assert_eq!(story.known(), users, "nothing that was found is lost");
    let messages = story.told("PV7005");
    assert!(messages.iter().any(|text| text.contains("ended on 2021-01-01")), "{messages:?}");

    follows(Validity::Valid);
    let (after, told) = story.discovers();
    assert_eq!((&after["outcome"], &after["found"]), (&"succeeded".into(), &before["found"]), "{after} {told}");
    assert_eq!(story.known(), users);
    story.ends();
}
