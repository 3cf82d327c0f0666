//! HTTPS through squid.

use crate::servers::{Squid, secret};
use provost_domain::outcome::Outcome;
use provost_outbound::proxy::{Destination, ProxyServer, Tunnel, connect_answer};
use provost_store::Credential;

#[tokio::test]
async fn who_signs_in_gets_through_to_the_allowed_host_with_its_certificate_checked() {
    let Some(squid) = Squid::from_environment() else { return };
    let credential = Credential { user: &squid.user, password: &squid.password };
    let mut tunnel = Tunnel::open(&squid.proxy, Some(&credential), &squid.destination).await.expect("a tunnel");
    let answer = tunnel.get("/catalog.txt", 1 << 20).await.expect("an answer");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"the catalog of updates\n"[..]));
    let log = std::fs::read_to_string(&squid.log).unwrap_or_default();
    assert!(!log.contains("p%40ss"), "the proxy's log holds no password");

    let mut tunnel = Tunnel::open(&squid.proxy, Some(&credential), &squid.destination).await.expect("a tunnel");
    let failure = tunnel.get("/catalog.txt", 5).await.expect_err("a refusal");
    assert_eq!(failure.outcome, Outcome::Broken, "an answer that is too long: {failure}");

    let untrusted = Destination { ca_pem: None, ..squid.destination.clone() };
    let failure = Tunnel::open(&squid.proxy, Some(&credential), &untrusted).await.err().expect("a refusal");
    assert_eq!(failure.outcome, Outcome::CertificateNotTrusted, "{failure}");
}

#[tokio::test]
async fn ways_to_fail_are_told_apart() {
    let Some(squid) = Squid::from_environment() else { return };
    let wrong = secret("wrong");
    let (right, wrong) = (Credential { user: &squid.user, password: &squid.password }, Credential { user: &squid.user, password: &wrong });
    let open = async |proxy: &ProxyServer, credential: Option<&Credential<'_>>, host: &str, port: u16| {
        let destination = Destination { host: host.to_owned(), port, ca_pem: squid.destination.ca_pem.clone() };
        Tunnel::open(proxy, credential, &destination).await.err().map(|failure| failure.outcome)
    };
    let (host, port) = (squid.destination.host.as_str(), squid.destination.port);
    assert_eq!(open(&squid.proxy, None, host, port).await, Some(Outcome::LacksRight), "nobody signs in");
    assert_eq!(open(&squid.proxy, Some(&wrong), host, port).await, Some(Outcome::WrongPassword));
    assert_eq!(open(&squid.proxy, Some(&right), "forbidden.example.test", port).await, Some(Outcome::LacksRight));
    assert_eq!(open(&squid.proxy, Some(&right), host, 22).await, Some(Outcome::LacksRight));
    let nobody = ProxyServer { port: 1, ..squid.proxy.clone() };
    assert_eq!(open(&nobody, Some(&right), host, port).await, Some(Outcome::Unreachable));
}

#[tokio::test]
async fn what_the_proxy_answers_to_whom_is_seen() {
    let Some(squid) = Squid::from_environment() else { return };
    let credential = Credential { user: &squid.user, password: &squid.password };
    let (host, port) = (squid.destination.host.as_str(), squid.destination.port);
    let answer = connect_answer(&squid.proxy, None, host, port).await.expect("an answer");
    assert_eq!((answer.status, answer.offered.as_slice(), answer.signed_in), (407, &["basic".to_owned()][..], false));
    for (host, port, status) in [(host, port, 200), ("forbidden.example.test", port, 403), (host, 22, 403)] {
        let answer = connect_answer(&squid.proxy, Some(&credential), host, port).await.expect("an answer");
        assert_eq!((answer.status, answer.signed_in), (status, true), "{host}:{port}");
    }
}

#[tokio::test]
async fn the_environment_is_never_asked_for_a_proxy() {
    // Whatever these say, only the proxy that is set is used: the sources do not read them.
    let sources = ["src/lib.rs", "src/proxy.rs", "src/proxy/tunnel.rs", "src/smtp.rs", "src/tls.rs"];
    for source in sources {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(source)).expect("a source");
        assert!(!text.contains("env::var"), "{source} reads the environment");
    }
}
