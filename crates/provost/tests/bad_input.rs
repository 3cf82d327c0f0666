//! What strangers, broken clients and broken disks send, against the real program over real TLS: each gets a clear
//! answer, and nothing that was accepted is lost.

use provost_domain::{SiteCode, SmsId};
use provost_lab::client::{Client, Session, connect, send, tls_trusting};
use provost_lab::exchange::Answer;
use provost_lab::mark::Marks;
use provost_lab::site::{Site, Start};
use provost_lab::wait;
use provost_runtime::{Clock, random};
use provost_wire::client::inventory::{Offer, OfferAnswer};
use provost_wire::client::registration::{Registration, SiteInformation};
use provost_wire::client::{header, path};
use provost_wire::envelope::Kind;
use provost_wire::signature::{PublicKey, Signed};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

struct Lab {
    site: Site,
    start: Start,
    /// Goes away, with all data, after the site.
    folder: tempfile::TempDir,
}

fn lab() -> Lab {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site"));
    Lab { site: start.run().expect("the site starts"), start, folder }
}

fn code() -> SiteCode {
    "LAB".parse().expect("a site code")
}

impl Lab {
    fn authority(&self) -> std::path::PathBuf {
        self.site.data().join("keys/site-ca.pem")
    }

    fn client(&self, name: &str, approved: bool) -> Client {
        let token = approved.then(|| self.site.approval_token().expect("a token"));
        Client::register(self.site.ready.management_point, &self.authority(), code(), name, token.as_deref()).expect("it registers")
    }

    fn session(&self, client: &Client) -> Session {
        client.connect(self.site.ready.management_point).expect("a connection")
    }

    fn anonymous(&self) -> Session {
        let tls = Arc::new(tls_trusting(&self.authority()).expect("the authority").with_no_client_auth());
        connect(self.site.ready.management_point, &tls).expect("a connection")
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.site.api("GET", path, &Value::Null).expect("the API answers");
        serde_json::from_slice(&answer.body).unwrap_or_else(|e| panic!("{path}: {e}: {}", answer.text()))
    }

    fn post(&self, path: &str) -> Answer {
        self.site.api("POST", path, &Value::Null).expect("the API answers")
    }

    fn times(&self, mark: &str) -> usize {
        MARKS.times(&self.site, mark).expect("a list")
    }

    fn bad_files(&self, inbox: &str) -> i64 {
        self.get(&format!("/api/v1/inboxes/{inbox}"))["bad_files"].as_i64().expect("a count")
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.site.ready.pid)).expect("the process is there");
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).expect("it has a size");
        line.trim().trim_end_matches("kB").trim().parse().expect("a number")
    }
}

/// Insists on a status and the number of a rule.
fn refused(answer: &Answer, status: u16, rule: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let refusal: Value = serde_json::from_slice(&answer.body).expect("a refusal is JSON");
    assert_eq!(refusal["code"], rule, "{refusal}");
    assert!(!refusal["message"].as_str().unwrap_or_default().is_empty() && !refusal["fix"].as_str().unwrap_or_default().is_empty(), "{refusal}");
}

/// What is sent by hand.
const MARKS: Marks = Marks::of("bad-input");

fn eventually(what: &str, holds: impl FnMut() -> bool) {
    wait::eventually(what, Duration::from_secs(30), holds).unwrap_or_else(|e| panic!("{e}"));
}

fn report(mark: &str) -> Vec<u8> {
    MARKS.report(mark).expect("it serialises")
}

fn send_mark(session: &mut Session, mark: &str) -> Answer {
    MARKS.send(session, mark).expect("an answer")
}

struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("a key"))
    }

    fn public(&self) -> PublicKey {
        PublicKey::from_point(self.0.public_key().as_ref()).expect("a point")
    }

    fn signed(&self, registration: &Registration) -> Vec<u8> {
        let payload = serde_json::to_string(registration).expect("it serialises");
        let signature = self.0.sign(&SystemRandom::new(), payload.as_bytes()).expect("it signs");
        serde_json::to_vec(&Signed::new(payload, signature.as_ref())).expect("it serialises")
    }
}

