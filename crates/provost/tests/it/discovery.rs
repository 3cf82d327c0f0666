//! Discovery by command line on a running site: set, seen, run against the lab's domain, and what was found shown.

mod failover;
mod faults;
mod kerberos;
mod story;

use crate::person::{Person, Printed};
use provost_domain::Timestamp;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

fn json(printed: &Printed) -> Value {
    serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{e}: {} {}", printed.out, printed.err))
}

/// Types what a refusal tells to type, word for word as a shell reads it, with this name, and this file of the password.
fn follows(person: &Person, refusal: &str, name: &str, password_file: &str) -> Printed {
    const COMMAND: &str = "provost account add NAME ";
    let rest = refusal.lines().find_map(|line| line.split_once(COMMAND)).unwrap_or_else(|| panic!("it names no command: {refusal}")).1;
    let words = run(std::process::Command::new("sh").args(["-c", &format!("printf '%s\\n' {rest}")])).expect("a shell reads it");
    let typed: Vec<&str> = ["account", "add", name].into_iter().chain(words.lines()).chain(["--password-file", password_file]).collect();
    person.types(&typed)
}

#[test]
fn locations_methods_forests_and_boundaries_are_entered_seen_and_removed() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let added = person.types(&["discovery", "add", "ad-system", "LDAP://ou=PCs, dc=Corp,DC=example,DC=test", "--inside-groups", "--no-recurse"]);
    assert_eq!(added.exit, 0, "{}", added.err);
    assert!(added.err.contains("--for ad-system-discovery --on OU=pcs,DC=corp,DC=example,DC=test"), "{}", added.err);
    for (arguments, code) in [
        (&["discovery", "add", "ad-system", "OU=PCs,DC=corp,DC=example,DC=test"][..], "PV7002"),
        (&["discovery", "add", "ad-system", "OU=PCs"], "PV7001"),
        (&["discovery", "add", "ad-user", "corp.example.test", "--group", "Admins"], "PV7001"),
        (&["discovery", "set", "ad-forest", "--delta-every", "5m"], "PV7003"),
        (&["discovery", "run", "ad-group"], "PV7003"),
        (&["discovery", "run", "ad-forest"], "PV7003"),
        (&["forest", "add", "corp"], "PV7008"),
        (&["forest", "publish", "on", "corp.example.test"], "PV1014"),
        (&["forest", "extend-schema", "corp.example.test", "--apply", "--yes"], "PV1014"),
        (&["boundary", "add", "ip-subnet", "192.168.0.0/16"], "PV7009"),
        (&["user", "show", "nobody"], "PV1014"),
        (&["usergroup", "show", "nobody"], "PV1014"),
    ] {
        let printed = person.types(arguments);
        assert!(printed.exit != 0 && printed.err.contains(code), "{arguments:?}: {}", printed.err);
    }
    let list = person.asks(&["discovery", "list"]);
    assert_eq!((&list["items"][0]["path"], &list["items"][0]["recurse"]), (&"OU=pcs,DC=corp,DC=example,DC=test".into(), &false.into()));
    let method = person.asks(&["discovery", "set", "ad-system", "--full-every", "1d", "--delta-every", "never", "--logged-on-within", "90"]);
    assert_eq!((&method["full_every"], &method["delta_every"], &method["logged_on_within_days"]), (&86_400.into(), &Value::Null, &90.into()));
    assert_eq!(person.asks(&["discovery", "show", "ad-system"])["logged_on_within_days"], 90);

    // Nobody said that the domain is trusted, and no account is bound: refused with the reason, before any connection.
    let refused = person.types(&["discovery", "run", "ad-system", "--wait"]);
    assert!(refused.exit == 5 && refused.err.contains("must be bound; nothing was tried"), "{} {}", refused.out, refused.err);
    let history = person.asks(&["discovery", "history"]);
    assert_eq!((&history["items"][0]["outcome"], &history["items"][0]["found"]), (&"refused-by-rule".into(), &0.into()));
    let command = "provost account add NAME --for ad-system-discovery --on OU=pcs,DC=corp,DC=example,DC=test";
    assert!(history["items"][0]["detail"].as_str().is_some_and(|detail| detail.ends_with(command)), "{history}");

    // Whoever does what it says is refused by that rule no more. Nobody answers for the domain here.
    let password = person.data().join("password").display().to_string();
    std::fs::write(&password, "a password").expect("a file");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).expect("nobody else's");
    let bound = follows(&person, &refused.err, "corp.example.test\\svc", &password);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    let tried = person.types(&["discovery", "run", "ad-system", "--wait", "-o", "json"]);
    assert_eq!(json(&tried)["items"][0]["outcome"], "unreachable", "{} {}", tried.out, tried.err);

    assert_eq!(person.types(&["boundary", "add", "ip-range", "192.168.0.0-192.168.255.255", "--description", "all of it"]).exit, 0);
    assert!(person.types(&["boundary", "add", "ip-range", "192.168.0.0-192.168.255.255"]).err.contains("PV7010"));
    let boundary = person.asks(&["boundary", "show", "1"]);
    assert_eq!(boundary["name"], "IP address range 192.168.0.0-192.168.255.255");
    assert_eq!(person.types(&["forest", "add", "Fabrikam.Example.Test"]).exit, 0);
    let forest = person.asks(&["forest", "show", "fabrikam.example.test"]);
    assert_eq!((&forest["trust"], &forest["publishing"]["state"]), (&"unknown".into(), &"off".into()));
    for not_allowed in [&["forest", "publish", "on", "fabrikam.example.test"][..], &["forest", "extend-schema", "fabrikam.example.test", "--apply", "--yes"]] {
        let refused = person.types(not_allowed);
        assert!(refused.err.contains("PV7014") && refused.err.contains("provost account allow publish-to-forest"), "{}", refused.err);
    }
    for remove in [&["boundary", "remove", "1"][..], &["forest", "remove", "fabrikam.example.test"], &["discovery", "remove", "1"]] {
        assert_eq!(person.types(remove).exit, 0, "{remove:?}");
        assert!(person.types(remove).err.contains("PV1014"), "{remove:?}");
    }
    assert!(person.types(&["discovery", "list"]).err.contains("discovery looks nowhere yet"));
    site.interrupted();
}

