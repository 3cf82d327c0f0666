//! People of a directory: the lab's domain controllers say who they are and in which groups.

use crate::exchange::{Answer, form, get, with_document};
use crate::seed::PASSWORD;
use crate::site::Site;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use provost_kerberos::{Acceptor, Credential, Initiator, Mechanism};
use provost_lab::change::Change;
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use provost_provider::Tickets;
use serde_json::json;

const SERVICE: &str = "HTTP@site1.corp.example.test";
const COMPUTER: &str = "SITE1$@CORP.EXAMPLE.TEST";
const GROUP: &str = "corp.example.test\\Provost Administrators";

/// A site that checks tickets with the keytab of site1.
fn site(lab: &Lab) -> Site {
    Site::with_tickets(Tickets { keytab: lab.keytab(&CORP, "site1").expect("a keytab"), service: SERVICE.to_owned(), computer: Some(COMPUTER.to_owned()) })
}

/// A ticket for the site, as a browser fetches one.
fn ticket(lab: &Lab, person: &str) -> Vec<u8> {
    let credential = Credential::with_password(&format!("{person}@{}", CORP.realm), lab.password(&CORP, person).as_bytes()).expect("a credential");
    Initiator::new(&credential, SERVICE, Mechanism::Spnego).expect("an initiator").step(None).expect("a step").token.expect("a token")
}

/// The domain-local group that Ada is in by way of another.
fn group(lab: &Lab) -> String {
    let groups = |person: &str| {
        let mut acceptor = Acceptor::new(&lab.keytab(&CORP, "site1").expect("a keytab"), None).expect("an acceptor");
        acceptor.step(&ticket(lab, person)).expect("a step").membership.expect("groups").groups
    };
    let others = groups("ben");
    groups("ada").into_iter().filter(|group| !others.contains(group)).max_by_key(provost_sd::Sid::rid).expect("a group").to_string()
}

fn add(site: &Site, name: &str, sid: Option<&str>) -> Answer {
    site.as_owner(with_document(Method::POST, "/api/v1/people", &json!({ "name": name, "sid": sid })))
}

fn sign_in(site: &Site, name: &str, password: &str) -> Answer {
    site.ask(with_document(Method::POST, "/api/v1/session", &json!({ "name": name, "password": password })))
}

fn negotiate(site: &Site, ticket: &[u8]) -> Answer {
    site.ask(with_document(Method::POST, "/api/v1/session/negotiate", &json!({})).with("authorization", format!("Negotiate {}", STANDARD.encode(ticket))))
}

