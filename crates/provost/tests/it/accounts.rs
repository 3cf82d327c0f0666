//! Accounts by command line on a running site: bound, resolved, verified against real servers, and never shown again.

use crate::agent::{Agent, waits};
use crate::person::{Person, Printed};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

const MARKER: &str = "Zq7%40xW ümlaut 日本 9f";

fn binding(person: &Person, name: &str) -> Value {
    person.asks(&["account", "show", name])
}

fn add(person: &Person, arguments: &[&str]) -> Printed {
    person.pipes(&format!("{MARKER}\n"), &[&["account", "add"], arguments, &["--password-file", "-"]].concat())
}

#[test]
fn accounts_are_bound_shown_resolved_replaced_and_removed() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let printed = add(&person, &["corp.example.test\\svc-naa", "--for", "network-access"]);
    assert_eq!(printed.exit, 0, "{}", printed.err);
    assert!(printed.out.contains("will not show it again") && !printed.out.contains("Zq7"), "{}", printed.out);

    for (arguments, code) in [
        (&["svc-naa", "--for", "network-access"][..], "PV2002"),
        (&["CORP\\SVC-NAA", "--for", "domain-joining", "--on", "deploy/join"], "PV2003"),
        (&["CORP\\CM01$", "--for", "network-access"], "PV2005"),
        (&["corp.example.test\\svc", "--for", "management-point-connection"], "PV2006"),
        (&["corp.example.test\\svc-naa", "--for", "network-access"], "PV2007"),
        (&["bad/name", "--for", "network-access"], "PV2001"),
        (&["corp.example.test\\svc2", "--for", "network-acess"], "PV1014"),
    ] {
        let printed = add(&person, arguments);
        assert!(printed.exit != 0 && printed.err.contains(code), "{arguments:?}: {}", printed.err);
        assert!(!printed.err.contains("Zq7"), "{arguments:?}");
    }
    assert!(add(&person, &["corp.example.test\\svc2", "--for", "network-acess"]).err.contains("did you mean network-access"));
    assert!(add(&person, &["corp.example.test\\svc2", "--for", "ad-user"]).err.contains("did you mean ad-user-discovery?"), "a method's id");

    for n in 2..=10 {
        assert_eq!(add(&person, &[&format!("corp.example.test\\naa{n}"), "--for", "network-access"]).exit, 0);
    }
    assert!(add(&person, &["corp.example.test\\naa11", "--for", "network-access"]).err.contains("PV2004"));

    let resolved = person.asks(&["account", "resolve", "read-content"]);
    assert_eq!(resolved["attempts"].as_array().map(Vec::len), Some(1), "the network access account is off until somebody asks for it");
    assert_eq!(person.types(&["account", "allow", "read-content"]).exit, 0);
    let resolved = person.asks(&["account", "resolve", "read-content"]);
    assert_eq!(resolved["attempts"].as_array().map(Vec::len), Some(11));
    assert_eq!(resolved["attempts"][0]["identity"], "client-computer");

    let untrusted = person.types(&["account", "resolve", "discover-forest", "--for", "fabrikam.example.test"]);
    assert!(untrusted.exit == 5 && untrusted.out.contains("PV2009") && untrusted.out.contains("provost trust add"), "{}", untrusted.out);
    assert_eq!(person.types(&["trust", "add", "fabrikam.example.test", "--forest", "fabrikam.example.test", "--trust", "trusted-forest"]).exit, 0);
    let trusted = person.asks(&["account", "resolve", "discover-forest", "--for", "fabrikam.example.test"]);
    assert_eq!(trusted["attempts"][0]["identity"], "site-server-computer");

    let before = binding(&person, "corp.example.test\\svc-naa");
    let set = person.pipes("another\n", &["account", "set", "corp.example.test\\svc-naa", "--password-file", "-"]);
    assert!(set.exit == 0 && set.err.contains("locks this account out"), "{}", set.err);
    let after = binding(&person, "corp.example.test\\svc-naa");
    assert_eq!((before["secret"]["version"].as_i64(), after["secret"]["version"].as_i64()), (Some(1), Some(2)));

    assert_eq!(person.types(&["site", "rekey"]).exit, 0);
    assert_ne!(binding(&person, "corp.example.test\\svc-naa")["secret"]["key"], after["secret"]["key"]);

    assert_eq!(person.types(&["account", "remove", "corp.example.test\\naa2"]).exit, 0);
    assert!(person.types(&["account", "show", "corp.example.test\\naa2"]).err.contains("PV2008"));
    let ledger = person.asks(&["ledger", "verify"]);
    assert!(ledger.to_string().contains("true") || ledger["intact"] == true, "{ledger}");
    drop(site);
}

