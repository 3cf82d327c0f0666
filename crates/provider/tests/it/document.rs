//! The API's document.

use crate::exchange::get;
use crate::site::Site;

#[test]
fn the_document_is_reviewed() {
    insta::assert_snapshot!("openapi", provost_provider::api_document());
}

#[test]
fn every_operation_tells_what_it_needs_and_how_it_fails() {
    let document: serde_json::Value = serde_json::from_str(&provost_provider::api_document()).expect("a document");
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let what = format!("{method} {path}");
            assert!(operation["x-provost-requires"].as_str().is_some_and(|needs| !needs.is_empty()), "{what}");
            assert!(
                operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].as_str().is_some_and(|r| r.ends_with("/ErrorDocument")),
                "{what}"
            );
            assert!(operation["responses"]["200"].is_object(), "{what}");
            assert!(operation["summary"].as_str().is_some_and(|summary| summary.ends_with('.')), "{what}");
            assert!(ids.insert(operation["operationId"].as_str().expect("an id").to_owned()), "{what}");
            let open = operation["x-provost-requires"] == "nothing";
            assert_eq!(operation["security"].is_array(), !open, "{what}");
        }
    }
    assert!(ids.len() > 35, "{}", ids.len());
}

#[test]
fn whoever_is_signed_in_reads_it() {
    let site = Site::start();
    let answer = site.ask(get("/api/v1/openapi.json").bearer(&site.session()));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.body, provost_provider::api_document());
}
