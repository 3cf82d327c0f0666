//! Signing in and out, links, passwords, and how long all of that lasts.

use crate::exchange::{Answer, form, get, with_document};
use crate::seed::PASSWORD;
use crate::site::Site;
use hyper::Method;
use serde_json::json;

fn sign_in(site: &Site, name: &str, password: &str) -> Answer {
    site.ask(with_document(Method::POST, "/api/v1/session", &json!({ "name": name, "password": password })))
}

fn whoami(site: &Site, token: &str) -> u16 {
    site.ask(get("/api/v1/whoami").bearer(token)).status
}

/// The token that an answer's cookie carries.
fn cookie_of(answer: &Answer) -> String {
    let cookie =
        answer.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).find(|c| c.starts_with("__Host-provost=")).expect("a session's cookie");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{attribute}: {cookie}");
    }
    cookie.trim_start_matches("__Host-provost=").split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn a_password_signs_in_until_signed_out() {
    let site = Site::start();
    let answer = sign_in(&site, "Ada", PASSWORD);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    let me = site.ask(get("/api/v1/whoami").bearer(&token)).json();
    assert_eq!((me["name"].as_str(), me["origin"].as_str()), (Some("ada"), Some("127.0.0.1")));
    assert_eq!(site.newest_acts(1), [("ada".to_owned(), "session.begin".to_owned(), "ada".to_owned())]);
    assert_eq!(site.ask(with_document(Method::DELETE, "/api/v1/session", &json!({})).bearer(&token)).status, 200);
    assert_eq!(whoami(&site, &token), 401);
    assert_eq!(site.newest_acts(1)[0].1, "session.end");
}

#[test]
fn too_many_wrong_passwords_make_the_name_wait() {
    let site = Site::start();
    for _ in 0..5 {
        let answer = sign_in(&site, "ada", "wrong");
        assert_eq!((answer.status, answer.rule().as_str()), (401, "PV5003"));
        assert!(!answer.body.contains("wrong\""), "no password comes back");
    }
    assert_eq!(site.newest_acts(1), [("nobody".to_owned(), "session.hold".to_owned(), "ada".to_owned())]);
    let held = sign_in(&site, "ada", PASSWORD);
    assert_eq!((held.status, held.rule().as_str(), held.header("retry-after")), (429, "PV5008", "30"));
    site.later(30);
    assert_eq!(sign_in(&site, "ada", PASSWORD).status, 200);
}

#[test]
fn unknown_names_wait_like_known_ones() {
    let site = Site::start();
    for name in ["nobody", "no such name at all", "bob.mistry"] {
        let statuses: Vec<u16> = (0..6).map(|_| sign_in(&site, name, "wrong").status).collect();
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429], "{name}");
        site.later(3600);
    }
}

#[test]
fn an_address_waits_whatever_names_it_tries() {
    let site = Site::start();
    for n in 0..20 {
        assert_eq!(sign_in(&site, &format!("n{n}"), "wrong").status, 401);
    }
    assert_eq!(sign_in(&site, "ada", PASSWORD).status, 429);
}

#[test]
fn sessions_end_by_age_and_by_rest() {
    let site = Site::start();
    let token = site.session();
    site.later(3599);
    assert_eq!(whoami(&site, &token), 200, "used within the hour");
    site.later(3599);
    assert_eq!(whoami(&site, &token), 200, "used within the hour");
    site.later(3601);
    assert_eq!(whoami(&site, &token), 401, "not used for an hour");
    let token = site.session();
    for _ in 0..23 {
        site.later(1800);
        assert_eq!(whoami(&site, &token), 200);
    }
    site.later(1800);
    assert_eq!(whoami(&site, &token), 401, "twelve hours old");
}

#[test]
fn looking_at_a_welcome_link_does_not_use_it_up() {
    let site = Site::start();
    let link = site.as_owner(with_document(Method::POST, "/api/v1/people/bob.mistry/welcome", &json!({})));
    assert_eq!(link.status, 200);
    let url = link.json()["url"].as_str().expect("a link").to_owned();
    let path = url.strip_prefix("https://localhost").expect("an address of the console").to_owned();
    for _ in 0..3 {
        let page = site.ask(get(&path));
        assert_eq!(page.status, 200);
        assert!(page.headers.get("set-cookie").is_none());
        assert!(page.body.contains("<button"));
    }
    let used = site.ask(form(&path, &[]));
    assert_eq!((used.status, used.header("location")), (303, "/me?done=welcome"));
    let token = cookie_of(&used);
    let me = site.ask(get("/me").cookie(&token));
    assert_eq!(me.status, 200);
    assert!(me.body.contains("Set a password"), "who has no password is offered one");
    let again = site.ask(form(&path, &[]));
    assert_eq!(again.status, 401);
    assert!(again.body.contains("PV5002"));
    assert_eq!(site.newest_acts(1), [("bob.mistry".to_owned(), "session.begin".to_owned(), "bob.mistry".to_owned())]);
}

