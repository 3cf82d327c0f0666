//! Privileged acts, each with its entry in the ledger.

use crate::exchange::{Answer, get, with_document};
use crate::site::{NOW, Site};
use hyper::Method;
use provost_catalog::database::Principal;
use serde_json::{Value, json};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};

fn post(site: &Site, path: &str) -> Answer {
    site.as_owner(with_document(Method::POST, path, &json!({})))
}

fn approval(site: &Site, client: &str) -> Value {
    site.as_owner(get(format!("/api/v1/clients/{client}"))).json()["approval"].clone()
}

#[test]
fn the_socket_is_the_owners() {
    let site = Site::start();
    let metadata = std::fs::symlink_metadata(site.made.folder.path().join("run/provost.sock")).expect("the socket");
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let me = site.as_owner(get("/api/v1/whoami")).json();
    assert_eq!(me["name"], "owner");
    assert!(me["origin"].as_str().is_some_and(|origin| origin.starts_with("local socket, uid ")));
    assert_eq!(me["expires_at"], Value::Null);
}

#[test]
fn a_client_is_approved_blocked_and_let_in_again() {
    let site = Site::start();
    let before = site.write(Principal::Provider, provost_store::clients::next_version);
    let approved = post(&site, "/api/v1/clients/B7-0119/approve");
    assert_eq!(approved.status, 200, "{}", approved.body);
    let client = approved.json();
    assert_eq!((client["approval"].as_str(), client["approved_by"].as_str()), (Some("approved"), Some("owner")));
    assert_eq!(client["approved_at"], NOW.to_string());
    let smsid = client["smsid"].as_str().expect("an identity").to_owned();
    assert_eq!(site.newest_acts(1), [("owner".to_owned(), "client.approve".to_owned(), smsid.clone())]);
    let after = site.write(Principal::Provider, provost_store::clients::next_version);
    assert!(after > before + 1, "management points notice the change by its version");
    assert_eq!(post(&site, "/api/v1/clients/B7-0119/unblock").rule(), "PV5013");
    assert_eq!(post(&site, &format!("/api/v1/clients/{smsid}/block")).status, 200);
    let refused = post(&site, "/api/v1/clients/B7-0119/approve");
    assert_eq!((refused.status, refused.rule().as_str()), (409, "PV5013"));
    assert!(refused.json()["error"]["fix"].as_str().is_some_and(|fix| fix.contains("provost client unblock B7-0119")));
    assert_eq!(approval(&site, "B7-0119"), "blocked");
    assert_eq!(post(&site, "/api/v1/clients/B7-0119/unblock").json()["approval"], "registered");
    assert_eq!(site.ask(with_document(Method::POST, "/api/v1/clients/B7-0119/approve", &json!({})).bearer(&site.session())).json()["approved_by"], "ada");
    let verification = site.as_owner(get("/api/v1/ledger/verification")).json();
    assert_eq!(verification["intact"], true, "{verification}");
}

