//! Peers that hang, lie, loop and never end. Each is a script of what it says; what it hears is kept.

use crate::authority::Authority;
use crate::peer::{Heard, peer, script};
use crate::servers::secret;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_outbound::proxy::{Destination, ProxyServer, Tunnel};
use provost_outbound::smtp::{MailServer, MailSession};
use provost_store::Credential;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PASSWORD: &str = "never in clear 1234";

async fn mail(port: u16, ca_pem: Option<Vec<u8>>) -> Failure {
    let server = MailServer { host: "localhost".to_owned(), port, ca_pem, hello: "site".to_owned() };
    let password = secret(PASSWORD);
    let opened = MailSession::open(&server, Some(&Credential { user: "alerts@corp.example.test", password: &password })).await;
    opened.err().expect("a refusal")
}

/// Nothing that a password looks like was heard: neither itself nor as AUTH writes it.
fn nothing_secret(heard: &Heard) {
    let text = heard.text();
    for sign in [PASSWORD, "AUTH", "bmV2ZXIgaW4gY2xlYXIg", "YWxlcnRz"] {
        assert!(!text.contains(sign), "{sign} was sent: {text}");
    }
}

#[tokio::test]
async fn a_server_that_offers_sign_in_only_in_clear_is_not_told_the_password() {
    let (port, heard) = peer(|stream, heard| async { script(stream, heard, "220 x\r\n", &["250-x\r\n250-AUTH PLAIN LOGIN\r\n250 OK\r\n"]).await }).await;
    assert_eq!(mail(port, None).await.outcome, Outcome::NothingSafe);
    nothing_secret(&heard);
}

#[tokio::test]
async fn what_is_said_before_tls_is_not_taken_for_what_is_said_after_it() {
    // The answer to STARTTLS carries an answer to a later question with it (RFC 3207 §5).
    let (port, heard) = peer(|stream, heard| async {
        script(stream, heard, "220 x\r\n", &["250-x\r\n250 STARTTLS\r\n", "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 welcome\r\n"]).await;
    })
    .await;
    assert_eq!(mail(port, None).await.outcome, Outcome::Broken);
    nothing_secret(&heard);
}

#[tokio::test]
async fn a_server_that_closes_lies_or_never_ends_is_broken() {
    for (first, then) in [
        ("", &[][..]),
        ("HTTP/1.1 400 Bad Request\r\n", &[]),
        ("421 come back later\r\n", &[]),
        ("220 x\r\n", &["500 what\r\n"]),
        ("220 x\r\n", &["250-x\r\n250 STARTTLS\r\n", "454 not now\r\n"]),
        ("220 x\r\n", &["250-x\r\n250 STARTTLS\r\n", "220 go\r\nthis is no handshake at all\r\n"]),
    ] {
        let then: Vec<&'static str> = then.to_vec();
        let (port, heard) = peer(move |mut stream, heard| {
            let then = then.clone();
            async move {
                if first.is_empty() {
                    let _ = stream.shutdown().await;
                } else {
                    script(stream, heard, first, &then).await;
                }
            }
        })
        .await;
        let failure = mail(port, None).await;
        assert!(matches!(failure.outcome, Outcome::Broken | Outcome::Unreachable), "{first:?}: {failure}");
        nothing_secret(&heard);
    }
    let (port, _) = peer(|mut stream, _| async move { while stream.write_all(&[b'2'; 4096]).await.is_ok() {} }).await;
    assert_eq!(mail(port, None).await.outcome, Outcome::Broken, "a line that never ends");
    let (port, _) = peer(|mut stream, _| async move { while stream.write_all(b"220-and more\r\n").await.is_ok() {} }).await;
    assert_eq!(mail(port, None).await.outcome, Outcome::Broken, "lines that never end");
}

#[tokio::test]
async fn a_server_that_hangs_is_not_waited_for_forever() {
    let hanging = |told: &'static [&'static str]| async move {
        let (port, heard) = peer(move |stream, heard| async move { script(stream, heard, "220 x\r\n", told).await }).await;
        assert_eq!(mail(port, None).await.outcome, Outcome::Broken);
        nothing_secret(&heard);
    };
    tokio::join!(hanging(&[]), hanging(&["250-x\r\n250 STARTTLS\r\n"]), hanging(&["250-x\r\n250 STARTTLS\r\n", "220 go\r\n"]));
}

/// By an authority that is trusted.
#[tokio::test]
async fn a_certificate_that_has_ended_or_is_for_another_is_not_trusted() {
    let authority = Authority::new();
    for (name, days) in [("localhost", -300), ("other.example.test", 300)] {
        let acceptor = authority.server(name, days);
        let (port, heard) = peer(move |mut stream, heard| {
            let acceptor = acceptor.clone();
            async move {
                if heard.before_tls(&mut stream).await {
                    let _ = acceptor.accept(stream).await;
                }
            }
        })
        .await;
        let failure = mail(port, Some(authority.pem())).await;
        assert_eq!(failure.outcome, Outcome::CertificateNotTrusted, "{name}: {failure}");
        nothing_secret(&heard);
    }
}