fn registration(session: &mut Session, id: SmsId, key: &Key) -> Registration {
    let answer = session.exchange("GET", path::SITE, &[], &[]).expect("an answer");
    let information: SiteInformation = serde_json::from_slice(&answer.body).expect("site information");
    Registration {
        client: id,
        site: code(),
        public_key: key.public(),
        netbios_name: "STRANGER".to_owned(),
        dns_name: "stranger".to_owned(),
        hardware_id: String::new(),
        client_version: "0.1.0".to_owned(),
        nonce: information.nonce,
        sent_at: Clock::system().now(),
        token: None,
    }
}

fn post_registration(session: &mut Session, body: &[u8]) -> Answer {
    session.exchange("POST", path::REGISTER, &[("content-type", "application/json")], body).expect("an answer")
}

#[test]
fn registrations_of_strangers_are_refused_with_the_reason() {
    let lab = lab();
    let mut session = lab.anonymous();
    let key = Key::new();
    let id = SmsId::from_random(random::bytes());

    let good = key.signed(&registration(&mut session, id, &key));
    assert!(post_registration(&mut session, &good).status < 300);
    refused(&post_registration(&mut session, &good), 403, "PV3002");

    let other = Key::new();
    let claim = registration(&mut session, id, &other);
    refused(&post_registration(&mut session, &other.signed(&claim)), 409, "PV3003");

    let claim = Registration { public_key: key.public(), ..registration(&mut session, id, &key) };
    refused(&post_registration(&mut session, &other.signed(&claim)), 403, "PV3001");

    let claim = Registration { site: "P01".parse().expect("a code"), ..registration(&mut session, id, &key) };
    refused(&post_registration(&mut session, &key.signed(&claim)), 403, "PV3010");

    let claim = registration(&mut session, id, &key);
    let late = Registration { sent_at: claim.sent_at.plus_seconds(-301), ..claim };
    refused(&post_registration(&mut session, &key.signed(&late)), 403, "PV3008");

    let claim = Registration { nonce: "AAAA".to_owned(), ..registration(&mut session, id, &key) };
    refused(&post_registration(&mut session, &key.signed(&claim)), 403, "PV3002");

    refused(&post_registration(&mut session, b"{}"), 400, "PV3009");
    refused(&post_registration(&mut session, &vec![b' '; 20_000]), 413, "PV3006");
}

#[test]
fn a_token_approves_one_client() {
    let lab = lab();
    let token = lab.site.approval_token().expect("a token");
    let register = |name: &str| Client::register(lab.site.ready.management_point, &lab.authority(), code(), name, Some(&token)).expect("it registers");
    let (first, second) = (register("first"), register("second"));
    assert_eq!(send_mark(&mut lab.session(&first), "first").status, 202);
    refused(&send_mark(&mut lab.session(&second), "second"), 403, "PV3004");
}

#[test]
fn registered_is_not_approved_and_blocked_is_nothing() {
    let lab = lab();
    refused(&send_mark(&mut lab.anonymous(), "x"), 401, "PV3011");
    refused(&lab.anonymous().exchange("GET", path::POLICY, &[], &[]).expect("an answer"), 401, "PV3011");

    let client = lab.client("waiting", false);
    let mut session = lab.session(&client);
    refused(&send_mark(&mut session, "too early"), 403, "PV3004");
    refused(&session.exchange("GET", path::POLICY, &[], &[]).expect("an answer"), 403, "PV3004");

    assert!(lab.post(&format!("/api/v1/clients/{}/approve", client.id)).status < 300);
    eventually("the approval", || send_mark(&mut session, "approved").status == 202);
    let mut poll = |version: &str| session.exchange("GET", path::POLICY, &[("if-none-match", version)], &[]).expect("an answer");
    assert_eq!(poll("\"none\"").status, 200);
    // It may have changed just now.
    eventually("an unchanged policy costs a few bytes", || {
        let version = poll("\"none\"").header("etag").expect("a version").to_owned();
        let unchanged = poll(&version);
        unchanged.status == 304 && unchanged.body.is_empty()
    });

    assert!(lab.post(&format!("/api/v1/clients/{}/block", client.id)).status < 300);
    eventually("the block", || send_mark(&mut session, "blocked").status == 403);
    refused(&send_mark(&mut session, "blocked"), 403, "PV3005");
    refused(&session.exchange("GET", path::POLICY, &[], &[]).expect("an answer"), 403, "PV3005");
    assert_eq!(lab.times("too early"), 0);
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut names = rcgen::DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// A certificate for a new key, from this authority, valid around now plus so many days.
fn certified(issuer: &Issuer<'_, KeyPair>, from_days: i64, to_days: i64) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "GUID:0123ABCD-4567-489A-8BCD-EF0123456789");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let now = time::OffsetDateTime::now_utc();
    (params.not_before, params.not_after) = (now + time::Duration::days(from_days), now + time::Duration::days(to_days));
    let certificate = params.signed_by(&key, issuer).expect("it is signed");
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).expect("a key"))
}

