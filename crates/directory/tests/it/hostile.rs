//! Answers that no real server gives: a scripted peer behind real TLS.

use provost_directory::{Ended, Place, Scope, Session, SignIn};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use provost_store::keys::Secret;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const BASE: &str = "DC=corp,DC=example,DC=test";
const SEARCH: u8 = 0x63;

/// What a peer says to a request: the operation's tag, the message's id, and how often it was asked before.
type Script = fn(operation: u8, id: &[u8], asked: usize) -> Answer;

enum Answer {
    Bytes(Vec<u8>),
    Close(Vec<u8>),
    /// These bytes, after this many seconds without a word.
    Late(u64, Vec<u8>),
    Silence,
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u32::try_from(content.len()).expect("short").to_be_bytes();
    [&[tag, 0x84][..], &length, &content].concat()
}

fn message(id: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &[&element(2, &[id]), &parts.concat()])
}

fn result(id: &[u8], operation: u8, code: u8) -> Vec<u8> {
    message(id, &[&element(operation, &[&element(10, &[&[code]]), &element(4, &[]), &element(4, &[])])])
}

fn entry(id: &[u8], dn: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attributes: Vec<Vec<u8>> =
        attributes.iter().map(|(name, value)| element(0x30, &[&element(4, &[name.as_bytes()]), &element(0x31, &[&element(4, &[value.as_bytes()])])])).collect();
    message(id, &[&element(0x64, &[&element(4, &[dn.as_bytes()]), &element(0x30, &[&attributes.concat()])])])
}

/// The end of a page, with the cookie of the next.
fn page_end(id: &[u8], cookie: &[u8]) -> Vec<u8> {
    let done = element(0x65, &[&element(10, &[&[0]]), &element(4, &[]), &element(4, &[])]);
    let value = element(0x30, &[&element(2, &[&[0]]), &element(4, &[cookie])]);
    let control = element(0x30, &[&element(4, &[b"1.2.840.113556.1.4.319"]), &element(4, &[&value])]);
    message(id, &[&done, &element(0xa0, &[&control])])
}

fn references(id: &[u8], urls: &[&str]) -> Vec<u8> {
    let urls: Vec<Vec<u8>> = urls.iter().map(|url| element(4, &[url.as_bytes()])).collect();
    message(id, &[&element(0x73, &[&urls.concat()])])
}

/// What a domain controller says of itself, for the two questions at the start.
fn root(id: &[u8], asked: usize) -> Vec<u8> {
    let attributes = [
        ("defaultNamingContext", BASE),
        ("rootDomainNamingContext", BASE),
        ("configurationNamingContext", "CN=Configuration,DC=corp,DC=example,DC=test"),
        ("schemaNamingContext", "CN=Schema,CN=Configuration,DC=corp,DC=example,DC=test"),
        ("dnsHostName", "localhost"),
        ("dsServiceName", "CN=NTDS Settings"),
        ("highestCommittedUSN", "1"),
    ];
    let first = if asked == 1 { entry(id, "", &attributes) } else { Vec::new() };
    [first, result(id, 0x65, 0)].concat()
}

struct Peer {
    place: Place,
}

impl Peer {
    /// Answers the sign-in and the questions at the start as a domain controller does, and all else by the script.
    async fn start(script: Script) -> Self {
        Self::listen(move |stream| serve(stream, script)).await
    }

    /// Does what `serve` does with each connection.
    async fn listen<F: Future<Output = ()> + Send>(serve: impl Fn(TlsStream<TcpStream>) -> F + Clone + Send + 'static) -> Self {
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters").self_signed(&key).expect("a certificate");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.der().to_vec())],
                PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).expect("a key"),
            )
            .expect("a configuration");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, serve) = (acceptor.clone(), serve.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream).await;
                    }
                });
            }
        });
        let place = Place {
            dns_domain: "corp.example.test".to_owned(),
            hosts: vec![format!("localhost:{port}")],
            ca_pem: Some(certificate.pem().into_bytes()),
            ..Place::default()
        };
        Self { place }
    }

    async fn open(&self) -> Result<Session, Failure> {
        let password = Secret::new(b"secret".to_vec());
        Session::open(&self.place, SignIn::Password(Credential { user: "svc", password: &password })).await
    }

    async fn session(script: Script) -> Session {
        Self::start(script).await.open().await.expect("a session")
    }
}

