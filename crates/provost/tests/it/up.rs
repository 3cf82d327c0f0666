//! `provost up`: a whole site on one machine, managing that machine.

mod inventory;
mod machine;

use crate::person::{Person, logs};
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux").trim().to_owned()
}

/// Every line of `up` that says `ok`, by the name of its fact.
fn good(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_prefix("  ok  ")?.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn the_machine_it_runs_on_is_managed_and_a_second_run_continues() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let text = site.text();
    assert_eq!(good(&text), ["database", "roles", "client", "console"], "{text}\n{}", logs(&person.data()));

    // This machine, with what really is on it.
    let device = person.asks(&["device", "show", &host_name()]);
    assert_eq!(device["name"].as_str().map(str::to_lowercase), Some(host_name().to_lowercase()), "{device:#}");
    let inventory = &device["hardware"];
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("Linux").trim().to_owned();
    assert!(inventory.to_string().contains(&kernel), "{inventory:#}");
    let shown = person.types(&["device", "show", &host_name()]);
    assert!(shown.out.contains(&kernel), "{}", shown.out);

    let clients = person.asks(&["client", "list"]);
    let client = clients["items"][0].clone();
    assert_eq!((clients["items"].as_array().map(Vec::len), client["approval"].as_str()), (Some(1), Some("approved")), "{clients:#}");

    // A mistyped name is answered with the nearest.
    let mistyped = person.types(&["device", "show", &format!("{}x", host_name())]);
    assert_eq!(mistyped.exit, 1);
    assert!(mistyped.err.starts_with("error[PV1014]: ") && mistyped.err.contains("did you mean"), "{}", mistyped.err);

    // The privileged acts are in the ledger, whose chain holds.
    assert_eq!(person.types(&["ledger", "verify"]).exit, 0);
    assert!(!person.asks(&["ledger", "list"])["items"].as_array().expect("a list").is_empty());

    // Each component has a log that CMTrace reads.
    for file in ["sitecomp.log", "ddm.log", "dataldr.log", "mpcontrol.log"] {
        let log = std::fs::read_to_string(person.data().join("logs").join(file)).unwrap_or_default();
        assert!(log.starts_with("<![LOG[") && log.lines().all(|line| line.contains("]LOG]!><time=\"")), "{file}: {log}");
    }

    let ports = site.ready.clone();
    let (exit, text) = site.interrupted();
    assert_eq!(exit, 0, "{text}");
    assert!(!person.data().join("run/provost.sock").exists());

    let site = person.starts(&["up"]);
    assert_eq!(site.ready["management_point"], ports["management_point"], "the management point keeps its port");
    let again = person.asks(&["client", "list"]);
    assert_eq!(again["items"].as_array().map(Vec::len), Some(1), "{again:#}");
    assert_eq!((&again["items"][0]["smsid"], &again["items"][0]["registered_at"]), (&client["smsid"], &client["registered_at"]));
}

#[test]
fn only_commands_that_exist_are_suggested() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let text = site.text();
    let suggested: Vec<Vec<&str>> = text
        .lines()
        .flat_map(|line| line.match_indices("provost ").map(|(at, _)| &line[at..]).collect::<Vec<_>>())
        .map(|rest| rest.split("   ").next().unwrap_or(rest))
        .map(|command| command.trim_end_matches([')', '.', ',']).split(' ').skip(1).collect())
        .collect();
    assert!(suggested.len() >= 2, "{text}");
    for command in suggested {
        let printed = person.types(&[&command[..], &["--help"]].concat());
        assert_eq!(printed.exit, 0, "provost {}: {}", command.join(" "), printed.err);
        let printed = person.types(&command);
        assert_eq!(printed.exit, 0, "provost {}: {}", command.join(" "), printed.err);
    }
}