#[test]
fn a_password_is_taken_from_prompt_file_or_standard_input_only() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let name = "corp.example.test\\svc";
    let argument = person.types(&["account", "add", name, "--for", "network-access", "--password", "secret"]);
    assert!(argument.exit == 2 && argument.err.contains("PV2101") && !argument.err.contains("secret\n"), "{}", argument.err);
    let none = person.types(&["account", "add", name, "--for", "network-access"]);
    assert!(none.exit == 2 && none.err.contains("--password-file"), "there is no terminal to ask on: {}", none.err);

    let file = person.data().parent().expect("a home").join("password");
    let path = file.display().to_string();
    let add = |content: &str, mode: u32| {
        std::fs::write(&file, content).expect("a file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("a mode");
        person.types(&["account", "add", name, "--for", "network-access", "--password-file", &path])
    };
    for mode in [0o644, 0o640, 0o604] {
        let printed = add("secret\n", mode);
        assert!(printed.exit == 2 && printed.err.contains("PV2102") && printed.err.contains("chmod 600"), "{mode:o}: {}", printed.err);
    }
    for content in ["", "\n", "two\nlines\n", &"x".repeat(257), "nul\0"] {
        let printed = add(content, 0o600);
        assert!(printed.exit != 0 && printed.err.contains("PV2103"), "{content:?}: {}", printed.err);
    }
    let printed = add(&format!("\u{feff}{MARKER}\r\n"), 0o600);
    assert_eq!(printed.exit, 0, "{}", printed.err);
    drop(site);
}

#[test]
fn verify_says_what_it_saw_and_a_waiver_lasts_until_its_end() {
    let (Ok(address), Ok(ca)) = (std::env::var("PROVOST_TEST_SMTP"), std::env::var("PROVOST_TEST_SMTP_CA")) else {
        assert!(std::env::var_os("CI").is_none(), "in CI the tests talk to a real SMTP server");
        eprintln!("\n*** SKIPPED: PROVOST_TEST_SMTP is not set; see tests/servers/smtp.sh ***\n");
        return;
    };
    let passwords = std::fs::read_to_string(std::env::var("PROVOST_TEST_SMTP_PASSWORDS").expect("a variable")).expect("a file");
    let password = |user: &str| passwords.lines().find_map(|line| line.strip_prefix(user)?.strip_prefix(":{PLAIN}")).expect("an account").to_owned();
    let person = Person::new();
    let site = person.starts(&["up"]);
    let alerts = "alerts@corp.example.test";
    let set = person.types(&["mail", "set", &address, "--sender", alerts, "--ca-file", &ca]);
    assert_eq!(set.exit, 0, "{}", set.err);
    let add = ["account", "add", alerts, "--for", "smtp-server-connection", "--principal-kind", "service-user", "--password-file", "-"];
    assert_eq!(person.pipes(&password(alerts), &add).exit, 0);
    let verified = person.types(&["verify"]);
    assert!(verified.exit == 0 && verified.err.contains("1 proved"), "{}{}", verified.out, verified.err);
    assert!(verified.err.contains("provost site profile hardened"), "who reads it is told what was not checked: {}", verified.err);
    assert_eq!(binding(&person, alerts)["standing"], "proved");

    // The server is told another sender: the account may not send as that one.
    assert_eq!(person.types(&["mail", "set", &address, "--sender", "other@corp.example.test", "--ca-file", &ca]).exit, 0);
    let verified = person.types(&["verify", alerts]);
    assert!(verified.exit == 5 && verified.out.contains("FAIL") && verified.err.contains("1 blocked"), "{}{}", verified.out, verified.err);
    let blocked = person.types(&["account", "resolve", "send-alert-mail"]);
    assert!(blocked.exit == 5 && blocked.out.contains("PV2013") && blocked.out.contains(&format!("provost verify {alerts}")), "{}", blocked.out);
    let check = "needs:send-mail@mail-server";
    let short = person.types(&["verify", "waive", alerts, check, "--until", "2027-06-30", "--reason", "short"]);
    assert!(short.err.contains("PV2304"), "{}", short.err);
    let passed = person.types(&["verify", "waive", alerts, "needs:sign-in", "--until", "2027-06-30", "--reason", "the sender is being moved"]);
    assert!(passed.err.contains("PV2304"), "what passed is not waived: {}", passed.err);
    assert_eq!(person.types(&["verify", "waive", alerts, check, "--until", "2027-06-30", "--reason", "the sender is being moved"]).exit, 0);
    let verified = person.types(&["verify", alerts]);
    assert!(verified.exit == 0 && verified.out.contains("waived") && verified.err.contains("1 not proved"), "{}{}", verified.out, verified.err);
    assert_eq!(person.types(&["verify", "unwaive", alerts, check]).exit, 0);
    assert_eq!(person.types(&["verify", alerts]).exit, 5);
    // A password that is refused: it is not tried again, and nothing is better for that.
    assert_eq!(person.pipes("another password", &["account", "set", alerts, "--password-file", "-"]).exit, 0);
    for told in ["wrong", "not tried, so that nobody is locked out"] {
        let verified = person.types(&["verify", alerts]);
        assert!(verified.exit == 5 && verified.out.contains(told) && verified.err.contains("1 blocked"), "{told}: {}{}", verified.out, verified.err);
    }
    let uses = person.asks(&["account", "uses", alerts]);
    assert!(uses["items"].as_array().is_some_and(|items| items.len() >= 4), "each sign-in is written down: {uses}");
    drop(site);
}

