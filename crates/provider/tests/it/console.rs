//! The console as a browser without script sees it.

use crate::exchange::{Answer, form, get};
use crate::site::Site;
use provost_catalog::database::Principal;
use provost_domain::discovery::Device;
use std::collections::BTreeSet;

/// Largest page, in bytes.
const PAGE_BYTES_MAX: usize = 100 * 1024;

/// Values of an attribute in a page.
pub fn attribute(html: &str, name: &str) -> Vec<String> {
    html.split(&format!(" {name}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|value| value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\""))
        .collect()
}

/// Every page that links lead to from the overview, each once. Looks like a person who follows everything.
fn walk(site: &Site, token: &str, visit: &mut dyn FnMut(&str, &Answer)) -> usize {
    let mut known = BTreeSet::from(["/".to_owned()]);
    let mut left = vec!["/".to_owned()];
    let mut devices = 0;
    let mut pages = 0;
    while let Some(path) = left.pop() {
        // Forty devices look alike: a few are enough.
        if path.starts_with("/devices/") || path.starts_with("/clients/GUID") {
            devices += 1;
            if devices > 30 {
                continue;
            }
        }
        let answer = site.ask(get(&path).cookie(token));
        pages += 1;
        for href in attribute(&answer.body, "href") {
            if href.starts_with('/') && known.insert(href.clone()) {
                left.push(href);
            }
        }
        visit(&path, &answer);
    }
    pages
}