#[test]
fn a_member_of_a_nested_group_signs_in_by_password_and_everybody_else_is_told_why_not() {
    let Some(lab) = Lab::of_this_run() else { return };
    let site = site(&lab);
    assert_eq!(sign_in(&site, "ada@corp.example.test", &lab.password(&CORP, "ada")).rule(), "PV5016", "nobody was added");
    assert_eq!(add(&site, GROUP, Some(&group(&lab))).status, 200);

    let answer = sign_in(&site, "ada@corp.example.test", &lab.password(&CORP, "ada"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    let me = site.ask(get("/api/v1/whoami").bearer(&token)).json();
    assert_eq!(me["name"], "corp.example.test\\ada");
    assert_eq!(site.ask(get("/api/v1/people").bearer(&token)).status, 200, "a full administrator");
    assert_eq!(site.newest_acts(1), [("corp.example.test\\ada".to_owned(), "session.begin".to_owned(), "corp.example.test\\ada".to_owned())]);
    assert_eq!(sign_in(&site, "corp.example.test\\ADA", &lab.password(&CORP, "ada")).status, 200);

    for (name, password, status, rule) in [
        ("ben@corp.example.test", lab.password(&CORP, "ben"), 403, "PV5016"),
        ("ada@corp.example.test", "another password".to_owned(), 401, "PV5003"),
        ("nobody@corp.example.test", "another password".to_owned(), 401, "PV5003"),
        ("emil@corp.example.test", lab.password(&CORP, "emil"), 401, "PV5003"),
        ("carla@corp.example.test", lab.password(&CORP, "carla"), 401, "PV5003"),
        ("EMIL\\ada", "x".to_owned(), 401, "PV5003"),
    ] {
        let answer = sign_in(&site, name, &password);
        assert_eq!((answer.status, answer.rule().as_str()), (status, rule), "{name}: {}", answer.body);
        let error = &answer.json()["error"];
        for part in ["message", "cause", "state", "fix"] {
            assert!(error[part].as_str().is_some_and(|text| !text.is_empty()), "{part}: {error}");
        }
        assert!(!answer.body.contains(&password) || password == "x", "no password is given back");
    }
    assert_eq!(sign_in(&site, "ada", PASSWORD).status, 200, "people of the site sign in as before");

    // Whoever is let in by the group is out with it.
    let path = format!("/api/v1/people/{}", GROUP.replace('\\', "%5C").replace(' ', "%20"));
    assert_eq!(site.as_owner(with_document(Method::DELETE, path, &json!({}))).status, 200);
    assert_eq!(site.ask(get("/api/v1/whoami").bearer(&token)).rule(), "PV5004");
}

#[test]
fn a_ticket_signs_in_once() {
    let Some(lab) = Lab::of_this_run() else { return };
    let site = site(&lab);
    assert_eq!(add(&site, GROUP, Some(&group(&lab))).status, 200);
    let asked = site.ask(with_document(Method::POST, "/api/v1/session/negotiate", &json!({})));
    assert_eq!((asked.status, asked.header("www-authenticate")), (401, "Negotiate"));

    let ticket_of_ada = ticket(&lab, "ada");
    let answer = negotiate(&site, &ticket_of_ada);
    assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some("corp.example.test\\ada")), "{}", answer.body);
    assert!(answer.header("www-authenticate").starts_with("Negotiate "), "the site proves itself");
    let again = negotiate(&site, &ticket_of_ada);
    assert_eq!((again.status, again.rule().as_str()), (401, "PV5017"), "{}", again.body);
    assert!(again.body.contains("used before"), "{}", again.body);
    let ben = negotiate(&site, &ticket(&lab, "ben"));
    assert_eq!((ben.status, ben.rule().as_str()), (403, "PV5016"), "{}", ben.body);
    assert_eq!(negotiate(&site, b"NTLMSSP\0\x01\0\0\0").rule(), "PV5017");
    let over_socket = with_document(Method::POST, "/api/v1/session/negotiate", &json!({})).with("authorization", "Negotiate AAAA");
    assert_eq!(site.as_owner(over_socket).rule(), "PV5009", "over TLS only");
}

#[test]
fn the_console_takes_tickets_and_passwords_of_the_directory() {
    let Some(lab) = Lab::of_this_run() else { return };
    let site = site(&lab);
    assert_eq!(add(&site, GROUP, Some(&group(&lab))).status, 200);
    let page = site.ask(get("/sign-in?back=/devices"));
    assert!(page.body.contains("/sign-in/negotiate?back="), "{}", page.body);
    let asked = site.ask(get("/sign-in/negotiate?back=/devices"));
    assert_eq!((asked.status, asked.header("www-authenticate")), (401, "Negotiate"));
    assert!(asked.body.contains("action=\"/sign-in\""), "whoever has no ticket sees the form");

    let with_ticket = |ticket: &[u8]| site.ask(get("/sign-in/negotiate?back=/devices").with("authorization", format!("Negotiate {}", STANDARD.encode(ticket))));
    let answer = with_ticket(&ticket(&lab, "ada"));
    assert_eq!((answer.status, answer.header("location")), (303, "/devices"), "{}", answer.body);
    let cookie = answer.header("set-cookie").trim_start_matches("__Host-provost=").split(';').next().expect("a token").to_owned();
    // A browser may go on sending tickets.
    let me = site.ask(get("/me").cookie(&cookie).with("authorization", "Negotiate AAAA"));
    assert_eq!(me.status, 200);
    assert!(me.body.contains("corp.example.test\\ada") && !me.body.contains("new-password"), "the password is the directory's");
    assert!(site.ask(get("/people").cookie(&cookie)).body.contains("Provost Administrators"));
    let ben = with_ticket(&ticket(&lab, "ben"));
    assert!(ben.status == 403 && ben.body.contains("PV5016"), "{}", ben.body);

    let password = lab.password(&CORP, "ada");
    let answer = site.ask(form("/sign-in", &[("name", "ada@corp.example.test"), ("password", &password), ("back", "/")]));
    assert_eq!(answer.status, 303, "{}", answer.body);
    let answer = site.ask(form("/sign-in", &[("name", "ben@corp.example.test"), ("password", &lab.password(&CORP, "ben")), ("back", "/")]));
    assert!(answer.status == 403 && answer.body.contains("PV5016"), "{}", answer.body);
}