/// The embedded database has no logins, and nobody falls back to another identity in silence.
#[test]
fn a_management_point_whose_account_the_embedded_database_cannot_take_says_so_and_sends_no_client_away() {
    let (person, agent) = (Person::new(), Agent::new());
    let site = person.starts(&["up", "--client", "false", "--code", "LAB"]);
    let token = person.asks(&["client", "token"])["token"].as_str().expect("a token").to_owned();
    let running = agent.starts(&person, &site, Some(&token));
    agent.waits_at_rest(&person);
    drop(running);
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux").trim().to_owned();
    let bound = add(&person, &["svc_mp", "--for", "management-point-connection", "--on", &host]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    let warned = ["warning[PV2302]: svc_mp cannot be used on this site", "has no logins", "  state  it is bound", "provost account remove 'svc_mp'"];
    assert!(warned.iter().all(|part| bound.err.contains(part)), "{}", bound.err);
    let verified = person.types(&["verify", "svc_mp", "--fail-on", "never"]);
    assert!(verified.out.contains("remove it, or move the site to PostgreSQL"), "{}", verified.out);
    let registered = person.asks(&["client", "list"])["items"][0]["registered_at"].clone();
    assert_eq!(site.interrupted().0, 0);

    let site = person.starts(&["up", "--client", "false"]);
    let text = site.text();
    assert!(text.lines().any(|line| line == "  ok  roles      site server, provider"), "{text}");
    let told = text.lines().find(|line| line.starts_with("  !!  roles      management point: ")).unwrap_or_else(|| panic!("{text}"));
    assert!(told.contains("as svc_mp: ") && told.contains("provost account remove 'svc_mp'"), "{told}");
    let role = || person.asks(&["role", "list"])["items"].as_array().expect("a list").iter().find(|r| r["name"] == "management-point").cloned();
    let failing = role().expect("the role");
    assert!(failing["state"] == "failing" && failing["reason"].as_str().is_some_and(|reason| reason.contains("'svc_mp'")), "{failing}");
    let running = agent.starts_again();
    agent.waits(&person, "it is told to wait, and not that nobody knows it", |s| s["problem"].as_str().is_some_and(|problem| problem.contains("PV3020")));

    let removed = person.types(&["account", "remove", "svc_mp"]);
    assert_eq!(removed.exit, 0, "{}", removed.err);
    waits(&person, "the management point runs, without a restart", || role().expect("the role")["state"] == "running");
    assert_eq!(role().expect("the role")["reason"], "");
    agent.waits_at_rest(&person);
    drop(running);
    let clients = person.asks(&["client", "list"]);
    assert_eq!((clients["items"].as_array().map(Vec::len), &clients["items"][0]["registered_at"]), (Some(1), &registered));
    assert_eq!(site.interrupted().0, 0);
}