/// The id and the operation of the next request.
async fn request(stream: &mut TlsStream<TcpStream>) -> Option<(Vec<u8>, u8)> {
    let first = [stream.read_u8().await.ok()?, stream.read_u8().await.ok()?];
    let mut length = usize::from(first[1]);
    if first[1] >= 0x80 {
        length = 0;
        for _ in 0..first[1] & 0x7f {
            length = length << 8 | usize::from(stream.read_u8().await.ok()?);
        }
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    let end = 2 + usize::from(content[1]);
    Some((content[2..end].to_vec(), content[end]))
}

async fn serve(mut stream: TlsStream<TcpStream>, script: Script) {
    let mut asked = 0;
    while let Some((id, operation)) = request(&mut stream).await {
        asked += 1;
        // The sign-in, the root, and one more question about it come first.
        let answer = match (operation, asked) {
            (0x60, 1) => Answer::Bytes(result(&id, 0x61, 0)),
            (SEARCH, 2 | 3) => Answer::Bytes(root(&id, asked - 1)),
            _ => script(operation, &id, asked - 3),
        };
        match answer {
            Answer::Bytes(bytes) if stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok() => {}
            Answer::Close(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Answer::Late(seconds, bytes) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Answer::Bytes(_) => return,
            Answer::Silence => {}
        }
    }
}

async fn all(session: &mut Session) -> Result<(u64, Ended), Failure> {
    session.search(BASE, Scope::Subtree, "(objectClass=*)", &["cn"], |_| ControlFlow::Continue(())).await.map(|found| (found.entries, found.ended))
}

#[tokio::test]
async fn a_controller_that_dies_in_the_middle_of_a_page_is_told_with_how_far_it_came() {
    let mut session = Peer::session(|_, id, asked| {
        let entries: Vec<u8> = (0..10).flat_map(|n| entry(id, &format!("CN=PC{asked}-{n},{BASE}"), &[("cn", "x")])).collect();
        if asked == 2 { Answer::Close(entries) } else { Answer::Bytes([entries, page_end(id, b"more")].concat()) }
    })
    .await;
    let mut taken = 0;
    let count = |_| {
        taken += 1;
        ControlFlow::Continue(())
    };
    let failure = session.search(BASE, Scope::Subtree, "(objectClass=*)", &["cn"], count).await.expect_err("it dies");
    assert_eq!(failure.outcome, Outcome::Broken);
    assert!(failure.detail.contains("after 20 entries in 1 whole pages"), "{failure}");
    assert_eq!(taken, 20, "what came before was handed on");
    assert!(!session.is_alive().await);
    assert!(all(&mut session).await.is_err(), "and it is not used again");
}

/// Longer than one is waited for that is gone.
#[tokio::test]
async fn a_controller_that_lives_may_think_for_long() {
    let mut session = Peer::session(|_, id, _| Answer::Late(40, [entry(id, &format!("CN=PC,{BASE}"), &[("cn", "x")]), page_end(id, b"")].concat())).await;
    assert_eq!(all(&mut session).await.expect("it is waited for"), (1, Ended::Complete));
}

#[tokio::test]
async fn pages_without_end_and_without_entries_end() {
    let mut session = Peer::session(|_, id, _| Answer::Bytes(page_end(id, b"more"))).await;
    let failure = all(&mut session).await.expect_err("an end");
    assert_eq!(failure.outcome, Outcome::Broken);
    assert!(failure.detail.contains("pages without end"), "{failure}");
}

#[tokio::test]
async fn ranges_without_end_end() {
    let mut session = Peer::session(|_, id, _| Answer::Bytes([entry(id, "CN=g", &[("member;range=0-0", "CN=a")]), result(id, 0x65, 0)].concat())).await;
    let failure = session.members("CN=g", |_| ControlFlow::Continue(())).await.expect_err("an end");
    assert_eq!(failure.outcome, Outcome::Broken);
    assert!(failure.detail.contains("another range"), "{failure}");
}

#[tokio::test]
async fn a_ring_of_referrals_is_told_and_nobody_walks_in_it() {
    let mut session = Peer::session(|_, id, _| {
        let urls = ["ldap://a.evil.test/DC=a", "ldap://b.evil.test/DC=b", "ldap://dc2.corp.example.test/DC=c", "gopher://x/", "ldap://x y/"];
        let many: Vec<u8> = (0..200).flat_map(|_| references(id, &urls)).collect();
        Answer::Bytes([many, page_end(id, b"")].concat())
    })
    .await;
    let found = session.search(BASE, Scope::Subtree, "(objectClass=*)", &["cn"], |_| ControlFlow::Continue(())).await.expect("a search");
    assert_eq!((found.entries, found.references.len()), (0, 100), "bounded");
    let known = found.references.iter().filter(|other| other.is_in(["corp.example.test"].into_iter()));
    assert!(known.clone().count() > 0 && known.clone().all(|other| other.host == "dc2.corp.example.test"));
}

#[tokio::test]
async fn absurd_lengths_forms_and_depths_end_the_connection_and_nothing_else() {
    let deep = |_: u8, _: &[u8], _: usize| Answer::Bytes([0x30, 0x84, 0, 0x0f, 0xff, 0xff].repeat(200_000));
    let long = |_: u8, _: &[u8], _: usize| Answer::Bytes(vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]);
    let http = |_: u8, _: &[u8], _: usize| Answer::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec());
    let request = |_: u8, id: &[u8], _: usize| Answer::Bytes(message(id, &[&element(0x63, &[])]));
    let control = |_: u8, id: &[u8], _: usize| {
        Answer::Bytes(message(id, &[&element(0x65, &[&element(10, &[&[0]]), &element(4, &[]), &element(4, &[])]), &element(0xa0, &[&element(0x30, &[])])]))
    };
    let unasked = |_: u8, _: &[u8], _: usize| Answer::Close(entry(&[99], "CN=a", &[]));
    for (what, script) in [("deep", deep as Script), ("long", long), ("http", http), ("request", request), ("control", control), ("unasked", unasked)] {
        let mut session = Peer::session(script).await;
        let failure = all(&mut session).await.expect_err(what);
        assert_eq!(failure.outcome, Outcome::Broken, "{what}: {failure}");
        assert!(!session.is_alive().await, "{what}");
    }
}