#[test]
fn every_link_leads_somewhere_and_no_page_holds_script_or_style() {
    let site = Site::with_accounts();
    let token = site.session();
    let mut wrong = Vec::new();
    let pages = walk(&site, &token, &mut |path, answer| {
        if answer.status != 200 {
            wrong.push(format!("{path}: {}", answer.status));
        }
        if !answer.header("content-type").starts_with("text/html") {
            return;
        }
        if answer.body.len() > PAGE_BYTES_MAX {
            wrong.push(format!("{path}: {} bytes", answer.body.len()));
        }
        let html = answer.body.to_lowercase();
        for forbidden in [" style=\"", "<style", " onclick", " onload", " onerror", "javascript:", "hx-on"] {
            if html.contains(forbidden) {
                wrong.push(format!("{path}: {forbidden}"));
            }
        }
        // Scripts come from files.
        if html.matches("<script").count() != html.matches("<script defer src=\"/assets/").count() {
            wrong.push(format!("{path}: a script that is no file"));
        }
        if html.matches("<h1").count() != 1 || html.matches("<main").count() != 1 || !html.contains("<title>") {
            wrong.push(format!("{path}: not one heading, one main part and a title"));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(pages > 150, "{pages} pages");
}

#[test]
fn what_a_page_shows_the_api_gives() {
    let site = Site::with_accounts();
    let token = site.session();
    let mut calls = BTreeSet::new();
    walk(&site, &token, &mut |_, answer| {
        calls.extend(attribute(&answer.body, "data-copy").into_iter().filter_map(|text| text.strip_prefix("GET ").map(str::to_owned)));
    });
    assert!(calls.len() > 60, "{}", calls.len());
    for call in calls {
        let answer = site.ask(get(&call).bearer(&token));
        assert_eq!(answer.status, 200, "{call}: {}", answer.body);
    }
}

#[test]
fn nobody_is_sent_to_the_sign_in_and_back() {
    let site = Site::start();
    for path in ["/", "/devices", "/devices/1", "/ledger", "/people", "/me", "/jump?to=x", "/clients/B7-0119/approve"] {
        let answer = site.ask(get(path));
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/sign-in"), "{path}");
        assert!(!answer.body.contains("CM01"));
    }
    assert_eq!(site.ask(get("/devices?filter=os:debian")).header("location"), "/sign-in?back=%2Fdevices%3Ffilter%3Dos%3Adebian");
    let ended = site.session();
    site.later(13 * 3600);
    let answer = site.ask(get("/devices").cookie(&ended));
    assert_eq!(answer.header("location"), "/sign-in?back=%2Fdevices&ended=yes");
    assert!(site.ask(get(answer.header("location"))).body.contains("The session has ended"));
    assert_eq!(site.ask(form("/clients/B7-0119/approve", &[])).status, 303, "nobody decides");
}

#[test]
fn a_client_is_approved_in_three_clicks() {
    let site = Site::start();
    let token = site.session();
    let waiting = site.ask(get("/clients/waiting").cookie(&token));
    let approve = attribute(&waiting.body, "href").into_iter().find(|href| href.ends_with("/approve")).expect("a link to approve");
    let confirm = site.ask(get(&approve).cookie(&token));
    assert!(confirm.body.contains("Approve this client") && confirm.body.contains("Public key SHA-256"));
    let action = attribute(&confirm.body, "action").into_iter().find(|action| action.ends_with("/approve")).expect("a form");
    let done = site.ask(form(&action, &[]).cookie(&token));
    assert_eq!(done.status, 303);
    assert!(done.header("location").ends_with("?done=approve"));
    let page = site.ask(get(done.header("location")).cookie(&token));
    assert!(page.body.contains("The client is approved") && page.body.contains("by ada"));
    let again = site.ask(get("/clients/waiting").cookie(&token));
    assert_eq!(again.body.matches("/approve\"").count(), waiting.body.matches("/approve\"").count() - 1);
}

#[test]
fn names_of_machines_are_text() {
    let site = Site::start();
    let hostile = "<img src=x onerror=alert(1)>\"'&";
    let device = Device {
        name: hostile.to_owned(),
        dns_name: hostile.to_owned(),
        operating_system: hostile.to_owned(),
        domain: hostile.to_owned(),
        ..Device::default()
    };
    let number = site.write(Principal::DiscoveryDataManager, |tx| provost_store::devices::add(tx, &device));
    let token = site.session();
    let device = format!("/devices/{number}");
    for path in [
        "/devices",
        "/",
        &device,
        "/devices?filter=<img",
        "/jump?to=<img",
        "/messages?system=<img&component=<img",
        "/clients?filter=<img&approval=<img",
        &format!("{device}/remove"),
        "/rules/<img",
        "/sign-in?back=<img",
    ] {
        let answer = site.ask(get(path.replace('<', "%3C")).cookie(&token));
        assert!(!answer.body.contains("<img"), "{path}: {}", answer.body);
    }
    let page = site.ask(get(&device).cookie(&token));
    assert!(page.body.contains("&lt;img src=x onerror=alert(1)&gt;") || page.body.contains("&#60;img"), "the name is shown");
}

#[test]
fn errors_have_their_four_parts_on_a_page() {
    let site = Site::start();
    let token = site.session();
    let missing = site.ask(get("/devices/NOPE").cookie(&token));
    assert_eq!(missing.status, 404);
    for part in ["PV1014", "there is no device NOPE", "Cause", "State", "nothing was changed", "Fix", "provost device list", "/rules/PV1014", "class=\"rail\""]
    {
        assert!(missing.body.contains(part), "{part}");
    }
    let nowhere = site.ask(get("/nowhere").cookie(&token));
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.body.contains("there is no such page"));
    assert_eq!(site.ask(get("/nowhere")).status, 303, "nobody learns which pages there are");
    let conflict = site.ask(form("/clients/CM01/unblock", &[]).cookie(&token));
    assert_eq!(conflict.status, 409);
    assert!(conflict.body.contains("PV5013"));
    for (page, typed, meant) in [
        ("devices", "softwar:x", "software:"),
        ("clients", "registred:%3E1d", "registered:"),
        ("users", "dispaly-name:x", "display-name:"),
        ("user-groups", "scop:global", "scope:"),
        ("accounts", "standin:proved", "standing:"),
        ("boundaries", "descripton:x", "description:"),
    ] {
        let filter = site.ask(get(format!("/{page}?filter={typed}")).cookie(&token));
        assert_eq!(filter.status, 400, "{page}");
        let name = typed.split(':').next().unwrap_or_default();
        assert!(filter.body.contains(&format!("did you mean {meant}")) && filter.body.contains("class=\"rail\""), "{page}: {}", filter.body);
        // Where nothing is known yet, there is no field.
        assert!(["accounts", "boundaries"].contains(&page) || filter.body.contains(&format!("value=\"{name}:")), "{page}: the filter stays to be mended");
    }
}

#[test]
fn theme_and_rail_are_kept_in_cookies() {
    let site = Site::start();
    let token = site.session();
    let kept = site.ask(form("/preferences", &[("theme", "dark"), ("back", "/devices")]).cookie(&token));
    assert_eq!((kept.status, kept.header("location")), (303, "/devices"));
    assert!(kept.header("set-cookie").starts_with("__Host-theme=dark;"));
    let page = site.ask(get("/devices").with("cookie", format!("__Host-provost={token}; __Host-theme=dark; __Host-rail=narrow")));
    assert!(page.body.contains("<html lang=\"en\" data-theme=\"dark\" data-rail=\"narrow\">"));
    let forged = site.ask(form("/preferences", &[("theme", "x\"; Path=/evil"), ("back", "https://evil.example")]).cookie(&token));
    assert_eq!(forged.header("location"), "/");
    assert!(forged.header("set-cookie").starts_with("__Host-theme=; "));
}

#[test]
fn jumping_leads_to_the_one_thing_that_is_meant() {
    let site = Site::start();
    let token = site.session();
    let jump = |to: &str| site.ask(get(format!("/jump?to={to}")).cookie(&token));
    for (to, place) in [
        ("cm01", "/devices/1"),
        ("10.4.10.10", "/devices/1"),
        ("PV4001", "/rules/PV4001"),
        ("network-access", "/accounts/network-access"),
        ("SMS%20Admins", "/groups/sms-admins"),
        ("ledger", "/ledger"),
    ] {
        let answer = jump(to);
        assert_eq!((answer.status, answer.header("location")), (303, place), "{to}");
    }
    let several = jump("WS-01");
    assert_eq!(several.status, 200);
    assert!(several.body.contains("/devices/"));
    assert!(jump("nothing-like-it").body.contains("Nothing is called"));
}

#[test]
fn assets_are_kept_and_their_names_are_closed() {
    let site = Site::start();
    let page = site.ask(get("/sign-in"));
    let assets: Vec<String> =
        attribute(&page.body, "href").into_iter().chain(attribute(&page.body, "src")).filter(|path| path.starts_with("/assets/")).collect();
    assert_eq!(assets.len(), 4, "{assets:?}");
    for path in &assets {
        let answer = site.ask(get(path));
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        let tag = answer.header("etag").to_owned();
        assert_eq!(site.ask(get(path).with("if-none-match", tag)).status, 304);
    }
    for path in ["/assets/0/../provost.svg", "/assets/0/console.rs", "/assets/0/%2e%2e%2fCargo.toml"] {
        assert!(matches!(site.ask(get(path)).status, 303 | 404), "{path}");
    }
}

#[test]
fn lists_that_are_empty_name_the_command_that_fills_them() {
    let site = Site::start();
    let token = site.session();
    let none = site.ask(get("/devices?filter=nosuchdevice").cookie(&token));
    assert!(none.body.contains("No device matches"));
    // Everybody is decided on.
    for client in ["B7-0119", "WS-0136", "WS-0137"] {
        assert_eq!(site.ask(form(format!("/clients/{client}/block"), &[]).cookie(&token)).status, 303, "{client}");
    }
    let waiting = site.ask(get("/clients/waiting").cookie(&token));
    assert!(waiting.body.contains("No client waits") && waiting.body.contains("provost client token"));
}

#[test]
fn the_overview_says_how_it_is_looked_what_uninstalling_takes_away() {
    let site = Site::start();
    let page = site.ask(get("/").cookie(&site.session()));
    assert!(attribute(&page.body, "data-copy").into_iter().any(|text| text == "provost site uninstall --dry-run"), "{}", page.body);
    assert!(page.body.contains("nothing is removed"), "{}", page.body);
}