async fn through(port: u16) -> Failure {
    let password = secret(PASSWORD);
    let proxy = ProxyServer { host: "127.0.0.1".to_owned(), port };
    let destination = Destination { host: "updates.example.test".to_owned(), port: 443, ca_pem: None };
    Tunnel::open(&proxy, Some(&Credential { user: "svc-proxy", password: &password }), &destination).await.err().expect("a refusal")
}

const REFUSAL: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_proxy_that_asks_again_and_again_is_told_the_password_once() {
    let (port, heard) = peer(|stream, heard| async { script(stream, heard, "", &[REFUSAL; 20]).await }).await;
    assert_eq!(through(port).await.outcome, Outcome::WrongPassword);
    assert_eq!(heard.count("CONNECT "), 2, "{}", heard.text());
    assert_eq!(heard.count("asic "), 1);
}

#[tokio::test]
async fn a_proxy_that_asks_for_nothing_is_not_told_the_password() {
    let (port, heard) = peer(|stream, heard| async { script(stream, heard, "", &["HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"]).await }).await;
    assert_eq!(through(port).await.outcome, Outcome::LacksRight);
    assert_eq!(heard.count("uthorization"), 0);
    for offered in ["Proxy-Authenticate: NTLM\r\n", "Proxy-Authenticate: Negotiate\r\n", ""] {
        let answer = format!("HTTP/1.1 407 x\r\n{offered}Content-Length: 0\r\n\r\n");
        let (port, heard) = peer(move |stream, heard| {
            let answer = answer.clone();
            async move { script(stream, heard, "", &[&answer]).await }
        })
        .await;
        assert_eq!(through(port).await.outcome, Outcome::NothingSafe, "{offered}");
        assert_eq!(heard.count("uthorization"), 0);
    }
}

#[tokio::test]
async fn a_proxy_that_lies_or_never_ends_is_broken() {
    for answer in
        ["", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nthis is no handshake", "HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\nContent-Length: 0\r\n\r\n"]
    {
        let (port, _) = peer(move |mut stream, heard| async move {
            if answer.is_empty() {
                let _ = stream.shutdown().await;
            } else {
                script(stream, heard, "", &[answer]).await;
            }
        })
        .await;
        let failure = through(port).await;
        assert_eq!(failure.outcome, Outcome::Broken, "{answer:?}: {failure}");
    }
    let (port, _) = peer(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"X-More: and more\r\n").await.is_ok() {}
    })
    .await;
    assert_eq!(through(port).await.outcome, Outcome::Broken, "headers that never end");
    let (port, _) = peer(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=x\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        while stream.write_all(b"4\r\npage\r\n").await.is_ok() {}
    })
    .await;
    assert_eq!(through(port).await.outcome, Outcome::Broken, "a page that never ends");
}

#[tokio::test]
async fn a_proxy_that_closes_after_its_refusal_is_asked_again_on_another_connection() {
    const HEAD: &str = "HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate, Basic realm=\"a, b\"\r\n";
    for (rest, announced) in
        [("Connection: close\r\nContent-Length: 2\r\n\r\nno", true), ("\r\nthe page ends when this closes", true), ("Content-Length: 0\r\n\r\n", false)]
    {
        let (port, heard) = peer(move |mut stream, heard| async move {
            let mut buffer = vec![0; 4096];
            let Ok(n @ 1..) = stream.read(&mut buffer).await else { return };
            heard.add(&buffer[..n]);
            let _ = stream.write_all(format!("{HEAD}{rest}").as_bytes()).await;
            let _ = stream.shutdown().await;
        })
        .await;
        let failure = through(port).await;
        if announced {
            assert_eq!((failure.outcome, heard.count("CONNECT "), heard.count("asic ")), (Outcome::WrongPassword, 2, 1), "{failure}: {}", heard.text());
        } else {
            // It may have closed while it was told the password: that is not told twice.
            assert!(matches!(failure.outcome, Outcome::WrongPassword | Outcome::Broken) && heard.count("asic ") <= 1, "{failure}: {}", heard.text());
        }
    }
}

#[tokio::test]
async fn what_a_proxy_says_of_the_destination_is_told_apart() {
    for (answer, outcome) in [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Outcome::LacksRight),
        ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", Outcome::Unreachable),
        ("HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n", Outcome::Unreachable),
        ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", Outcome::Broken),
    ] {
        let (port, heard) = peer(move |stream, heard| async move { script(stream, heard, "", &[REFUSAL, answer]).await }).await;
        let failure = through(port).await;
        assert_eq!((failure.outcome, heard.count("asic ")), (outcome, 1), "{failure}");
        assert!(!failure.to_string().contains(PASSWORD));
    }
}

#[tokio::test]
async fn a_proxy_that_hangs_is_not_waited_for_forever() {
    let hanging = |told: &'static [&'static str]| async move {
        let (port, _) = peer(move |stream, heard| async move { script(stream, heard, "", told).await }).await;
        assert_eq!(through(port).await.outcome, Outcome::Broken);
    };
    tokio::join!(hanging(&[]), hanging(&["HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\nContent-Length: 9\r\n\r\n"]), hanging(&["HTTP/1.1 200 OK\r\n\r\n"]));
}