#[test]
fn a_welcome_link_is_good_for_ten_minutes() {
    let site = Site::start();
    let path = site.made.welcome_link().expect("a link").strip_prefix("https://localhost").expect("an address").to_owned();
    site.later(600);
    assert_eq!(site.ask(form(&path, &[])).status, 401);
    assert_eq!(site.ask(form("/welcome/not-a-token", &[])).status, 401);
}

#[test]
fn links_are_not_tried_by_the_thousand() {
    let site = Site::start();
    let path = site.made.welcome_link().expect("a link").strip_prefix("https://localhost").expect("an address").to_owned();
    let guesses: Vec<u16> = (0..21).map(|n| site.ask(form(format!("/welcome/{n:0>43}"), &[])).status).collect();
    assert_eq!(guesses[..20], [401; 20]);
    assert_eq!(guesses[20], 429);
    assert_eq!(site.ask(form(&path, &[])).status, 429, "the address waits, for a good link too");
}

#[test]
fn the_owner_needs_to_add_nobody_first() {
    let site = Site::start();
    let link = site.as_owner(with_document(Method::POST, "/api/v1/people/owner/welcome", &json!({})));
    assert_eq!(link.status, 200, "{}", link.body);
    let others = site.ask(with_document(Method::POST, "/api/v1/people/nobody/welcome", &json!({})).bearer(&site.session()));
    assert_eq!(others.status, 404);
}

#[test]
fn a_new_password_ends_other_sessions_and_keeps_this_one_going() {
    let site = Site::start();
    let (here, elsewhere) = (site.session(), site.session());
    let weak = site.ask(form("/me/password", &[("password", "short"), ("again", "short")]).cookie(&here));
    assert_eq!(weak.status, 422);
    assert!(weak.body.contains("PV5007"));
    let different = site.ask(form("/me/password", &[("password", "quiet harbour lamp 9"), ("again", "quiet harbour lamp 8")]).cookie(&here));
    assert_eq!(different.status, 422);
    assert_eq!(whoami(&site, &elsewhere), 200);
    let set = site.ask(form("/me/password", &[("password", "quiet harbour lamp 9"), ("again", "quiet harbour lamp 9")]).cookie(&here));
    assert_eq!((set.status, set.header("location")), (303, "/me?done=password"));
    assert_eq!((whoami(&site, &here), whoami(&site, &elsewhere)), (401, 401));
    assert_eq!(whoami(&site, &cookie_of(&set)), 200);
    assert_eq!(sign_in(&site, "ada", PASSWORD).status, 401);
    assert_eq!(sign_in(&site, "ada", "quiet harbour lamp 9").status, 200);
}

#[test]
fn the_form_signs_in_and_leads_back_to_pages_of_this_console_only() {
    let site = Site::start();
    for (back, to) in [("/devices?filter=x", "/devices?filter=x"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")] {
        let answer = site.ask(form("/sign-in", &[("name", "ada"), ("password", PASSWORD), ("back", back)]));
        assert_eq!((answer.status, answer.header("location")), (303, to), "{back}");
        assert_eq!(site.ask(get("/").cookie(&cookie_of(&answer))).status, 200);
    }
    let wrong = site.ask(form("/sign-in", &[("name", "ada\"><script>"), ("password", "secret-of-ada")]));
    assert_eq!(wrong.status, 401);
    assert!(!wrong.body.contains("<script>") && !wrong.body.contains("secret-of-ada"), "{}", wrong.body);
    let token = site.session();
    let out = site.ask(form("/sign-out", &[]).cookie(&token));
    assert_eq!((out.status, out.header("location")), (303, "/sign-in?out=yes"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(site.ask(get("/").cookie(&token)).status, 303, "the old cookie is worth nothing");
}

#[test]
fn pages_of_other_sites_change_nothing() {
    let site = Site::start();
    let token = site.session();
    let approve = || form("/clients/B7-0119/approve", &[]).cookie(&token);
    for refused in [
        approve().with("origin", "https://evil.example").with("sec-fetch-site", "cross-site"),
        approve().with("origin", "null").with("sec-fetch-site", "cross-site"),
        approve().with("origin", "https://localhost.evil.example"),
        approve().with("sec-fetch-site", "same-site"),
    ] {
        let answer = site.ask(refused);
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("PV5006"));
    }
    let sign_in = form("/sign-in", &[("name", "ada"), ("password", PASSWORD)]).with("origin", "https://evil.example").with("sec-fetch-site", "cross-site");
    assert_eq!(site.ask(sign_in).status, 403);
    // A cookie reads over the API and changes nothing there.
    assert_eq!(site.ask(get("/api/v1/site").cookie(&token)).status, 200);
    let by_cookie = with_document(Method::POST, "/api/v1/clients/B7-0119/approve", &json!({}))
        .cookie(&token)
        .with("origin", "https://localhost")
        .with("sec-fetch-site", "same-origin");
    assert_eq!(site.ask(by_cookie).status, 401);
    let client = site.ask(get("/api/v1/clients/B7-0119").bearer(&token)).json();
    assert_eq!(client["approval"], "registered");
}