#[test]
fn expired_foreign_and_unknown_certificates_are_refused() {
    let lab = lab();
    let keys = lab.site.data().join("keys");
    let authority_key = KeyPair::from_pem(&std::fs::read_to_string(keys.join("site-ca.key.pem")).expect("its key")).expect("a key");
    let mut authority = CertificateParams::default();
    authority.distinguished_name = named("Provost site LAB certificate authority");
    let ours = Issuer::new(authority, authority_key);
    let foreign_key = KeyPair::generate().expect("a key");
    let mut foreign = CertificateParams::default();
    foreign.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    foreign.distinguished_name = named("Provost site LAB certificate authority");
    let foreign = Issuer::new(foreign, foreign_key);

    let ask = |(certificate, key)| {
        let tls = tls_trusting(&lab.authority()).expect("the authority").with_client_auth_cert(vec![certificate], key).expect("they belong together");
        connect(lab.site.ready.management_point, &Arc::new(tls)).and_then(|mut session| session.exchange("GET", path::POLICY, &[], &[]))
    };
    let expired = ask(certified(&ours, -30, -1)).expect_err("the handshake is refused").to_string();
    assert!(expired.contains("Expired"), "{expired}");
    let stranger = ask(certified(&foreign, -1, 30)).expect_err("the handshake is refused").to_string();
    assert!(stranger.contains("UnknownCA") || stranger.contains("DecryptError") || stranger.contains("BadCertificate"), "{stranger}");
    // One that the authority signed and the site never issued proves a leaked key; it is nobody.
    refused(&ask(certified(&ours, -1, 30)).expect("an answer"), 403, "PV3018");
}

#[test]
fn an_inventory_of_a_gigabyte_is_refused_without_being_held() {
    let lab = lab();
    let client = lab.client("huge", true);
    let before = lab.resident_kib();
    let headers = |length: &str| {
        let id = random::message_id(Clock::system().now());
        format!("POST {} HTTP/1.1\r\nhost: x\r\n{}: {id}\r\n{}: hardware-inventory\r\n{length}\r\n\r\n", path::MESSAGES, header::MESSAGE_ID, header::KIND)
    };
    let mut session = lab.session(&client);
    session.stream().write_all(headers("content-length: 1073741824").as_bytes()).expect("it is sent");
    refused(&session.read_answer().expect("an answer before the body"), 413, "PV3006");

    let mut session = lab.session(&client);
    session.stream().write_all(headers("transfer-encoding: chunked").as_bytes()).expect("it is sent");
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x1_0000], b"\r\n".to_vec()].concat();
    let mut sent = 0_u64;
    // The other end stops reading at its limit; a gigabyte never gets through.
    while sent < 1 << 30 {
        if session.stream().write_all(&chunk).is_err() {
            break;
        }
        sent += 0x1_0000;
    }
    assert!(sent < 1 << 28, "{sent} bytes were taken");
    if let Ok(answer) = session.read_answer() {
        refused(&answer, 413, "PV3006");
    }
    let after = lab.resident_kib();
    assert!(after < before + 96 * 1024, "memory grew from {before} to {after} KiB");
    assert_eq!(send_mark(&mut lab.session(&client), "alive").status, 202);
}