#[test]
fn a_client_that_is_killed_comes_back_and_never_outlives_the_site() {
    let person = Person::new();
    let mut site = person.starts(&["up"]);
    let clients = || -> Vec<u32> {
        let listed = Command::new("ps").args(["-eo", "pid,args"]).output().expect("ps");
        let data = person.data().display().to_string();
        String::from_utf8_lossy(&listed.stdout)
            .lines()
            .filter(|line| line.contains("provost-client") && line.contains(&data))
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect()
    };
    let wait = |what: &str, done: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !done() {
            assert!(began.elapsed() < Duration::from_secs(60), "{what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let first = clients();
    assert_eq!(first.len(), 1);
    let pid = rustix::process::Pid::from_raw(i32::try_from(first[0]).expect("a process id")).expect("a process id");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it runs");
    wait("the client comes back", &|| clients().iter().any(|pid| !first.contains(pid)));
    assert!(site.text().contains("client"), "its death is told");

    site.child.kill().expect("it runs");
    let _ = site.child.wait();
    wait("the client goes with the site", &|| clients().is_empty());
}

#[test]
fn no_secret_is_in_an_argument_or_in_the_environment() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let listed = Command::new("ps").args(["-eo", "args"]).output().expect("ps");
    let arguments = String::from_utf8_lossy(&listed.stdout).into_owned();
    let token = std::fs::read_to_string(person.data().join("client/token")).unwrap_or_default();
    assert!(token.trim().is_empty() || !arguments.contains(token.trim()));
    // The link signs in once: it is shown to the person, never logged.
    let text = site.text();
    let link = text.lines().find_map(|line| line.split_whitespace().find(|word| word.starts_with("https://"))).expect("a link").to_owned();
    let secret = link.rsplit('/').next().expect("a path").to_owned();
    assert!(secret.len() >= 8, "{link}");
    assert!(!logs(&person.data()).contains(&secret), "the link is in a log");
}

#[test]
fn a_site_and_its_client_keep_no_memory_in_huge_pages() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let of_site = site.ready["pid"].to_string();
    let children = std::fs::read_to_string(format!("/proc/{of_site}/task/{of_site}/children")).expect("Linux");
    let processes: Vec<&str> = std::iter::once(of_site.as_str()).chain(children.split_whitespace()).collect();
    assert_eq!(processes.len(), 2, "a site and this machine's client: {processes:?}");
    for pid in processes {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
        let allowed = status.lines().find_map(|line| line.strip_prefix("THP_enabled:")).map(str::trim);
        assert_eq!(allowed, Some("0"), "{status}");
        // Root alone may read more: the process is not dumpable.
        let Ok(memory) = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
        let huge = memory.lines().find_map(|line| line.strip_prefix("AnonHugePages:")).map(str::trim);
        assert_eq!(huge, Some("0 kB"), "{memory}");
    }
}

#[test]
fn the_report_is_also_json() {
    let person = Person::new();
    let site = person.starts(&["up", "-o", "json"]);
    let began = Instant::now();
    let document: Value = loop {
        if let Ok(document) = serde_json::from_str(&site.text()) {
            break document;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{}", site.text());
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(document["apiVersion"], "provost/v1");
    assert_eq!(document["site"], "LAB");
    assert_eq!(document["facts"].as_array().map(Vec::len), Some(4), "{document:#}");
    assert!(document["facts"].as_array().expect("a list").iter().all(|fact| fact["state"] == "ok"), "{document:#}");
}

#[test]
fn this_machine_is_not_managed_when_the_settings_say_so() {
    let person = Person::new();
    person.write_settings("client = false\n");
    let site = person.starts(&["up"]);
    assert_eq!(good(&site.text()), ["database", "roles", "console"], "{}", site.text());
    assert!(site.text().contains("/welcome/"), "{}", site.text());
    assert_eq!(person.asks(&["client", "list"])["items"].as_array().map(Vec::len), Some(0));
}

#[test]
fn another_code_on_the_same_data_is_refused() {
    let person = Person::new();
    let (exit, _) = person.starts(&["site", "run", "--code", "P01"]).interrupted();
    assert_eq!(exit, 0);
    let printed = person.types(&["up", "--code", "P02"]);
    assert!(printed.err.starts_with("error[PV1010]: "), "{}", printed.err);
    let site = person.starts(&["site", "run"]);
    assert_eq!(person.asks(&["site", "show"])["code"], "P01");
    drop(site);
}