#[test]
fn a_domain_is_discovered_as_a_person_types_it() {
    let Some(lab) = Lab::of_this_run() else { return };
    let person = Person::new();
    let name_server = lab.dns_servers(&CORP)[0].ip().to_string();
    let site = person.starts(&["up", "--dns-servers", &name_server]);
    let authority = lab.authority().display().to_string();
    let unit = format!("OU=Provost,{}", CORP.base);
    // Nobody said that the forest is trusted: each is refused, and the refusal names the command that binds an account.
    let bind = |user: &str, method: &str| {
        let refused = person.types(&["discovery", "run", method, "--wait"]);
        assert!(refused.exit == 5 && refused.err.contains("must be bound; nothing was tried"), "{} {}", refused.out, refused.err);
        let password = lab.password_file(&CORP, user).display().to_string();
        let added = follows(&person, &refused.err, &format!("corp.example.test\\{user}"), &password);
        assert_eq!(added.exit, 0, "{} {}", refused.err, added.err);
    };
    for (method, user) in [("ad-user", "svc-ad-users"), ("ad-system", "svc-ad-systems"), ("ad-group", "svc-ad-groups")] {
        assert_eq!(person.types(&["discovery", "add", method, &unit, "--ca-file", &authority]).exit, 0);
        bind(user, method);
        let run = person.types(&["discovery", "run", method, "--wait", "-o", "json"]);
        let (one, told) = (&json(&run)["items"][0], run.err.to_lowercase());
        assert!(run.exit == 5 && told.contains("blocked   ou=sealed,ou=provost,dc=corp,dc=example,dc=test needs read"), "{} {}", run.out, run.err);
        assert!(one["account"].as_str().is_some_and(|account| account.contains(user)) && one["found"] == one["loaded"], "{one}");
    }
    let device = person.asks(&["device", "show", "SITE1"]);
    assert_eq!((&device["domain"], &device["accounts"][0]["name"]), (&"corp.example.test".into(), &"corp.example.test\\SITE1$".into()));
    let ada = person.asks(&["user", "show", "corp.example.test\\ada"]);
    let groups: Vec<&str> = ada["groups"].as_array().into_iter().flatten().filter_map(|group| group["name"].as_str()).collect();
    assert!(groups.contains(&"corp.example.test\\Site Operators") && groups.contains(&"corp.example.test\\Provost Administrators"), "{ada}");
    let members = person.asks(&["usergroup", "show", "Provost Administrators"])["members"].clone();
    assert!(members.as_array().is_some_and(|members| members.iter().any(|member| member["sid"] == ada["sid"] && member["direct"] == false)), "{members}");
    let paged = person.asks(&["user", "list", "--limit", "3"]);
    assert_eq!(paged["items"].as_array().map(Vec::len), Some(3));

    assert_eq!(person.types(&["discovery", "set", "ad-forest", "--subnet-boundaries", "yes", "--site-boundaries", "yes"]).exit, 0);
    assert_eq!(person.types(&["forest", "add", CORP.dns, "--ca-file", &authority]).exit, 0);
    bind("svc-ad-forest", "ad-forest");
    let run = person.types(&["discovery", "run", "ad-forest", "--wait", "-o", "json"]);
    assert_eq!((run.exit, &json(&run)["items"][0]["outcome"]), (0, &"succeeded".into()), "{} {}", run.out, run.err);
    assert_eq!(person.asks(&["forest", "show", CORP.dns])["domain_list"][0]["sid"], CORP.sid);
    let boundaries = person.types(&["boundary", "list", "-o", "csv"]);
    assert!(boundaries.out.contains("Active Directory site Default-First-Site-Name"), "{}", boundaries.out);
    site.interrupted();
}

