//! Lists and objects as programs read them.

use crate::exchange::get;
use crate::site::Site;
use provost_catalog::components::COMPONENTS;
use serde_json::Value;

fn read(site: &Site, path: &str) -> Value {
    let answer = site.as_owner(get(path));
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    assert_eq!(answer.json()["apiVersion"], "provost/v1", "{path}");
    answer.json()
}

/// All items of a list, page by page.
fn all(site: &Site, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = read(site, &format!("{path}{sign}limit={limit}{after}"));
        items.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

#[test]
fn pages_join_into_the_whole_list() {
    let site = Site::start();
    for (path, count) in [
        ("/api/v1/devices", 40),
        ("/api/v1/devices?sort=-seen", 40),
        ("/api/v1/devices?sort=os", 40),
        ("/api/v1/clients?sort=registered", 38),
        ("/api/v1/devices/1/inventory/software", 201),
        ("/api/v1/messages", 76 + COMPONENTS.iter().filter(|component| component.runs_in_this_version).count()),
        ("/api/v1/ledger", 41),
        ("/api/v1/ledger?order=newest", 41),
        ("/api/v1/people", 2),
    ] {
        let whole = all(&site, path, 500);
        assert_eq!(all(&site, path, 7), whole, "{path}");
        assert_eq!(whole.len(), count, "{path}");
    }
}

#[test]
fn a_page_belongs_to_its_list() {
    let site = Site::start();
    let by_name = read(&site, "/api/v1/devices?limit=3")["next"].as_str().expect("a next page").to_owned();
    for path in [format!("/api/v1/devices?sort=seen&after={by_name}"), "/api/v1/devices?after=nonsense".to_owned(), "/api/v1/messages?after=x".to_owned()] {
        let answer = site.as_owner(get(&path));
        assert_eq!((answer.status, answer.rule().as_str()), (400, "PV5009"), "{path}");
    }
}

#[test]
fn what_is_asked_wrongly_is_told_and_not_ignored() {
    let site = Site::start();
    for path in [
        "/api/v1/devices?limt=3",
        "/api/v1/devices?limit=three",
        "/api/v1/devices?sort=size",
        "/api/v1/devices?filter=softwar:x",
        "/api/v1/clients?approval=maybe",
        "/api/v1/messages?severity=bad",
        "/api/v1/messages?client=PC1",
        "/api/v1/ledger?order=sideways",
    ] {
        let answer = site.as_owner(get(path));
        assert_eq!((answer.status, answer.rule().as_str()), (400, "PV5009"), "{path}");
        let error = answer.json()["error"].clone();
        for part in ["message", "cause", "state", "fix", "link"] {
            assert!(error[part].as_str().is_some_and(|text| !text.is_empty()), "{path}: {part}");
        }
    }
}

#[test]
fn a_device_is_named_by_number_or_by_a_name_of_its_own() {
    let site = Site::start();
    let device = read(&site, "/api/v1/devices/1");
    assert_eq!(device["name"], "CM01");
    for name in ["cm01", "CM01.corp.example.net"] {
        assert_eq!(read(&site, &format!("/api/v1/devices/{name}")), device, "{name}");
    }
    assert_eq!(device["client"]["approval"], "approved");
    assert_eq!(device["inventory"]["delta_count"], 0);
    let firmware = device["classes"].as_array().expect("classes").iter().find(|class| class["name"] == "firmware").expect("a class").clone();
    assert!(firmware["unavailable"].as_str().is_some_and(|reason| reason.contains("permission denied")));
    let missing = site.as_owner(get("/api/v1/devices/CM99"));
    assert_eq!((missing.status, missing.rule().as_str()), (404, "PV1014"));
    assert_eq!(site.as_owner(get("/api/v1/devices/1/inventory/softwar")).json()["error"]["fix"], "did you mean software?");
}

#[test]
fn two_devices_of_one_name_are_told_apart() {
    use provost_catalog::database::Principal;
    use provost_domain::discovery::Device;
    let site = Site::start();
    let twin = Device { name: "CM01".to_owned(), netbios_name: "CM01".to_owned(), ..Device::default() };
    let number = site.write(Principal::DiscoveryDataManager, |tx| provost_store::devices::add(tx, &twin));
    let answer = site.as_owner(get("/api/v1/devices/CM01"));
    assert_eq!((answer.status, answer.rule().as_str()), (409, "PV5011"));
    let cause = answer.json()["error"]["cause"].as_str().expect("a cause").to_owned();
    assert!(cause.contains("1 (CM01)") && cause.contains(&format!("{number} (CM01)")), "{cause}");
    assert_eq!(read(&site, &format!("/api/v1/devices/{number}"))["inventory"], Value::Null);
}

#[test]
fn instances_keep_the_order_of_their_class() {
    let site = Site::start();
    let answer = site.as_owner(get("/api/v1/devices/1/inventory/memory"));
    assert!(answer.body.contains(r#"{"total_physical_kib":66687528,"total_swap_kib":2097152,"huge_page_kib":2048}"#), "{}", answer.body);
}

#[test]
fn the_site_tells_what_it_is() {
    let site = Site::start();
    let shown = read(&site, "/api/v1/site");
    assert_eq!((shown["code"].as_str(), shown["name"].as_str()), (Some("LAB"), Some("Lab site")));
    assert_eq!(shown["roles"].as_array().map(Vec::len), Some(3));
    site.made.status.change(|facts| facts.management_point_url = "https://localhost:9".to_owned());
    assert_eq!(read(&site, "/api/v1/site")["mp_url"], "https://localhost:9");
    let inbox = read(&site, "/api/v1/inboxes/hardware-inventory");
    assert_eq!((inbox["bad_files"].as_i64(), inbox["bad"][0]["reason"].as_str()), (Some(1), Some("byte 4,096: depth 65 is more than 64")));
    assert_eq!(read(&site, "/api/v1/inboxes/state")["waiting_files"], 1);
    assert_eq!(read(&site, "/api/v1/accounts")["items"].as_array().map(Vec::len), Some(26));
    assert_eq!(read(&site, "/api/v1/groups")["items"].as_array().map(Vec::len), Some(8));
    let group = read(&site, "/api/v1/groups/SMS_SiteSystemToSiteServerConnection_MP_LAB");
    assert_eq!(group, read(&site, "/api/v1/groups/site-system-management-point"), "a group is found by its name at this site");
}
