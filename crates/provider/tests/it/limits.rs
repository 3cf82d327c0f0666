//! What is too much, too slow, or not HTTP at all.

use crate::exchange::{Ask, Way, get, with_document};
use crate::site::Site;
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[test]
fn large_bodies_are_refused_and_told_nothing_of() {
    let site = Site::start();
    let large = with_document(Method::POST, "/api/v1/session", &json!({ "name": "ada", "password": "s".repeat(70_000) }));
    let answer = site.ask(large);
    assert_eq!((answer.status, answer.rule().as_str()), (413, "PV5009"));
    let wrong = with_document(Method::POST, "/api/v1/session", &json!({ "name": "ada", "password": ["hunter2-hunter2"] }));
    let answer = site.ask(wrong);
    assert_eq!((answer.status, answer.rule().as_str()), (422, "PV5009"));
    assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    let no_json =
        Ask { method: Method::POST, path: "/api/v1/session".to_owned(), headers: vec![("content-type", "text/plain".to_owned())], body: b"x".to_vec() };
    assert_eq!(site.ask(no_json).status, 415);
}

#[test]
fn who_speaks_plain_http_is_told() {
    let site = Site::start();
    let Way::Tls(address, _) = &site.tls else { unreachable!("a way over TLS") };
    let said = site.runtime.block_on(async {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("a request");
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said).await;
        said
    });
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("https://"), "{said}");
}

#[test]
fn health_is_for_anybody_and_tells_nothing() {
    let site = Site::start();
    assert_eq!((site.ask(get("/livez")).status, site.ask(get("/readyz")).status), (200, 200));
    let mut role = site.made.status.facts().roles[2].clone();
    role.state = provost_provider::RoleState::Failing;
    role.reason = "port 41873 is taken".to_owned();
    site.made.status.set_role(&role);
    let answer = site.ask(get("/readyz"));
    assert_eq!((answer.status, answer.body.as_str()), (503, "management-point: failing\n"));
    assert_eq!(site.ask(get("/livez")).status, 200);
}

#[test]
fn every_answer_is_guarded() {
    let site = Site::start();
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let token = site.session();
    for ask in
        [get("/").cookie(&token), get("/sign-in"), get("/api/v1/site"), get("/nowhere").cookie(&token), get("/livez"), get("/welcome/x"), get("/assets/0/none")]
    {
        let path = ask.path.clone();
        let answer = site.ask(ask);
        assert_eq!(answer.header("content-security-policy"), policy, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[test]
fn a_stopped_provider_takes_its_socket_away_and_another_takes_over_a_stale_one() {
    let mut site = Site::start();
    let path = site.made.folder.path().join("run/provost.sock");
    let provider = site.provider.take().expect("a provider");
    site.runtime.block_on(provider.stop());
    assert!(!path.exists());
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket that an earlier run left"));
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let start = site.made.start(listener, site.runtime.handle().clone()).expect("a start");
    let _provider = provost_provider::Provider::start(start).expect("a provider");
    assert_eq!(site.as_owner(get("/api/v1/whoami")).status, 200);
}