#[test]
fn a_site_is_published_as_a_person_types_it() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let person = Person::new();
    let name_server = lab.dns_servers(&CORP)[0].ip().to_string();
    let site = person.starts(&["up", "--dns-servers", &name_server]);
    let does = |arguments: &[&str]| {
        let printed = person.types(arguments);
        assert_eq!(printed.exit, 0, "{arguments:?}: {} {}", printed.out, printed.err);
        printed
    };
    let bind = |user: &str| {
        let password = lab.password_file(&CORP, user).display().to_string();
        does(&["account", "add", &format!("corp.example.test\\{user}"), "--for", "ad-forest", "--on", CORP.dns, "--password-file", &password]);
    };
    does(&["forest", "add", CORP.dns, "--no-discovery", "--ca-file", &lab.authority().display().to_string()]);
    does(&["account", "allow", "publish-to-forest"]);

    // Nobody is bound, and nobody said that the forest is trusted.
    let refused = person.types(&["forest", "publish", "on", CORP.dns, "--wait"]);
    assert!(refused.exit == 5 && refused.out.contains("must be bound; nothing was tried"), "{} {}", refused.out, refused.err);

    let password = lab.password_file(&CORP, "svc-ad-forest").display().to_string();
    let bound = follows(&person, &refused.out, "corp.example.test\\svc-ad-forest", &password);
    assert_eq!(bound.exit, 0, "{} {}", refused.out, bound.err);

    // Who may not extend the schema is told what is missing; who may does it once.
    let extend = &["forest", "extend-schema", CORP.dns, "--apply", "--yes"][..];
    let refused = person.types(extend);
    assert!(refused.err.contains("PV7017") && refused.err.contains("\"Create attributeSchema objects\" on CN=Schema,"), "{}", refused.err);
    assert!(refused.err.contains("attributes to be added: mSSMSSiteCode"), "what would be done is shown first: {}", refused.err);
    does(&["account", "remove", "corp.example.test\\svc-ad-forest", "--for", "ad-forest", "--on", CORP.dns]);
    bind("Administrator");
    assert!(does(extend).out.contains("extended"));
    let again = person.types(extend);
    assert!(again.exit != 0 && again.err.contains("PV7017") && again.err.contains("the schema has mSSMSSiteCode"), "{} {}", again.out, again.err);

    let on = does(&["forest", "publish", "on", CORP.dns, "--wait", "-o", "json"]);
    let publishing = &json(&on)["publishing"];
    assert_eq!((&publishing["state"], &publishing["objects"]), (&"published".into(), &2.into()), "{}", on.out);
    assert!(publishing["account"].as_str().is_some_and(|account| account.contains("Administrator")), "{publishing}");
    assert!(does(&["forest", "list"]).out.contains("published"));
    does(&["boundary", "add", "ip-subnet", "192.0.2.0/24"]);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while person.asks(&["forest", "show", CORP.dns])["publishing"]["objects"] != 3 {
        assert!(std::time::Instant::now() < until, "a new boundary is not published");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let refused = person.types(&["forest", "remove", CORP.dns]);
    assert!(refused.err.contains("PV7015") && refused.err.contains("provost forest publish off"), "{}", refused.err);
    let off = does(&["forest", "publish", "off", CORP.dns, "--wait", "-o", "json"]);
    let publishing = &json(&off)["publishing"];
    assert_eq!((&publishing["state"], &publishing["outcome"], &publishing["objects"]), (&"off".into(), &"withdrawn".into(), &0.into()), "{}", off.out);

    let ledger = does(&["ledger", "list", "--limit", "200", "-o", "json"]).out;
    for act in
        ["forest.extend-schema", "forest.schema-extended", "forest.publish", "forest.published", "forest.withdraw", "forest.withdrawn", "publish-to-forest"]
    {
        assert!(ledger.contains(act), "{act}: {ledger}");
    }
    does(&["forest", "remove", CORP.dns]);
    site.interrupted();
}

