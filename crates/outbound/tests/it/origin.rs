//! Destinations behind a scripted proxy: what they are asked, and what they may not do.

use crate::authority::Authority;
use crate::peer::{Heard, peer, script};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_outbound::proxy::{Destination, ProxyServer, Tunnel};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const NAME: &str = "updates.example.test";

/// A tunnel to port `port` of a destination whose certificate names `named`, and which answers as `told`.
async fn tunnel(port: u16, named: &str, told: &'static [&'static str]) -> (Result<Tunnel, Failure>, Heard) {
    let authority = Authority::new();
    let acceptor = authority.server(named, 30);
    let inside = Heard::default();
    let hears = inside.clone();
    let (at, _) = peer(move |mut stream, _| {
        let (acceptor, hears) = (acceptor.clone(), hears.clone());
        async move {
            let mut buffer = vec![0; 4096];
            let Ok(1..) = stream.read(&mut buffer).await else { return };
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            if let Ok(stream) = acceptor.accept(stream).await {
                script(stream, hears, "", told).await;
            }
        }
    })
    .await;
    let proxy = ProxyServer { host: "127.0.0.1".to_owned(), port: at };
    (Tunnel::open(&proxy, None, &Destination { host: NAME.to_owned(), port, ca_pem: Some(authority.pem()) }).await, inside)
}

#[tokio::test]
async fn a_destination_is_asked_by_its_name() {
    for (port, host) in [(443, "host: updates.example.test\r\n"), (8443, "host: updates.example.test:8443\r\n")] {
        let (opened, heard) = tunnel(port, NAME, &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]).await;
        let mut tunnel = opened.expect("a tunnel");
        for wrong in ["", "a", "http://evil.test/", "evil.test:80", "/a b", "/a\r\nX: y"] {
            assert_eq!(tunnel.get(wrong, 10).await.expect_err("a refusal").outcome, Outcome::RefusedByRule, "{wrong:?}");
        }
        let answer = tunnel.get("/a?b=c", 10).await.expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]));
        let text = heard.text();
        assert!(text.starts_with("GET /a?b=c HTTP/1.1\r\n") && text.contains(host) && !text.to_lowercase().contains("authorization"), "{text}");
        assert!(tunnel.is_alive());
    }
}

#[tokio::test]
async fn a_destination_that_is_another_is_not_asked() {
    let (opened, heard) = tunnel(443, "other.example.test", &[]).await;
    assert_eq!(opened.err().expect("a refusal").outcome, Outcome::CertificateNotTrusted);
    assert_eq!(heard.text(), "");
}

#[tokio::test]
async fn a_destination_that_lies_closes_or_never_ends_is_broken() {
    let endless: &'static str = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", "4\r\nbody\r\n".repeat(20_000)).leak();
    let told: [&'static [&'static str]; 5] = [
        &["!"],
        &["garbage\r\n\r\n"],
        // Longer than is taken.
        &["HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"],
        vec![endless].leak(),
        &["HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"],
    ];
    for told in told {
        let failure = tunnel(443, NAME, told).await.0.expect("a tunnel").get("/", 1000).await.expect_err("a refusal");
        assert_eq!(failure.outcome, Outcome::Broken, "{told:?}: {failure}");
    }
}