#[tokio::test]
async fn a_result_in_the_place_of_an_entry_ends_the_connection() {
    // An answer to add, given to a search: what reads answers has no place for it.
    let mut session = Peer::session(|_, id, _| Answer::Bytes(result(id, 0x69, 0))).await;
    assert_eq!(all(&mut session).await.expect_err("no answer").outcome, Outcome::Broken);
}

#[tokio::test]
async fn a_base_that_another_server_holds_is_refused_with_its_name() {
    let mut session = Peer::session(|_, id, _| {
        let urls = element(0xa3, &[&element(4, &[b"ldap://dc9.evil.test/DC=corp"])]);
        Answer::Bytes(message(id, &[&element(0x65, &[&element(10, &[&[10]]), &element(4, &[]), &element(4, &[]), &urls])]))
    })
    .await;
    let refused = all(&mut session).await.expect_err("a referral");
    assert_eq!(refused.outcome, Outcome::RefusedByRule);
    assert!(refused.detail.contains("dc9.evil.test"), "{refused}");
}

#[tokio::test]
async fn who_says_nothing_is_not_there() {
    let mut session = Peer::session(|_, _, _| Answer::Silence).await;
    assert!(!session.is_alive().await);
}

#[tokio::test]
async fn a_password_that_one_controller_took_without_an_answer_is_sent_to_no_other() {
    // Nothing, and *busy* (RFC 4511 §4.1.9): only the second tells that the password was not looked at.
    for (answer, times, outcome) in [(None, 1, Outcome::Broken), (Some(51), 2, Outcome::Unreachable)] {
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = sent.clone();
        let mut peer = Peer::listen(move |mut stream| {
            let counted = counted.clone();
            async move {
                let Some((id, 0x60)) = request(&mut stream).await else { return };
                counted.fetch_add(1, Ordering::SeqCst);
                if let Some(code) = answer {
                    let _ = stream.write_all(&result(&id, 0x61, code)).await;
                }
                let _ = stream.shutdown().await;
            }
        })
        .await;
        peer.place.hosts.extend_from_within(..);
        let failure = peer.open().await.err().expect("a failure");
        assert_eq!((failure.outcome, sent.load(Ordering::SeqCst)), (outcome, times), "{failure}");
    }
}

/// Whoever takes connections, or signs somebody in, and says nothing more is left for the next one: as long as a page may take nobody
/// waits for that.
#[tokio::test]
async fn whoever_hangs_before_the_first_answer_is_left_for_the_next_one() {
    // Twice as long as each of the two may take.
    const LIMIT: Duration = Duration::from_secs(60);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let takes = format!("localhost:{}", listener.local_addr().expect("an address").port());
    let signs_in = Peer::listen(|mut stream| async move {
        let Some((id, 0x60)) = request(&mut stream).await else { return };
        let _ = stream.write_all(&result(&id, 0x61, 0)).await;
        while request(&mut stream).await.is_some() {}
    })
    .await;
    let mut peer = Peer::start(|_, _, _| Answer::Silence).await;
    peer.place.hosts.insert(0, signs_in.place.hosts[0].clone());
    peer.place.hosts.insert(0, takes.clone());
    peer.place.ca_pem = Some([peer.place.ca_pem.expect("one"), signs_in.place.ca_pem.expect("another")].concat());
    let session = tokio::time::timeout(LIMIT, peer.open()).await.expect("in time").expect("a session with the last");
    let passed: Vec<(&str, Outcome)> = session.not_usable().iter().map(|(name, why)| (name.as_str(), why.outcome)).collect();
    assert_eq!(passed, [(takes.as_str(), Outcome::Broken), (signs_in.place.hosts[0].as_str(), Outcome::Broken)]);
    drop(listener);
}
