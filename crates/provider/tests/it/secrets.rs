//! The contract that no operation gives a secret: by the document, for every operation there is, and by asking each that reads.

use crate::exchange::{Ask, get, with_document};
use crate::matrix::filled;
use crate::site::Site;
use hyper::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&provost_provider::api_document()).expect("a document")
}

/// Every schema that `from` leads to, by name, with the inline ones it passes.
fn reached<'d>(document: &'d Value, from: &'d Value, names: &mut BTreeSet<String>, inline: &mut Vec<&'d Value>) {
    match from {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                reached(document, &document["components"]["schemas"][name], names, inline);
            }
            inline.push(from);
            fields.values().for_each(|value| reached(document, value, names, inline));
        }
        Value::Array(values) => values.iter().for_each(|value| reached(document, value, names, inline)),
        _ => {}
    }
}

#[test]
fn passwords_go_in_and_never_come_out_by_the_document() {
    let document = document();
    let (mut takes, mut answers) = (0, 0);
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let what = format!("{method} {path}");
            let (mut names, mut schemas) = (BTreeSet::new(), Vec::new());
            reached(&document, &operation["responses"], &mut names, &mut schemas);
            answers += 1;
            assert!(!names.contains("SecretText"), "{what} answers with a password");
            for schema in schemas {
                assert_ne!(schema["format"], "password", "{what}: {schema}");
                assert_ne!(schema["writeOnly"], true, "{what}: {schema}");
                if let Some(fields) = schema["properties"].as_object() {
                    for name in ["password", "passphrase", "sealed", "private_key"] {
                        assert!(!fields.contains_key(name), "{what} answers with {name}");
                    }
                }
            }
            let (mut names, mut schemas) = (BTreeSet::new(), Vec::new());
            reached(&document, &operation["requestBody"], &mut names, &mut schemas);
            takes += usize::from(names.contains("SecretText"));
        }
    }
    assert!(answers > 60, "{answers}");
    assert_eq!(takes, 2, "to bind an account, and to replace its password");
}

#[test]
fn each_operation_says_its_own_fields() {
    // Every module calls its request *Request*; by that name they would all be one.
    assert!(document()["components"]["schemas"].get("Request").is_none());
}

#[test]
fn no_answer_holds_a_password_that_was_sent() {
    const MARKERS: [&str; 3] = ["Zq7%40xW-first-ü", "Zq7%40xW-second-ü", "Zq7%40xW-person-ü"];
    let site = Site::with_accounts();
    let bound =
        with_document(Method::POST, "/api/v1/bindings", &json!({ "kind": "network-access", "name": "corp.example.test\\marked", "password": MARKERS[0] }));
    let bound = site.as_owner(bound);
    assert_eq!(bound.status, 200, "{}", bound.body);
    let id = bound.json()["binding_id"].as_i64().expect("a number");
    let set = site.as_owner(with_document(Method::PUT, format!("/api/v1/bindings/{id}"), &json!({ "password": MARKERS[1] })));
    assert_eq!(set.status, 200, "{}", set.body);
    let person = site.as_owner(with_document(Method::PUT, "/api/v1/people/bob.mistry/password", &json!({ "password": MARKERS[2] })));
    assert_eq!(person.status, 200, "{}", person.body);
    let mut answers = vec![bound, set, person];

    let document = document();
    for (path, item) in document["paths"].as_object().expect("paths") {
        if item.get("get").is_some() {
            let path = filled(path).replace("{binding_id}", &id.to_string());
            answers.push(site.as_owner(get(path)));
        }
    }
    answers.push(site.as_owner(get("/api/v1/ledger?limit=200")));
    // Refused, too.
    for path in ["/api/v1/bindings", "/api/v1/session", "/api/v1/nothing"] {
        let body = json!({ "kind": "network-access", "name": "no domain", "password": MARKERS[0], "unknown": MARKERS[1] });
        answers.push(site.as_owner(with_document(Method::POST, path, &body)));
    }
    let not_json = Ask {
        method: Method::POST,
        path: "/api/v1/bindings".to_owned(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: MARKERS[0].as_bytes().to_vec(),
    };
    answers.push(site.as_owner(not_json));
    assert!(answers.iter().filter(|answer| answer.status == 200).count() > 30);
    for answer in answers {
        for marker in MARKERS {
            assert!(!answer.body.contains(marker) && !answer.body.contains(&marker[4..12]), "{}", answer.body);
        }
    }
}