#[test]
fn without_a_keytab_nobody_of_a_directory_signs_in_and_names_that_nobody_found_are_not_added() {
    let site = Site::start();
    assert_eq!(sign_in(&site, "ada@corp.example.test", PASSWORD).rule(), "PV5015");
    assert_eq!(negotiate(&site, b"\x60\x01").rule(), "PV5015");
    assert!(!site.ask(get("/sign-in")).body.contains("/sign-in/negotiate"));
    assert_eq!(add(&site, "corp.example.test\\Nobody", None).rule(), "PV5018");
    assert_eq!(add(&site, "corp.example.test\\ada", Some("S-1-x")).status, 400);
    assert_eq!(add(&site, "ada@corp.example.test", Some("S-1-5-21-1-2-3-1105")).json()["object"], "corp.example.test\\ada");
    for bare in ["Domain Admins", "CORP\\ada"] {
        let refused = add(&site, bare, Some("S-1-5-21-1-2-3-512"));
        assert_eq!(refused.rule(), "PV5009", "it could not be removed by that name");
        assert!(refused.body.contains("DNS name of its domain"), "{}", refused.body);
    }
    assert_eq!(add(&site, "corp.example.test\\other", Some("S-1-5-21-1-2-3-1105")).rule(), "PV5010");
    // The console's form takes what the command line takes.
    let by_form = |sid: &str| site.ask(form("/people", &[("name", "corp.example.test\\Operators"), ("sid", sid)]).cookie(&site.session()));
    assert!(by_form("").body.contains("PV5018"), "nobody found it");
    let added = by_form(" S-1-5-21-1-2-3-1200 ");
    assert_eq!((added.status, added.header("location")), (303, "/people?done=add-person"), "{}", added.body);
}

/// A site whose keytab nobody needs: no ticket gets so far.
fn without_a_directory() -> Site {
    Site::with_tickets(Tickets { keytab: "/nowhere".into(), service: SERVICE.to_owned(), computer: None })
}

#[test]
fn nobody_chooses_whom_the_site_asks() {
    let site = without_a_directory();
    site.made.bind_accounts().expect("bound accounts");
    let asked_for_nothing = |name: &str| {
        let refused = sign_in(&site, name, "x");
        // Were a domain controller looked for, the answer would be that none is there.
        assert_eq!((refused.status, refused.rule().as_str()), (401, "PV5003"), "{name}: {}", refused.body);
        refused.body
    };
    let strange = asked_for_nothing("user@evil.example");
    let own = asked_for_nothing("svc-push@corp.example.test");
    assert_eq!(strange, own, "which accounts the site has cannot be found out");
    asked_for_nothing("CORP.example.test\\SVC-PUSH");
    assert_eq!(sign_in(&site, "svc-push@CORP.EXAMPLE.TEST", "x").rule(), "PV5008", "one account, however it is written");
    assert!(site.newest_acts(1).iter().any(|(_, act, object)| act == "session.hold" && object == "svc-push@corp.example.test"));
}

#[test]
fn an_address_waits_whatever_domains_it_tries() {
    let site = without_a_directory();
    for n in 0..20 {
        assert_eq!(sign_in(&site, if n % 2 == 0 { "ada@" } else { "SHORT\\ada" }, "x").status, 401, "{n}");
    }
    assert_eq!(sign_in(&site, "ada@corp.example.test", "x").status, 429);
}

#[test]
fn a_ticket_is_asked_for_on_pages_of_this_site_only() {
    let site = without_a_directory();
    for own in
        [get("/sign-in/negotiate"), get("/sign-in/negotiate").with("sec-fetch-site", "none"), get("/sign-in/negotiate").with("sec-fetch-site", "same-origin")]
    {
        let asked = site.ask(own);
        assert_eq!((asked.status, asked.header("www-authenticate")), (401, "Negotiate"));
    }
    for elsewhere in ["cross-site", "same-site", "?"] {
        let shown = site.ask(get("/sign-in/negotiate").with("sec-fetch-site", elsewhere));
        assert_eq!((shown.status, shown.header("www-authenticate")), (200, ""), "{elsewhere}");
        assert!(shown.body.contains("action=\"/sign-in\""));
    }
    let signed_in = site.ask(get("/sign-in/negotiate?back=/devices").cookie(&site.session()));
    assert_eq!((signed_in.status, signed_in.header("location")), (303, "/"));
}