#[test]
fn without_an_entry_there_is_no_act() {
    let site = Site::start();
    // An entry that nothing can follow: its hash is none.
    site.write(Principal::Provider, |tx| {
        let sql = "INSERT INTO ledger (seq, at, actor, origin, act, object, detail, previous, hash) VALUES (1000, 0, '', '', '', '', '{}', '', 'none')";
        tx.execute(sql, &[]).map(drop)
    });
    let answers = [
        post(&site, "/api/v1/clients/B7-0119/approve"),
        post(&site, "/api/v1/clients/CM01/block"),
        site.as_owner(with_document(Method::DELETE, "/api/v1/devices/1", &json!({}))),
        site.as_owner(with_document(Method::POST, "/api/v1/people", &json!({ "name": "cyd" }))),
        site.as_owner(with_document(Method::POST, "/api/v1/client-tokens", &json!({ "minutes": 5 }))),
        site.ask(with_document(Method::POST, "/api/v1/session", &json!({ "name": "ada", "password": crate::seed::PASSWORD }))),
    ];
    for answer in &answers {
        assert_eq!((answer.status, answer.rule().as_str()), (500, "PV1015"), "{}", answer.body);
    }
    assert_eq!(approval(&site, "B7-0119"), "registered");
    assert_eq!(approval(&site, "CM01"), "approved");
    assert_eq!(site.as_owner(get("/api/v1/devices/1")).status, 200);
    assert_eq!(site.as_owner(get("/api/v1/people")).json()["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(site.as_owner(get("/api/v1/client-tokens")).json()["items"].as_array().map(Vec::len), Some(0));
    let verification = site.as_owner(get("/api/v1/ledger/verification")).json();
    assert_eq!(verification["intact"], false);
    assert!(verification["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
}

#[test]
fn a_token_is_told_once_and_never_entered() {
    let site = Site::start();
    let made = site.as_owner(with_document(Method::POST, "/api/v1/client-tokens", &json!({ "minutes": 60 }))).json();
    let token = made["token"].as_str().expect("a token").to_owned();
    assert_eq!(made["expires_at"], NOW.plus_seconds(3600).to_string());
    let listed = site.as_owner(get("/api/v1/client-tokens"));
    assert!(!listed.body.contains(&token));
    assert_eq!(listed.json()["items"][0]["created_by"], "owner");
    assert!(!site.as_owner(get("/api/v1/ledger?order=newest")).body.contains(&token));
    for minutes in [0, -1, 10_081] {
        assert_eq!(site.as_owner(with_document(Method::POST, "/api/v1/client-tokens", &json!({ "minutes": minutes }))).status, 400);
    }
}

#[test]
fn people_are_added_and_removed_but_not_by_themselves() {
    let site = Site::start();
    let ada = site.session();
    let add = |name: &str| site.ask(with_document(Method::POST, "/api/v1/people", &json!({ "name": name })).bearer(&ada));
    assert_eq!(add("Cyd").json()["object"], "cyd");
    assert_eq!((add("cyd").status, add("cyd").rule().as_str()), (409, "PV5010"));
    assert_eq!(add("no spaces please").status, 400);
    let remove = |name: &str| site.ask(with_document(Method::DELETE, format!("/api/v1/people/{name}"), &json!({})).bearer(&ada));
    assert_eq!((remove("ada").status, remove("ada").rule().as_str()), (409, "PV5012"));
    assert_eq!(remove("cyd").status, 200);
    assert_eq!(remove("cyd").status, 404);
    let acts: Vec<String> = site.newest_acts(2).into_iter().map(|(_, act, object)| format!("{act} {object}")).collect();
    assert_eq!(acts, ["person.remove cyd", "person.add cyd"]);
}

#[test]
fn a_removed_person_is_out_at_once() {
    let site = Site::start();
    let ada = site.session();
    assert_eq!(site.as_owner(with_document(Method::DELETE, "/api/v1/people/ada", &json!({}))).status, 200);
    assert_eq!(site.ask(get("/api/v1/whoami").bearer(&ada)).status, 401);
}

#[test]
fn a_full_inventory_is_asked_for_once() {
    let site = Site::start();
    assert_eq!(post(&site, "/api/v1/clients/CM01/request-full-inventory").status, 200);
    assert_eq!(site.as_owner(get("/api/v1/clients/CM01")).json()["full_inventory"], true);
    assert_eq!(site.newest_acts(1)[0].1, "client.request-full-inventory");
}

#[test]
fn a_removed_device_leaves_its_client_approved() {
    let site = Site::start();
    let removed = site.as_owner(with_document(Method::DELETE, "/api/v1/devices/CM01", &json!({})));
    assert_eq!((removed.status, removed.json()["object"].as_str()), (200, Some("CM01")));
    assert_eq!(site.as_owner(get("/api/v1/devices/CM01")).status, 404);
    let client = site.as_owner(get("/api/v1/clients/CM01")).json();
    assert_eq!((client["approval"].as_str(), &client["resource_id"]), (Some("approved"), &Value::Null));
    let gone = site.as_owner(with_document(Method::DELETE, "/api/v1/clients/CM01", &json!({})));
    assert_eq!(gone.status, 200);
    assert_eq!(site.as_owner(get("/api/v1/clients/CM01")).status, 404);
}

#[test]
fn components_that_look_at_clients_are_woken() {
    use provost_catalog::components::ComponentName;
    use provost_runtime::bell::Woken;
    use std::time::Duration;
    let runtime = tokio::runtime::Runtime::new().expect("an event loop");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let made = crate::seed::make("https://localhost", NOW).expect("a made-up site");
    let start = made.start(listener, runtime.handle().clone()).expect("a start");
    let bells = start.bells.clone();
    let _provider = provost_provider::Provider::start(start).expect("a provider");
    let socket = crate::exchange::Way::Socket(made.folder.path().join("run/provost.sock"));
    runtime.block_on(with_document(Method::POST, "/api/v1/clients/B7-0119/approve", &json!({})).send(&socket));
    for component in [ComponentName::PolicyProvider, ComponentName::ManagementPoint] {
        assert_eq!(bells.of(component).wait(Duration::ZERO), Woken::Rung, "{component:?}");
    }
}
