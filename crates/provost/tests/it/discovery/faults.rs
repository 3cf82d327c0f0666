//! What goes wrong while a real site discovers a real domain: told with its fix, and nothing that was found before is lost. The
//! site knows the controllers by a pinned authority here, so that none of it depends on what Kerberos' library remembers.

use crate::person::{Person, Printed, Window};
use provost_lab::authority::Validity;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab, Settings};
use provost_lab::population::{Population, fleet};
use provost_lab::topology::CORP;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

const READER: &str = "svc-ad-users";
/// Longest wait for something that a run does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A site that discovers users of the fleet.
struct Story<'l> {
    person: Person,
    site: Window,
    lab: &'l Lab,
    unit: String,
}

impl<'l> Story<'l> {
    /// Starts it, with these controllers asked in this order.
    fn begins(lab: &'l Lab, controllers: &[&str]) -> Self {
        let person = Person::new();
        let name_servers: Vec<String> = lab.dns_servers(&CORP).iter().map(|server| server.ip().to_string()).collect();
        let site = person.starts(&["up", "--dns-servers", &name_servers.join(",")]);
        let story = Self { person, site, lab, unit: fleet(&CORP) };
        story.looks_at(controllers, &lab.authority());
        let password = lab.password_file(&CORP, READER).display().to_string();
        story.does(&["account", "add", &format!("{}\\{READER}", CORP.dns), "--for", "ad-user-discovery", "--on", &story.unit, "--password-file", &password]);
        story
    }

    fn does(&self, arguments: &[&str]) -> Printed {
        let printed = self.person.types(arguments);
        assert_eq!(printed.exit, 0, "{arguments:?}: {} {}", printed.out, printed.err);
        printed
    }

    fn looks_at(&self, controllers: &[&str], authority: &Path) {
        let authority = authority.display().to_string();
        let mut arguments = vec!["discovery", "add", "ad-user", &self.unit, "--ca-file", &authority];
        arguments.extend(controllers.iter().flat_map(|controller| ["--controller", controller]));
        self.does(&arguments);
    }

    /// A run to its end: what is known of it, and what whoever waits for it reads.
    fn discovers(&self) -> (Value, String) {
        let printed = self.person.types(&["discovery", "run", "ad-user", "--wait", "-o", "json"]);
        let list: Value = serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{e}: {} {}", printed.out, printed.err));
        (list["items"][0].clone(), printed.err)
    }

    /// Has a run begun, and `happens` while it goes on: some of its pages were read, and the next is on its way.
    fn discovers_while(&self, slow: &str, happens: impl FnOnce()) -> Value {
        self.lab.slow(slow, 600).expect("it is slow");
        let begun = self.person.asks(&["discovery", "run", "ad-user"]);
        let run_id = begun["items"][0]["run_id"].clone();
        let state = || {
            let history = self.person.asks(&["discovery", "history", "ad-user"]);
            history["items"].as_array().into_iter().flatten().find(|run| run["run_id"] == run_id).cloned().expect("the run")
        };
        let until = Instant::now() + PATIENCE;
        loop {
            let now = state();
            assert!(now["done"] != true, "it ended before anything happened to it: {now}");
            if now["read"].as_i64() >= Some(1000) {
                break;
            }
            assert!(Instant::now() < until, "it reads nothing: {now}");
            std::thread::sleep(Duration::from_millis(50));
        }
        happens();
        loop {
            let now = state();
            if now["done"] == true {
                return now;
            }
            assert!(Instant::now() < until + PATIENCE, "it does not end: {now}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Who is known: each by SID, with the name.
    fn known(&self) -> BTreeMap<String, String> {
        let list = self.person.asks(&["user", "list", "--limit", "10000"]);
        let text = |user: &Value, field: &str| user[field].as_str().expect("a text").to_owned();
        list["items"].as_array().into_iter().flatten().map(|user| (text(user, "sid"), text(user, "name"))).collect()
    }

    /// Status messages of the agent with this number, the newest first.
    fn told(&self, number: &str) -> Vec<String> {
        let list = self.person.asks(&["message", "list", "--limit", "1000"]);
        let of = list["items"].as_array().into_iter().flatten().filter(|one| one["number"] == number);
        of.filter_map(|one| one["text"].as_str().map(str::to_owned)).collect()
    }

    fn ends(self) {
        self.site.interrupted();
    }
}

/// A lab of one's own with so many users that they come in several pages.
fn lab_of_many(hosts: &[&str]) -> Option<OwnLab> {
    let run = Lab::of_this_run()?;
    let labs = run.folder().parent().expect("a lab lies in the folder of all labs");
    let population = Population { users: 2000, ..Population::SMALL };
    Some(OwnLab::start(&Settings { population, ..Settings::new(labs, hosts) }).expect("the lab starts"))
}

#[test]
fn a_controller_that_dies_in_the_middle_of_a_run_costs_nothing_and_the_next_run_reads_from_another() {
    let Some(lab) = lab_of_many(&["dc1", "dc2"]) else { return };
    let story = Story::begins(&lab, &["dc1.corp.example.test", "dc2.corp.example.test"]);
    let (before, told) = story.discovers();
    assert_eq!((&before["outcome"], &before["domain_controller"]), (&"succeeded".into(), &"dc1.corp.example.test".into()), "{before} {told}");
    let users = story.known();
    assert!(users.len() > 1500, "{}", users.len());

    let broken = story.discovers_while("dc1", || lab.stop_servers("dc1").expect("it dies"));
    assert_eq!(broken["outcome"], "broken", "{broken}");
    assert!(broken["read"].as_i64() < before["read"].as_i64(), "it was not read whole: {broken}");
    let detail = broken["detail"].as_str().expect("what it said").to_owned();
    assert!(detail.contains("entries in 1 whole pages"), "how far it came: {detail}");
    assert_eq!(story.known(), users, "nothing that was found is lost");
    let messages = story.told("PV7005");
    assert!(messages.iter().any(|text| text.contains(&detail)), "{messages:?}");
    assert!(story.does(&["explain", "PV7005"]).out.contains("provost discovery history"));

    // It is dead still: the next run passes over it.
    let (elsewhere, told) = story.discovers();
    assert_eq!((&elsewhere["outcome"], &elsewhere["domain_controller"]), (&"succeeded".into(), &"dc2.corp.example.test".into()), "{elsewhere} {told}");
    assert_eq!((&elsewhere["found"], &elsewhere["new"]), (&before["found"], &0.into()), "{elsewhere}");

    lab.hurry("dc1").expect("it is as fast as before");
    lab.start_servers("dc1").expect("it lives");
    let (after, told) = story.discovers();
    assert_eq!((&after["outcome"], &after["domain_controller"]), (&"succeeded".into(), &"dc1.corp.example.test".into()), "{after} {told}");
    assert_eq!((&after["found"], story.known()), (&before["found"], users));
    story.ends();
}

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