/// The times that a text names.
fn times(text: &str) -> Vec<Timestamp> {
    text.split(|c: char| c.is_whitespace() || c == ';').filter_map(|word| word.trim_end_matches([':', ',', ')']).parse().ok()).collect()
}

/// A clock that is wrong is told with both times, is nobody's wrong password, and takes nothing away. The site is a process of
/// its own here, since Kerberos' library learns once a process where the controllers are.
#[test]
fn a_clock_ten_minutes_off_is_told_with_both_times_and_costs_nothing() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let person = Person::new();
    let name_server = lab.dns_servers(&CORP)[0].ip().to_string();
    let kerberos = lab.krb5_conf().display().to_string();
    let site = person.starts_with(&[("KRB5_CONFIG", &kerberos)], &["up", "--dns-servers", &name_server]);
    let unit = format!("OU=Provost,{}", CORP.base);
    // Without an authority that is pinned it is Kerberos, with sign and seal.
    assert_eq!(person.types(&["discovery", "add", "ad-user", &unit]).exit, 0);
    let password = lab.password_file(&CORP, "svc-ad-users").display().to_string();
    let bound = person.types(&["account", "add", "corp.example.test\\svc-ad-users", "--for", "ad-user-discovery", "--on", &unit, "--password-file", &password]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    let discovers = || {
        let run = person.types(&["discovery", "run", "ad-user", "--wait", "-o", "json"]);
        (json(&run)["items"][0].clone(), run.err)
    };
    let refusals = || {
        let state = run(lab.host("dc1").expect("a host").command("samba-tool").args(["user", "show", "svc-ad-users", "--attributes=badPwdCount"]));
        state.expect("the account").lines().find_map(|line| line.strip_prefix("badPwdCount: ").map(str::to_owned)).unwrap_or_else(|| "0".to_owned())
    };
    let known = || person.asks(&["user", "list", "--limit", "1000"])["items"].clone();
    let (before, told) = discovers();
    assert!(before["outcome"] == "blocked" && before["found"] == before["loaded"], "the sealed unit only: {before} {told}");
    let users = known();
    assert!(users.as_array().is_some_and(|users| users.len() > 20), "{users}");

    for seconds in [600, -600] {
        lab.skew_clock("dc1", seconds).expect("its clock is wrong");
        let (wrong, told) = discovers();
        assert_eq!(wrong["outcome"], "clock-skew", "{wrong} {told}");
        let detail = wrong["detail"].as_str().expect("what it said").to_owned();
        let [its, ours] = times(&detail)[..] else { panic!("two times, not: {detail}") };
        let apart = (its.as_micros() - ours.as_micros()) / 1_000_000;
        assert!(apart.signum() == seconds.signum() && (500..700).contains(&apart.abs()), "{apart} s: {detail}");
        assert!(detail.contains("the clock of dc1.corp.example.test says") && detail.contains("set the wrong one right"), "{detail}");
        assert!(told.contains(&detail), "whoever waits for it reads it: {told}");
        assert_eq!(known(), users, "nothing that was found is lost");
        assert_eq!(refusals(), "0", "the controller counts no wrong password");
    }

    lab.skew_clock("dc1", 0).expect("its clock is right");
    let (after, told) = discovers();
    assert_eq!((&after["outcome"], &after["found"]), (&before["outcome"], &before["found"]), "{after} {told}");
    // When they were discovered is newer now, and the account that looked has signed in since.
    let sids = |users: &Value| -> Vec<Value> { users.as_array().into_iter().flatten().map(|user| user["sid"].clone()).collect() };
    assert_eq!(sids(&known()), sids(&users));
    site.interrupted();
}
