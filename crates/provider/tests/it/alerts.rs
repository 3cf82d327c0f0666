//! Alert rules, alerts, and the server that mails them.

use crate::exchange::{Answer, Way, get, with_document};
use crate::site::{NOW, Site};
use hyper::Method;
use provost_catalog::components::ComponentName;
use provost_catalog::database::Principal;
use provost_domain::alerts::{Alert, Cause, Mail, RuleName, test_mail};
use provost_runtime::bell::Woken;
use provost_store::alerts::{self, mails};
use serde_json::{Value, json};
use std::time::Duration;

fn ask(site: &Site, method: Method, path: &str, body: &Value) -> Answer {
    site.as_owner(with_document(method, format!("/api/v1/{path}"), body))
}

fn server() -> Value {
    json!({ "host": "Mail01.corp.example", "port": 587, "sender": "provost@corp.example" })
}

#[test]
fn rules_are_set_turned_off_and_removed() {
    let site = Site::start();
    let add = |body: Value| ask(&site, Method::POST, "alert-rules", &body);
    let silent = add(json!({ "name": "Silent", "on": "client-silent", "hours": 48, "recipients": ["ops@corp.example"] }));
    assert_eq!(silent.status, 200, "{}", silent.body);
    let silent = silent.json();
    assert_eq!((&silent["name"], &silent["hours"], &silent["severity"], &silent["enabled"]), (&json!("silent"), &json!(48), &Value::Null, &json!(true)));
    assert_eq!((&silent["created_by"], &silent["created_at"]), (&json!("owner"), &json!(NOW.to_string())));
    assert_eq!(
        add(json!({ "name": "failing", "on": "component-failing", "component": "state-system", "recipients": ["ops@corp.example"] })).json()["minutes"],
        10
    );
    assert_eq!(add(json!({ "name": "errors", "on": "status-message", "number": 4001, "recipients": ["ops@corp.example"] })).json()["severity"], "error");
    let again = add(json!({ "name": "SILENT", "on": "client-silent", "recipients": ["ops@corp.example"] }));
    assert_eq!((again.status, again.rule().as_str()), (409, "PV2403"));
    let listed = site.as_owner(get("/api/v1/alert-rules")).json();
    let words: Vec<&str> = listed["items"].as_array().expect("rules").iter().filter_map(|rule| rule["words"].as_str()).collect();
    assert_eq!(
        words,
        ["status messages of at least error with number 4001", "state-system failing for at least 10 min", "clients silent for longer than 48 h"]
    );
    assert_eq!(ask(&site, Method::PUT, "alert-rules/silent", &json!({ "enabled": false })).json()["done"], "turned off");
    assert_eq!(site.as_owner(get("/api/v1/alert-rules")).json()["items"][2]["enabled"], false);
    assert_eq!(ask(&site, Method::DELETE, "alert-rules/silent", &json!({})).status, 200);
    for (method, path) in [(Method::DELETE, "alert-rules/silent"), (Method::PUT, "alert-rules/silent"), (Method::DELETE, "alert-rules/no%20name%0A")] {
        let gone = ask(&site, method, path, &json!({ "enabled": true }));
        assert_eq!((gone.status, gone.rule().as_str()), (404, "PV1014"), "{path}");
    }
    let acts: Vec<String> = site.newest_acts(5).into_iter().map(|(_, act, object)| format!("{act} {object}")).collect();
    assert_eq!(acts, ["alert-rule.remove silent", "alert-rule.set silent", "alert-rule.add errors", "alert-rule.add failing", "alert-rule.add silent"]);
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_with_the_reason() {
    let site = Site::start();
    let to = json!(["ops@corp.example"]);
    let many: Vec<String> = (0..21).map(|n| format!("p{n}@corp.example")).collect();
    for (body, reason) in [
        (json!({ "name": "a b", "on": "client-silent", "recipients": to }), "a rule's name has"),
        (json!({ "name": "a", "on": "moon", "recipients": to }), "status-message, component-failing, client-silent"),
        (json!({ "name": "a", "on": "client-silent", "hours": 0, "recipients": to }), "1 to 8760 hours"),
        (json!({ "name": "a", "on": "client-silent", "minutes": 5, "recipients": to }), "minutes has no meaning for client-silent"),
        (json!({ "name": "a", "on": "component-failing", "component": "state", "recipients": to }), "no component's id"),
        (json!({ "name": "a", "on": "component-failing", "hours": 1, "recipients": to }), "hours has no meaning"),
        (json!({ "name": "a", "on": "status-message", "severity": "bad", "recipients": to }), "information, warning or error"),
        (json!({ "name": "a", "on": "status-message", "number": 0, "recipients": to }), "1 or more"),
        (json!({ "name": "a", "on": "client-silent", "recipients": [] }), "nobody would be told"),
        (json!({ "name": "a", "on": "client-silent", "recipients": many }), "at most 20"),
        (json!({ "name": "a", "on": "client-silent", "recipients": ["ops@corp.example\r\nBcc: a@b.c"] }), "no address of mail"),
        (json!({ "name": "a", "on": "client-silent", "recipients": ["a@b.c", "A@B.C"] }), "named twice"),
    ] {
        let refused = ask(&site, Method::POST, "alert-rules", &body);
        assert_eq!((refused.status, refused.rule().as_str()), (400, "PV2403"), "{body}");
        assert!(refused.json()["error"]["cause"].as_str().is_some_and(|cause| cause.contains(reason)), "{body}: {}", refused.body);
    }
    assert_eq!(site.as_owner(get("/api/v1/alert-rules")).json()["total"], 0);
}

#[test]
fn the_mail_server_is_set_shown_and_removed() {
    let site = Site::start();
    for answer in [site.as_owner(get("/api/v1/mail-server")), ask(&site, Method::DELETE, "mail-server", &json!({}))] {
        assert_eq!((answer.status, answer.rule().as_str()), (404, "PV2401"));
    }
    let set = ask(&site, Method::PUT, "mail-server", &server());
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!((&set.json()["host"], &set.json()["authenticates"], &set.json()["mails_waiting"]), (&json!("mail01.corp.example"), &json!(true), &json!(0)));
    let with = |field: &str, value: Value| {
        let mut body = server();
        body[field] = value;
        ask(&site, Method::PUT, "mail-server", &body)
    };
    assert_eq!(with("authenticates", json!(false)).json()["authenticates"], false);
    let pem = &site.made.certificate.0;
    assert_eq!(with("ca_pem", json!(pem)).status, 200);
    for (field, value) in [
        ("host", json!("")),
        ("host", json!("mail01 -x")),
        ("host", json!("a".repeat(254))),
        ("port", json!(0)),
        ("sender", json!("provost")),
        ("sender", json!("provost@corp.example\r\n.")),
        ("ca_pem", json!("")),
        ("ca_pem", json!("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")),
    ] {
        let refused = with(field, value.clone());
        assert_eq!((refused.status, refused.rule().as_str()), (400, "PV5009"), "{field} {value}: {}", refused.body);
    }
    assert_eq!(site.as_owner(get("/api/v1/mail-server")).json()["ca_pem"], json!(pem));
    assert_eq!(ask(&site, Method::DELETE, "mail-server", &json!({})).status, 200);
    let acts: Vec<String> = site.newest_acts(2).into_iter().map(|(_, act, object)| format!("{act} {object}")).collect();
    assert_eq!(acts, ["mail.remove mail01.corp.example:587", "mail.set mail01.corp.example:587"]);
}

#[test]
fn a_test_is_a_mail_that_waits_to_be_sent() {
    let site = Site::start();
    let test = |recipient: &str| ask(&site, Method::POST, "mail-server/test", &json!({ "recipient": recipient }));
    let unset = test("ada@corp.example");
    assert_eq!((unset.status, unset.rule().as_str()), (404, "PV2401"));
    ask(&site, Method::PUT, "mail-server", &server());
    assert_eq!((test("ada").status, test("ada@corp.example\nRCPT TO:<eve@x.y>").status), (400, 400));
    let sent = test("ada@corp.example");
    assert_eq!(sent.status, 200, "{}", sent.body);
    let sent = sent.json();
    assert_eq!((&sent["state"], &sent["alert_id"], &sent["recipient"]), (&json!("waiting"), &Value::Null, &json!("ada@corp.example")));
    assert_eq!(site.newest_acts(1), [("owner".to_owned(), "mail.test".to_owned(), "ada@corp.example".to_owned())]);
    assert_eq!(site.as_owner(get("/api/v1/mail-server")).json()["mails_waiting"], 1);
    let id = sent["mail_id"].as_i64().expect("a number");
    site.write(Principal::AlertNotificationManager, |tx| mails::sent(tx, id, NOW));
    let shown = site.as_owner(get(format!("/api/v1/mails/{id}"))).json();
    assert_eq!((&shown["state"], &shown["sent_at"], &shown["attempts"]), (&json!("sent"), &json!(NOW.to_string()), &json!(1)));
    assert_ne!(test("ada@corp.example").json()["message_key"], sent["message_key"]);
    assert_eq!(site.as_owner(get("/api/v1/mails?limit=1")).json()["items"][0]["state"], "waiting");
    assert_eq!(site.as_owner(get("/api/v1/mails/99")).status, 404);
}

#[test]
fn alerts_are_listed_page_by_page_with_their_mail() {
    let site = Site::start();
    let rule: RuleName = "silent".parse().expect("a name");
    let causes: Vec<(RuleName, Cause)> =
        (0..5).map(|n| (rule.clone(), Cause { subject: format!("pc{n}"), words: format!("PC{n} is silent"), times: 1 })).collect();
    let mut manager = site.made.database.connect(Principal::AlertNotificationManager).expect("a connection");
    let opened = manager.write(|tx| alerts::open(tx, &causes, NOW)).expect("alerts");
    let closed = Alert { closed_at: Some(NOW.plus_seconds(60)), ..opened[4].clone() };
    let test = test_mail("LAB".parse().expect("a site code"), &"ops@corp.example".parse().expect("an address"), "ada", NOW, "1");
    let about = [Mail { alert_id: opened[3].alert_id, ..test }];
    manager
        .write(|tx| {
            alerts::save(tx, std::slice::from_ref(&closed))?;
            mails::enqueue(tx, &about, NOW)
        })
        .expect("a write");
    let list = |query: &str| site.as_owner(get(format!("/api/v1/alerts?{query}"))).json();
    let subjects = |list: &Value| -> Vec<String> {
        list["items"].as_array().expect("alerts").iter().map(|alert| alert["subject"].as_str().expect("a subject").to_owned()).collect()
    };
    let all = list("");
    assert_eq!((subjects(&all), &all["next"]), (["pc4", "pc3", "pc2", "pc1", "pc0"].map(str::to_owned).to_vec(), &Value::Null));
    assert_eq!((&all["items"][0]["closed_at"], &all["items"][1]["closed_at"]), (&json!(NOW.plus_seconds(60).to_string()), &Value::Null));
    assert_eq!((&all["items"][1]["mails_waiting"], &all["items"][2]["mails_waiting"]), (&json!(1), &json!(0)));
    let first = list("open=true&limit=3");
    assert_eq!(subjects(&first), ["pc3", "pc2", "pc1"]);
    assert_eq!(subjects(&list(&format!("open=true&limit=3&after={}", first["next"].as_str().expect("more")))), ["pc0"]);
    assert_eq!(site.as_owner(get("/api/v1/alerts?after=x")).status, 400);
}

#[test]
fn who_tells_of_alerts_is_woken() {
    let runtime = tokio::runtime::Runtime::new().expect("an event loop");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let made = crate::seed::make("https://localhost", NOW).expect("a made-up site");
    let start = made.start(listener, runtime.handle().clone()).expect("a start");
    let bell = start.bells.of(ComponentName::AlertNotificationManager).clone();
    let _provider = provost_provider::Provider::start(start).expect("a provider");
    let socket = Way::Socket(made.folder.path().join("run/provost.sock"));
    let rung = || bell.wait(Duration::ZERO) == Woken::Rung;
    assert!(!rung());
    for (method, path, body) in [
        (Method::PUT, "mail-server", server()),
        (Method::POST, "alert-rules", json!({ "name": "silent", "on": "client-silent", "recipients": ["ops@corp.example"] })),
        (Method::PUT, "alert-rules/silent", json!({ "enabled": false })),
        (Method::DELETE, "alert-rules/silent", json!({})),
        (Method::POST, "mail-server/test", json!({ "recipient": "ops@corp.example" })),
        (Method::DELETE, "mail-server", json!({})),
    ] {
        let answer = runtime.block_on(with_document(method.clone(), format!("/api/v1/{path}"), &body).send(&socket));
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        assert!(rung(), "{method} {path}");
    }
}
