//! Every endpoint, asked by every kind of caller.

use crate::exchange::{Ask, get};
use crate::site::Site;
use hyper::Method;
use std::fmt::Write as _;

/// A path with its parts filled in with what the made-up site has.
pub fn filled(path: &str) -> String {
    let (noun, _) = path.trim_start_matches("/api/v1/").split_once('/').unwrap_or((path, ""));
    let name = match noun {
        "devices" => "2",
        "clients" => "B7-0119",
        "people" => "bob.mistry",
        "inboxes" => "state",
        "roles" => "provider",
        "groups" => "sms-admins",
        _ => "nothing",
    };
    path.replace("{name}", name).replace("{class}", "software").replace("{kind}", "network-access").replace("{code}", "PV4001").replace("{mail_id}", "1")
}

#[test]
fn who_gets_what() {
    let document: serde_json::Value = serde_json::from_str(&provost_provider::api_document()).expect("a document");
    let site = Site::start();
    let ended = site.session();
    site.later(3601);
    let session = site.session();
    let mut table =
        format!("{:<62} {:<32} {:>6} {:>6} {:>6} {:>7} {:>6} {:>6}\n", "endpoint", "needs", "nobody", "forged", "ended", "cookie", "person", "owner");
    let mut endpoints = 0;
    // What takes things away comes last, so that it takes nothing from what comes after it.
    let mut operations: Vec<(bool, &String, &String, &serde_json::Value)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| item.as_object().expect("operations").iter().map(move |(method, operation)| (method == "delete", path, method, operation)))
        .collect();
    operations.sort_by_key(|(removes, path, method, _)| (*removes, path.as_str(), method.as_str()));
    for (_, path, method, operation) in operations {
        let method: Method = method.to_uppercase().parse().expect("a method");
        let ask = || Ask { method: method.clone(), path: filled(path), headers: vec![("content-type", "application/json".to_owned())], body: b"{}".to_vec() };
        let nobody = site.ask(ask());
        let forged = site.ask(ask().bearer(&"A".repeat(43)));
        let gone = site.ask(ask().bearer(&ended));
        // Without the headers that a browser adds to its own pages' requests.
        let cookie = site.ask(ask().cookie(&session));
        let person = site.ask(ask().bearer(&session));
        let owner = site.as_owner(ask());
        let needs = operation["x-provost-requires"].as_str().unwrap_or("?");
        let _ = writeln!(
            table,
            "{:<62} {needs:<32} {:>6} {:>6} {:>6} {:>7} {:>6} {:>6}",
            format!("{method} {path}"),
            nobody.status,
            forged.status,
            gone.status,
            cookie.status,
            person.status,
            owner.status
        );
        if needs != "nothing" {
            for (answer, rule) in [(&nobody, "PV5001"), (&forged, "PV5004"), (&gone, "PV5004")] {
                assert_eq!((answer.status, answer.rule().as_str()), (401, rule), "{method} {path}");
                assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"provost\"");
            }
        }
        endpoints += 1;
    }
    assert!(endpoints > 35);
    insta::assert_snapshot!("matrix", table);
}

#[test]
fn nobody_learns_which_paths_there_are() {
    let site = Site::start();
    for path in ["/api/v1/nothing", "/api/v1/devices/1/2/3", "/api/v2/site"] {
        assert_eq!(site.ask(get(path)).status, 401, "{path}");
        let known = site.ask(get(path).bearer(&site.session()));
        assert_eq!((known.status, known.rule().as_str()), (404, "PV1014"), "{path}");
    }
    let wrong = Ask { method: Method::PATCH, path: "/api/v1/devices".to_owned(), ..Ask::default() };
    assert_eq!(site.ask(wrong.clone()).status, 401);
    assert_eq!(site.ask(wrong.bearer(&site.session())).status, 405);
}