#[test]
fn inventories_that_are_none_are_told_so_or_put_aside() {
    let lab = lab();
    let client = lab.client("odd", true);
    let mut session = lab.session(&client);
    let mut post = |body: &[u8]| send(&mut session, random::message_id(Clock::system().now()), Kind::HardwareInventory, body).expect("an answer");
    refused(&post(b"{\"classes\":\"\xff\"}"), 400, "PV3009");
    refused(&post(b"[]"), 400, "PV3009");

    // What only reading it whole tells is put aside by the loader, with the reason, and the others go on.
    let deep = format!("{{\"classes\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(post(deep.as_bytes()).status, 202);
    eventually("the deep one is put aside", || lab.bad_files("hardware-inventory") == 1);
    let good = provost_wire::client::inventory::encode(&provost_lab::inventory::full(1, 0, 20));
    assert_eq!(post(&good).status, 202);
    let told = || lab.get("/api/v1/messages?limit=200").to_string();
    eventually("people are told", || told().contains("4001"));
    eventually("the good one is loaded", || lab.site.waiting_files().expect("it counts") == 0);
    assert_eq!(lab.bad_files("hardware-inventory"), 1);
    let policy = || lab.session(&client).exchange("GET", path::POLICY, &[], &[]).expect("an answer").text();
    eventually("the client is asked for a full one, or has sent it", || policy().contains("full_hardware_inventory"));

    // What the site has is offered, and not sent again.
    let mut session = lab.session(&client);
    let mut offered = |digest| {
        let offer = serde_json::to_vec(&Offer { digest }).expect("it serialises");
        let answer = session.exchange("POST", path::INVENTORY_OFFER, &[("content-type", "application/json")], &offer).expect("an answer");
        serde_json::from_slice::<OfferAnswer>(&answer.body).expect("an answer to an offer")
    };
    let has = provost_lab::inventory::full(1, 0, 20).digest;
    eventually("the offer is known", || offered(has) == OfferAnswer::Known);
    assert_eq!(offered(provost_lab::inventory::full(2, 0, 20).digest), OfferAnswer::SendFull);
}

#[test]
fn a_message_that_comes_twice_is_there_once() {
    let lab = lab();
    let client = lab.client("twice", true);
    let mut session = lab.session(&client);
    let id = random::message_id(Clock::system().now());
    for _ in 0..3 {
        assert_eq!(send(&mut session, id, Kind::Status, &report("once")).expect("an answer").status, 202);
    }
    eventually("it arrives", || lab.times("once") > 0 && lab.site.waiting_files().expect("it counts") == 0);
    assert_eq!(lab.times("once"), 1);
}

#[test]
fn messages_with_wrong_ids_kinds_and_times_are_refused() {
    let lab = lab();
    let client = lab.client("wrong", true);
    let mut session = lab.session(&client);
    let now = Clock::system().now();
    let mut post = |id: &str, kind: &str, body: &[u8]| {
        session.exchange("POST", path::MESSAGES, &[(header::MESSAGE_ID, id), (header::KIND, kind)], body).expect("an answer")
    };
    let fresh = random::message_id(now).to_string();
    refused(&post("no-id", "status", b"{}"), 400, "PV3009");
    refused(&post(&fresh, "registration", b"{}"), 400, "PV3009");
    refused(&post(&fresh, "status", b"{\"messages\":[{\"number\":1}]}"), 400, "PV3009");
    refused(&post(&fresh, "heartbeat", b"nonsense"), 400, "PV3009");
    let old = random::message_id(now.plus_seconds(-61 * 86_400)).to_string();
    refused(&post(&old, "status", &report("old")), 422, "PV3012");
    let ahead = random::message_id(now.plus_seconds(3600)).to_string();
    refused(&post(&ahead, "status", &report("ahead")), 403, "PV3008");
}

#[test]
fn a_client_that_sends_too_often_waits_and_nobody_waits_with_it() {
    let lab = lab();
    let (flooding, honest) = (lab.client("flooding", true), lab.client("honest", true));
    let mut session = lab.session(&flooding);
    assert_eq!(send_mark(&mut session, "first").status, 202);
    // What is not understood counts too, and no slow disk holds it up.
    let mut nonsense = || send(&mut session, random::message_id(Clock::system().now()), Kind::Status, b"{}").expect("an answer");
    let (passed, answer) = (0..5000).map(|n| (n, nonsense())).find(|(_, answer)| answer.status != 400).expect("5,000 at once are too many");
    refused(&answer, 429, "PV3007");
    let wait: u64 = answer.header("retry-after").expect("it is told when to come back").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(passed >= 299, "a burst passes: {passed}");
    assert_eq!(send_mark(&mut lab.session(&honest), "honest").status, 202, "the limit is each client's own");
    std::thread::sleep(Duration::from_secs(wait));
    assert_eq!(send_mark(&mut lab.session(&flooding), "later").status, 202);
    eventually("what was taken is there, once", || ["first", "honest", "later"].iter().all(|mark| lab.times(mark) == 1));
}

#[test]
fn a_client_that_asks_too_often_waits_and_may_still_send() {
    let lab = lab();
    let (asking, honest) = (lab.client("asking", true), lab.client("patient", true));
    let mut session = lab.session(&asking);
    let offer = serde_json::json!({ "digest": provost_domain::Digest::of(b"an inventory") }).to_string();
    let mut ask = |number: u32| match number % 2 {
        0 => session.exchange("GET", path::POLICY, &[], &[]).expect("an answer"),
        _ => session.exchange("POST", path::INVENTORY_OFFER, &[], offer.as_bytes()).expect("an answer"),
    };
    let (passed, answer) = (0..20_000).map(|n| (n, ask(n))).find(|(_, answer)| answer.status != 200).expect("20,000 at once are too many");
    refused(&answer, 429, "PV3007");
    let wait: u64 = answer.header("retry-after").expect("it is told when to come back").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(passed >= 1499, "a burst passes: {passed}");
    // Offers and polls are one rate.
    let both = [ask(0), ask(1)].map(|answer| answer.status);
    assert!(both.contains(&429), "{both:?}");
    assert_eq!(send_mark(&mut session, "asking").status, 202, "what it has to tell is taken all the same");
    assert_eq!(lab.session(&honest).exchange("GET", path::POLICY, &[], &[]).expect("an answer").status, 200, "the limit is each client's own");
    std::thread::sleep(Duration::from_secs(wait));
    assert_eq!(session.exchange("GET", path::POLICY, &[], &[]).expect("an answer").status, 200);
}

#[test]
fn half_written_and_foreign_inbox_files_lose_nothing_else() {
    let lab = lab();
    let inbox = lab.site.data().join("inboxes").join(provost_catalog::inboxes::STATUS.folder);
    let client = lab.client("writer", true);
    let envelope = provost_wire::envelope::Envelope {
        id: random::message_id(Clock::system().now()),
        kind: Kind::Status,
        client: Some(client.id),
        received_at: Clock::system().now(),
        management_point: "mp1".to_owned(),
    };
    let mut file = Vec::new();
    provost_store::inbox::write_frame(&mut file, &envelope.to_bytes(), &report("whole")).expect("it writes");
    let whole = file.len();
    let second = provost_wire::envelope::Envelope { id: random::message_id(Clock::system().now()), ..envelope };
    provost_store::inbox::write_frame(&mut file, &second.to_bytes(), &report("half")).expect("it writes");
    file.truncate(whole + 60);
    std::fs::write(inbox.join("00000000000000000001-half.SVF"), &file).expect("it is dropped");
    std::fs::write(inbox.join("00000000000000000002-foreign.SVF"), b"this is no inbox file").expect("it is dropped");
    assert_eq!(send_mark(&mut lab.session(&client), "after").status, 202);
    eventually("what is whole arrives", || lab.times("whole") == 1 && lab.times("after") == 1);
    assert_eq!(lab.times("half"), 0);
    eventually("the rest is put aside", || lab.bad_files("status") == 2);
    let bad = lab.site.data().join("inboxes").join(provost_catalog::inboxes::STATUS.bad_folder);
    let reasons =
        std::fs::read_dir(bad).expect("it reads").filter(|e| e.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().ends_with(".reason.txt"))).count();
    assert_eq!(reasons, 2);
}

#[test]
fn what_was_accepted_survives_a_restart_of_everything() {
    let lab = lab();
    let client = lab.client("survivor", true);
    let mut session = lab.session(&client);
    for n in 0..20 {
        assert_eq!(send_mark(&mut session, &format!("mark {n}")).status, 202);
    }
    let Lab { site, start, folder } = lab;
    site.kill().expect("it runs until it is killed");
    let lab = Lab { site: start.run().expect("it starts again"), start, folder };
    eventually("all arrive", || (0..20).all(|n| lab.times(&format!("mark {n}")) == 1));
    assert_eq!(send_mark(&mut lab.session(&client), "again").status, 202, "the certificate is still good");
}
