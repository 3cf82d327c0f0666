//! What a site put where, and its end.

use crate::exchange::{Answer, get, with_document};
use crate::site::{NOW, Site};
use hyper::Method;
use provost_catalog::accounts::Use;
use provost_catalog::database::Principal;
use provost_store::publishing::{self, Published};
use provost_store::settings;
use provost_store::withdrawal::{self, Object, REMOVABLE, Seen};
use serde_json::{Value, json};

const FOREST: &str = "corp.example.test";

fn post(site: &Site, path: &str, body: &Value) -> Answer {
    site.as_owner(with_document(Method::POST, path, body))
}

fn object() -> Object {
    Object { dn: format!("CN=SMS-Site-LAB,{}", container()), missing: String::new() }
}

fn container() -> String {
    "CN=System Management,CN=System,DC=corp,DC=example,DC=test".to_owned()
}

/// A site that publishes to one forest.
fn publishing_site() -> Site {
    let site = Site::with_accounts();
    site.write(Principal::Provider, |tx| settings::allow(tx, Use::PublishToForest.id(), true));
    site.write(Principal::Provider, |tx| publishing::switch(tx, FOREST, true, "ada", NOW));
    let result = Published { outcome: "published".to_owned(), objects: 1, container: container(), ..Published::default() };
    site.write(Principal::HierarchyManager, |tx| publishing::tell(tx, FOREST, NOW, true, &result));
    site
}

#[test]
fn a_look_is_asked_for_and_what_it_saw_is_told_until_the_next() {
    let site = publishing_site();
    let asked = post(&site, "/api/v1/uninstallation/looks", &json!({})).json();
    assert_eq!((&asked["forests"][0]["forest"], &asked["forests"][0]["looked_at"]), (&FOREST.into(), &Value::Null), "{asked:#}");
    assert!(asked["accounts"].as_array().is_some_and(|accounts| !accounts.is_empty()) && asked["clients"].as_i64() > Some(0), "{asked:#}");
    assert_eq!(site.newest_acts(1)[0].1, "site.uninstall-look");
    let seen = Seen { done_at: NOW, outcome: REMOVABLE.to_owned(), container: container(), objects: vec![object()], ..Seen::default() };
    site.write(Principal::HierarchyManager, |tx| {
        let look = withdrawal::list(tx)?.pop().expect("it was asked for");
        withdrawal::tell(tx, &look, &seen)
    });
    let shown = site.as_owner(get("/api/v1/uninstallation")).json();
    assert_eq!((&shown["forests"][0]["outcome"], &shown["forests"][0]["objects"][0]["dn"]), (&REMOVABLE.into(), &object().dn.into()), "{shown:#}");
    let again = post(&site, "/api/v1/uninstallation/looks", &json!({})).json();
    assert_eq!(again["forests"][0]["looked_at"], Value::Null, "what was seen before is not believed now");
}

#[test]
fn a_site_ends_when_nothing_of_it_stands_but_what_was_accepted_and_says_what() {
    let site = publishing_site();
    let refused = post(&site, "/api/v1/uninstallation", &json!({}));
    assert_eq!((refused.status, refused.rule().as_str()), (409, "PV1019"), "{}", refused.body);
    let fix = refused.json()["error"]["fix"].as_str().unwrap_or_default().to_owned();
    assert!(fix.contains(&format!("provost forest publish off {FOREST} --wait")) && fix.contains("--leave"), "{fix}");
    assert_eq!(post(&site, "/api/v1/uninstallation", &json!({ "leave": ["nowhere.example.test"] })).status, 404);
    assert_eq!(site.ask(with_document(Method::POST, "/api/v1/uninstallation", &json!({}))).status, 401);
    assert_eq!(site.made.ended.lock().expect("no panic").len(), 0);

    post(&site, "/api/v1/uninstallation/looks", &json!({}));
    let seen = Seen { done_at: NOW, outcome: "unreachable".to_owned(), container: container(), objects: vec![object()], ..Seen::default() };
    site.write(Principal::HierarchyManager, |tx| {
        let look = withdrawal::list(tx)?.pop().expect("it was asked for");
        withdrawal::tell(tx, &look, &seen)
    });
    let ended = post(&site, "/api/v1/uninstallation", &json!({ "leave": ["CORP.example.test"], "delete_data": true }));
    assert_eq!(ended.status, 200, "{}", ended.body);
    let ended = ended.json();
    assert_eq!(ended["left"], json!([{ "forest": FOREST, "container": container(), "objects": [object().dn] }]), "{ended:#}");
    assert_eq!((&ended["site"], &ended["by"], &ended["at"], &ended["delete_data"]), (&"LAB".into(), &"owner".into(), &NOW.to_string().into(), &true.into()));
    let told = site.made.ended.lock().expect("no panic").clone();
    assert!(told.len() == 1 && told[0].left[0].objects == [object().dn] && told[0].at == NOW, "{told:?}");
    assert_eq!(site.newest_acts(1), [("owner".to_owned(), "site.uninstall".to_owned(), "LAB".to_owned())]);
    let forest = site.write(Principal::Provider, |tx| publishing::find(tx, FOREST)).expect("it is known");
    assert!(!forest.wanted && !forest.standing, "a site that is started again does not publish by itself");
}