/// A person of this test's own, in a group of its own that is an administrative user, and signed in.
struct SignedIn {
    site: Site,
    person: String,
    group: String,
    token: String,
}

fn signed_in(lab: &Lab, name: &str) -> SignedIn {
    let person = format!("{name}{}", std::process::id());
    let (dn, group) = (format!("CN={person},OU=People,OU=Provost,{}", CORP.base), format!("CN={person}-admins,OU=Groups,OU=Provost,{}", CORP.base));
    let password = "p%40 Presence-1";
    let user = json!({ "objectClass": "user", "sAMAccountName": person, "userAccountControl": "512", "unicodePwd": password });
    let admins = json!({ "objectClass": "group", "sAMAccountName": format!("{person}-admins"), "groupType": "-2147483646", "member": dn });
    lab.change(&CORP, &[Change::add(&dn, user), Change::add(&group, admins)]).expect("changed");
    let others = with_ticket(lab, "ben", &lab.password(&CORP, "ben"));
    let sid = with_ticket(lab, &person, password).into_iter().find(|sid| !others.contains(sid)).expect("a group").to_string();
    let site = site(lab);
    assert_eq!(add(&site, &format!("corp.example.test\\{person}-admins"), Some(&sid)).status, 200);
    let answer = sign_in(&site, &format!("{person}@corp.example.test"), password);
    assert_eq!(answer.status, 200, "{}", answer.body);
    SignedIn { site, person: dn, group, token: answer.json()["token"].as_str().expect("a token").to_owned() }
}

fn with_ticket(lab: &Lab, person: &str, password: &str) -> Vec<provost_sd::Sid> {
    let credential = Credential::with_password(&format!("{person}@{}", CORP.realm), password.as_bytes()).expect("a credential");
    let token = Initiator::new(&credential, SERVICE, Mechanism::Spnego).expect("an initiator").step(None).expect("a step").token.expect("a token");
    let mut acceptor = Acceptor::new(&lab.keytab(&CORP, "site1").expect("a keytab"), None).expect("an acceptor");
    acceptor.step(&token).expect("a step").membership.expect("groups").groups
}

impl SignedIn {
    fn whoami(&self) -> String {
        let answer = self.site.ask(get("/api/v1/whoami").bearer(&self.token));
        if answer.status == 200 { answer.json()["name"].as_str().expect("a name").to_owned() } else { answer.rule() }
    }

    fn ended_because(&self) -> String {
        let newest = self.site.newest_acts(1);
        assert_eq!(newest[0].1, "session.end", "{newest:?}");
        self.site.as_owner(get("/api/v1/ledger?limit=100")).body
    }

    fn remove(&self, lab: &Lab) {
        lab.change(&CORP, &[Change::Delete { dn: self.group.clone() }, Change::Delete { dn: self.person.clone() }]).expect("changed");
    }
}

#[test]
fn whoever_is_taken_out_of_the_group_or_disabled_is_out_within_minutes() {
    let Some(lab) = Lab::of_this_run() else { return };
    let group = signed_in(&lab, "leaver");
    let disabled = signed_in(&lab, "disabled");
    let replaced = lab.change(
        &CORP,
        &[
            Change::replace(&group.group, json!({ "member": format!("CN=Ben Ordinary,OU=People,OU=Provost,{}", CORP.base) })),
            Change::replace(&disabled.person, json!({ "userAccountControl": "514" })),
        ],
    );
    replaced.expect("changed");
    for (who, why) in [(&group, "administrative user who let them in"), (&disabled, "ask who that is now")] {
        who.site.later(299);
        assert!(who.whoami().starts_with("corp.example.test"), "what the ticket said is believed for five minutes");
        who.site.later(1);
        assert_eq!(who.whoami(), "PV5004");
        assert!(who.ended_because().contains(why), "{}", who.ended_because());
        assert_eq!(who.whoami(), "PV5004", "and it stays ended");
        who.remove(&lab);
    }
}

