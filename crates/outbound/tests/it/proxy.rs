//! HTTPS through squid.

use crate::servers::{Squid, kdc_password, secret};
use provost_domain::outcome::Outcome;
use provost_outbound::proxy::{Destination, ProxyServer, SignIn, Tunnel, connect_answer};
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
    assert_eq!((answer.status, answer.signed_in), (407, None));
    assert!(answer.offered.contains(&"basic".to_owned()), "{:?}", answer.offered);
    for (host, port, status) in [(host, port, 200), ("forbidden.example.test", port, 403), (host, 22, 403)] {
        let answer = connect_answer(&squid.proxy, Some(&credential), host, port).await.expect("an answer");
        assert_eq!((answer.status, answer.signed_in), (status, Some(SignIn::Basic)), "{host}:{port}");
    }
}

#[tokio::test]
async fn an_account_of_a_domain_passes_with_a_ticket_and_its_password_is_not_said() {
    let (Some(squid), Some(password)) = (Squid::from_environment(), kdc_password()) else { return };
    let (host, port) = (squid.destination.host.as_str(), squid.destination.port);
    let offered = connect_answer(&squid.named, None, host, port).await.expect("an answer");
    assert_eq!((offered.status, offered.offered.join(" ").as_str()), (407, "basic negotiate"));
    for user in ["ada@mit.example.test", "mit.example.test\\ben"] {
        let credential = Credential { user, password: &password };
        let mut tunnel = Tunnel::open(&squid.named, Some(&credential), &squid.destination).await.expect("a tunnel");
        let answer = tunnel.get("/catalog.txt", 1 << 20).await.expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (200, &b"the catalog of updates\n"[..]));
        // As with Basic: through to the allowed host, and nowhere else.
        for (host, port, status) in [(host, port, 200), ("forbidden.example.test", port, 403), (host, 22, 403)] {
            let answer = connect_answer(&squid.named, Some(&credential), host, port).await.expect("an answer");
            assert_eq!((answer.status, answer.signed_in), (status, Some(SignIn::Negotiate)), "{user} {host}:{port}");
        }
    }
    let log = std::fs::read_to_string(&squid.log).unwrap_or_default();
    assert!(log.contains("ada@MIT.EXAMPLE.TEST") && log.contains("ben@MIT.EXAMPLE.TEST"), "squid knows them: {log}");
}

#[tokio::test]
async fn where_a_ticket_is_not_to_be_had_the_reason_is_told_and_the_password_still_not_said() {
    let (Some(squid), Some(password)) = (Squid::from_environment(), kdc_password()) else { return };
    let wrong = secret("wrong");
    let open = async |proxy: &ProxyServer, user: &str, right: bool| {
        let credential = Credential { user, password: if right { &password } else { &wrong } };
        let failure = Tunnel::open(proxy, Some(&credential), &squid.destination).await.err().expect("a refusal");
        failure.outcome
    };
    assert_eq!(open(&squid.named, "ben@mit.example.test", false).await, Outcome::WrongPassword);
    assert_eq!(open(&squid.named, "nobody@mit.example.test", true).await, Outcome::NoSuchAccount);
    assert_eq!(open(&squid.named, "stale@mit.example.test", true).await, Outcome::MustChangePassword);
    assert_eq!(open(&squid.named, "ada@silent.example.test", true).await, Outcome::Unreachable);
    // Nobody has a ticket for an address. Basic is offered as well, and is not fallen back to.
    assert_eq!(open(&squid.proxy, "ada@mit.example.test", true).await, Outcome::NothingSafe);
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
