//! Where controllers are for Kerberos: where the site's own name servers tell, unless whoever starts it names a configuration.

use super::json;
use crate::name_server::NameServer;
use crate::person::Person;
use provost_broker::directory::Place;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_lab::wait::eventually;
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

/// Has users of a domain looked for by Kerberos: without an authority that is pinned nothing else is spoken.
fn looks_in(person: &Person, lab: &Lab, domain: &Domain) {
    let password = lab.password_file(domain, "svc-ad-users").display().to_string();
    looks(person, domain, "ad-user", "svc-ad-users", &password);
}

fn looks(person: &Person, domain: &Domain, method: &str, user: &str, password_file: &str) {
    let unit = format!("OU=Provost,{}", domain.base);
    assert_eq!(person.types(&["discovery", "add", method, &unit]).exit, 0);
    let (account, kind) = (format!("{}\\{user}", domain.dns), format!("{method}-discovery"));
    let bound = person.types(&["account", "add", &account, "--for", &kind, "--on", &unit, "--password-file", password_file]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
}

/// The runs for users, one for each location.
fn discovers(person: &Person) -> Vec<Value> {
    runs(person, "ad-user")
}

fn runs(person: &Person, method: &str) -> Vec<Value> {
    let run = person.types(&["discovery", "run", method, "--wait", "-o", "json"]);
    json(&run)["items"].as_array().cloned().unwrap_or_else(|| panic!("{} {}", run.out, run.err))
}

#[test]
fn controllers_of_every_realm_are_found_by_the_name_servers_of_the_site() {
    let Some(lab) = Lab::of_this_run() else { return };
    let (person, names) = (Person::new(), NameServer::start(&lab));
    let keytab = lab.keytab(&CORP, "site1").expect("a keytab").display().to_string();
    let address = names.address.to_string();
    let site = person.starts(&["up", "--dns-servers", &address, "--keytab", &keytab, "--kerberos-service", "HTTP@site1.corp.example.test"]);
    let file = person.data().join("run/krb5.conf");
    for domain in [&CORP, &FABRIKAM] {
        looks_in(&person, &lab, domain);
    }
    let runs = discovers(&person);
    assert_eq!(runs.len(), 2, "{runs:?}");
    for run in &runs {
        // There is one unit that it may not read, and it is there to be blocked: everything else was read.
        assert!(run["outcome"] == "blocked" && run["found"] == run["loaded"] && run["found"].as_i64() > Some(20), "{run}");
    }
    let told = std::fs::read_to_string(&file).expect("a configuration");
    for (domain, controller) in [(&CORP, "dc1"), (&FABRIKAM, "dc3")] {
        let section = format!("    {} = {{\n        kdc = {}:88\n    }}\n", domain.realm, lab.address(controller).expect("an address"));
        assert!(told.contains(&section), "{section}{told}");
    }

    // Who asks the controllers themselves by SMB finds them likewise, and so does a person's sign-in by password.
    assert_eq!(person.types(&["site", "profile", "hardened"]).exit, 0);
    person.types(&["verify", "corp.example.test\\svc-ad-users"]);
    let ledger = person.asks(&["ledger", "list", "--limit", "100"])["items"].clone();
    let by_smb = |entry: &&Value| entry["object"] == "smb://dc1.corp.example.test";
    let opened = ledger.as_array().and_then(|entries| entries.iter().find(by_smb)).unwrap_or_else(|| panic!("{ledger:#}"));
    assert_eq!(opened["detail"]["outcome"], "succeeded", "{opened:#}");
    let ada = person.asks(&["user", "show", "corp.example.test\\ada"]);
    assert_eq!(person.types(&["admin", "add", "ada@corp.example.test", "--sid", ada["sid"].as_str().expect("a SID")]).exit, 0);
    assert_eq!(person.types(&["forest", "add", CORP.dns, "--no-discovery"]).exit, 0);
    let server = format!("https://{}", site.ready["console"].as_str().expect("an address"));
    let fingerprint = person.asks(&["site", "show"])["console_fingerprint"].as_str().expect("a fingerprint").to_owned();
    let password = lab.password_file(&CORP, "ada").display().to_string();
    let sign_in = ["admin", "sign-in", "ada@corp.example.test", "--password-file", &password, "--server", &server, "--fingerprint", &fingerprint];
    let signed_in = person.types(&sign_in);
    assert_eq!(signed_in.exit, 0, "{}", signed_in.err);
    site.interrupted();
}

#[test]
fn a_configuration_that_whoever_starts_the_site_names_is_the_truth_and_stays_as_it_is() {
    let Some(lab) = Lab::of_this_run() else { return };
    let (person, names) = (Person::new(), NameServer::start(&lab));
    let file = person.data().with_file_name("krb5.conf");
    // Nobody answers there; the name servers know better, and are not asked.
    let text = format!("[libdefaults]\n    dns_lookup_kdc = false\n[realms]\n    {} = {{\n        kdc = 127.0.0.1:1\n    }}\n", CORP.realm);
    std::fs::write(&file, &text).expect("a file");
    let named = file.display().to_string();
    let site = person.starts_with(&[("KRB5_CONFIG", &named)], &["up", "--dns-servers", &names.address.to_string()]);
    looks_in(&person, &lab, &CORP);
    let runs = discovers(&person);
    assert_eq!(runs[0]["outcome"], "unreachable", "{runs:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
    assert!(!person.data().join("run/krb5.conf").exists(), "there is none of the site's own");
    site.interrupted();
}

/// What one controller enters in DNS reaches the other a little later.
fn both_are_known_everywhere(lab: &Lab) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for server in lab.dns_servers(&CORP) {
        let place = Place { dns_domain: CORP.dns.to_owned(), dns_servers: vec![server], ..Place::default() };
        let knows_both = || runtime.block_on(place.ticket_servers()).is_ok_and(|known| known.len() == 2);
        eventually("that a name server knows both", Duration::from_secs(60), knows_both).expect("it is told");
    }
}

#[test]
fn a_controller_that_is_gone_is_passed_over_and_a_wrong_password_counts_once() {
    let Some(lab) = OwnLab::beside(&["dc1", "dc2"]) else { return };
    both_are_known_everywhere(&lab);
    let person = Person::new();
    let name_servers: Vec<String> = lab.dns_servers(&CORP).iter().map(|server| server.ip().to_string()).collect();
    let site = person.starts(&["up", "--dns-servers", &name_servers.join(",")]);
    looks_in(&person, &lab, &CORP);
    let before = discovers(&person);
    assert_eq!(before[0]["outcome"], "blocked", "{before:?}");
    let told = std::fs::read_to_string(person.data().join("run/krb5.conf")).expect("a configuration");
    for controller in ["dc1", "dc2"] {
        assert!(told.contains(&format!("        kdc = {}:88\n", lab.address(controller).expect("an address"))), "{controller} {told}");
    }

    let wrong = person.data().with_file_name("wrong");
    std::fs::write(&wrong, "no password of theirs").expect("a file");
    std::fs::set_permissions(&wrong, Permissions::from_mode(0o600)).expect("of ours alone");
    looks(&person, &CORP, "ad-system", "svc-ad-systems", &wrong.display().to_string());
    let refused = runs(&person, "ad-system");
    assert_eq!(refused[0]["outcome"], "wrong-password", "{refused:?}");
    let counted = |host: &str| -> u32 {
        let state = run(lab.host(host).expect("a host").command("samba-tool").args(["user", "show", "svc-ad-systems", "--attributes=badPwdCount"]));
        let state = state.expect("the account");
        state.lines().find_map(|line| line.strip_prefix("badPwdCount: ")?.parse().ok()).unwrap_or_default()
    };
    assert_eq!(counted("dc1") + counted("dc2"), 1, "of all controllers that are known one was asked");

    lab.stop_servers("dc1").expect("it is gone");
    let after = discovers(&person);
    assert_eq!((&after[0]["outcome"], &after[0]["found"]), (&before[0]["outcome"], &before[0]["found"]), "{after:?}");
    assert_eq!(after[0]["domain_controller"], "dc2.corp.example.test", "{after:?}");
    site.interrupted();
}