#[test]
fn a_directory_that_cannot_be_asked_is_waited_for_a_quarter_of_an_hour() {
    let Some(lab) = Lab::of_this_run() else { return };
    let stays = signed_in(&lab, "stays");
    for _ in 0..6 {
        stays.site.later(300);
        assert!(stays.whoami().starts_with("corp.example.test"), "asked and answered");
    }
    stays.remove(&lab);
    // Nobody has a key of this computer, so nobody can be asked.
    let tickets =
        Tickets { keytab: lab.keytab(&CORP, "site1").expect("a keytab"), service: SERVICE.to_owned(), computer: Some("NOBODY$@CORP.EXAMPLE.TEST".to_owned()) };
    let site = Site::with_tickets(tickets);
    assert_eq!(add(&site, GROUP, Some(&group(&lab))).status, 200);
    let token = sign_in(&site, "ada@corp.example.test", &lab.password(&CORP, "ada")).json()["token"].as_str().expect("a token").to_owned();
    let status = |seconds: i64| {
        site.later(seconds);
        site.ask(get("/api/v1/whoami").bearer(&token)).status
    };
    assert_eq!((status(300), status(59), status(540), status(1)), (200, 200, 200, 401));
    assert_eq!(status(-900), 401, "it is ended, whatever the clock says");
}

#[test]
fn in_which_state_an_account_is_cannot_be_found_out_by_signing_in() {
    let Some(lab) = Lab::of_this_run() else { return };
    let site = site(&lab);
    let told = |name: &str, password: &str| {
        let answer = sign_in(&site, &format!("{name}@corp.example.test"), password);
        (answer.status, answer.rule(), answer.json()["error"]["cause"].clone(), answer.json()["error"]["fix"].clone())
    };
    let unknown = told("nobody-at-all", "another password");
    assert_eq!((unknown.0, unknown.1.as_str()), (401, "PV5003"));
    for person in ["carla", "dora", "emil", "frida", "gustav"] {
        for password in [lab.password(&CORP, person), "another password".to_owned()] {
            assert_eq!(told(person, &password), unknown, "{person}");
        }
        assert_eq!(told(person, "another password").1, "PV5008", "a third is not passed on, as of a name that nobody has: {person}");
    }
    let refused = site.as_owner(get("/api/v1/ledger?limit=100")).body;
    assert!(refused.contains("session.refuse") && refused.contains("must-change-password") && refused.contains("carla@corp.example.test"), "{refused}");
}

#[test]
fn administrators_are_told_of_refused_sign_ins_by_few_status_messages_and_no_secret_is_in_them() {
    let Some(lab) = Lab::of_this_run() else { return };
    let site = site(&lab);
    let raised = || site.made.raised.lock().expect("no panic").clone();
    let carla = lab.password(&CORP, "carla");
    assert_eq!(sign_in(&site, "carla@corp.example.test", &carla).rule(), "PV5003");
    let at_once = raised();
    assert!(matches!(&at_once[..], [(5019, words)] if words[1].starts_with("carla@corp.example.test: the account is locked or disabled (PV")), "{at_once:?}");

    let ada = lab.password(&CORP, "ada");
    assert_eq!(sign_in(&site, "ada@corp.example.test", &ada).rule(), "PV5016", "nobody was added");
    sign_in(&site, "emil@corp.example.test", &lab.password(&CORP, "emil"));
    sign_in(&site, "ben@corp.example.test", "not his password");
    sign_in(&site, "my-password-is-7@corp.example.test", "x");
    sign_in(&site, "p@55word.example", "x");
    negotiate(&site, b"NTLMSSP\0\x01\0\0\0");
    assert_eq!(raised(), at_once, "the others wait");
    site.later(600);
    // Whoever comes next brings it on; without anybody, a minute does.
    negotiate(&site, b"NTLMSSP\0\x01\0\0\0");
    let later = raised();
    let [_, (5019, words)] = &later[..] else { panic!("one more: {later:?}") };
    assert_eq!(words[0], "7 sign-ins");
    assert!(words[1].starts_with("emil@corp.example.test: the password must be changed first (PV"), "what is to be mended comes first: {words:?}");
    assert!(words.iter().any(|text| text.starts_with("corp.example.test\\ada: is known, and is no administrative user")), "{words:?}");
    assert!(words.iter().any(|text| text.starts_with("ben@corp.example.test: the password is wrong")), "{words:?}");
    assert!(words.last().is_some_and(|text| text.starts_with("2 of names that nobody has") && text.contains("2 of tickets")), "{words:?}");
    let all = format!("{later:?}");
    for secret in [carla.as_str(), &ada, "my-password", "55word", "not his"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}
