//! A management point made of little: real TLS 1.3 with client certificates, real signatures, and answers as told.

use provost_domain::{Approval, Digest, MessageId, SiteCode, SmsId, Timestamp};
use provost_runtime::Clock;
use provost_wire::answer::{Accepted, Refusal};
use provost_wire::client::inventory::{Offer, OfferAnswer};
use provost_wire::client::policy::{Policy, Schedule, Wishes};
use provost_wire::client::registration::{self, Registration, RegistrationAnswer, SiteInformation};
use provost_wire::client::{header, path};
use provost_wire::envelope::Kind;
use provost_wire::signature::{PublicKey, Signed};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is done with the next message.
#[derive(Clone, Debug)]
pub enum Next {
    /// Kept and acknowledged.
    Accept,
    /// Kept; the connection ends before a word of the answer.
    AcceptAndHangUp,
    /// Kept; the connection ends in the middle of the answer.
    AcceptAndBreakOff,
    /// Kept; the acknowledgement names another message.
    AcceptAnother,
    /// Not kept; the connection ends.
    HangUp,
    /// Not kept: status, rule, seconds to wait.
    Refuse(u16, u16, Option<u32>),
}

/// One message that was kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: MessageId,
    pub kind: Kind,
    pub body: Vec<u8>,
}

/// What the server does and what it saw.
pub struct State {
    /// What becomes of the next messages; then all are accepted.
    pub next: VecDeque<Next>,
    /// What becomes of the next messages of one kind; looked at first.
    pub next_of: HashMap<&'static str, VecDeque<Next>>,
    /// Messages that were kept, every time they were.
    pub kept: Vec<Kept>,
    /// What registrations are answered: `None` means that nobody looked yet.
    pub approval: Option<Approval>,
    /// Approves whoever shows it.
    pub token: Option<String>,
    /// Nobody answers: connections end as soon as they are made.
    pub away: bool,
    /// How many did since it is away.
    pub turned_away: u32,
    /// The rule that every request of a known client is refused by.
    pub refuse_all: Option<u16>,
    /// How many days a certificate is valid.
    pub certificate_days: i64,
    /// The policy; a poll is refused while there is none.
    pub policy: Option<Policy>,
    /// Answers policy polls with this instead.
    pub policy_document: Option<Vec<u8>>,
    /// The inventory that the site says it has.
    pub inventory: Option<Digest>,
    /// Registrations, in order.
    pub registrations: Vec<Registration>,
    /// Every request, such as `GET /mp/v1/policy`, in order.
    pub requests: Vec<String>,
    /// Site that it says it belongs to.
    pub site: SiteCode,
    nonces: Vec<String>,
    certificates: HashMap<SmsId, (Digest, String, Timestamp)>,
}

pub struct Server {
    pub address: SocketAddr,
    pub authority_pem: String,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    issuer: Issuer<'static, KeyPair>,
    policy_key: EcdsaKeyPair,
    tls: Mutex<Arc<ServerConfig>>,
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key")
}

fn authority(name: &str) -> (Issuer<'static, KeyPair>, rcgen::Certificate) {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let key = key();
    let certificate = params.self_signed(&key).expect("it signs itself");
    (Issuer::new(params, key), certificate)
}

/// A server whose own certificate is one authority's and which takes the clients of another.
fn tls(issuer: &Issuer<'static, KeyPair>, clients_of: &rcgen::Certificate) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("parameters");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = key();
    let certificate = params.signed_by(&key, issuer).expect("it is issued");
    let mut roots = RootCertStore::empty();
    roots.add(clients_of.der().clone()).expect("a root");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).allow_unauthenticated().build().expect("a verifier");
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13]).expect("TLS 1.3");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Arc::new(builder.with_client_cert_verifier(verifier).with_single_cert(vec![certificate.der().clone()], key).expect("a configuration"))
}

impl Server {
    /// Starts one on a free port. Registered clients are approved, messages are accepted, nothing is wished for.
    pub fn start() -> Self {
        let (issuer, certificate) = authority("Test authority");
        let random = SystemRandom::new();
        let policy_key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let policy_key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, policy_key.as_ref(), &random).expect("a key");
        let site: SiteCode = "LAB".parse().expect("a code");
        let state = State {
            next: VecDeque::new(),
            next_of: HashMap::new(),
            kept: Vec::new(),
            approval: Some(Approval::Approved),
            token: None,
            away: false,
            turned_away: 0,
            refuse_all: None,
            certificate_days: 365,
            policy: Some(policy(site, 1)),
            policy_document: None,
            inventory: None,
            registrations: Vec::new(),
            requests: Vec::new(),
            site,
            nonces: Vec::new(),
            certificates: HashMap::new(),
        };
        let tls = Mutex::new(tls(&issuer, &certificate));
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), issuer, policy_key, tls });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Self { address, authority_pem: certificate.pem(), shared: Arc::clone(&shared) };
        std::thread::spawn(move || {
            for socket in listener.incoming().filter_map(Result::ok) {
                {
                    let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
                    if state.away {
                        state.turned_away += 1;
                        shared.changed.notify_all();
                        continue;
                    }
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || {
                    let _ = serve(socket, &shared);
                });
            }
        });
        server
    }

    /// What it does and saw.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` says so.
    pub fn wait(&self, what: &str, done: impl Fn(&State) -> bool) {
        let until = Instant::now() + PATIENCE;
        let mut state = self.state();
        while !done(&state) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain until {what}; requests: {:#?}", state.requests);
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// From now on, certificates of clients are refused in the handshake, as if another authority had issued them.
    pub fn distrust_clients(&self) {
        let (_, other) = authority("Another authority");
        *self.shared.tls.lock().unwrap_or_else(PoisonError::into_inner) = tls(&self.shared.issuer, &other);
    }

    /// Forgets all clients.
    pub fn forget_clients(&self) {
        self.state().certificates.clear();
    }
}

/// A policy that wishes for nothing.
pub fn policy(site: SiteCode, version: i64) -> Policy {
    Policy { site, client: None, version, issued_at: Timestamp::from_micros(1), schedule: Schedule::default(), wishes: Wishes::default() }
}

struct Request {
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

fn read_request(stream: &mut impl Read) -> io::Result<Request> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let headers: HashMap<String, String> = lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
    let mut body = vec![0; headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok(Request { method, path, headers, body })
}

/// An answer, or how much of one is sent before the connection ends.
enum Reply {
    Whole(Vec<u8>),
    Half(Vec<u8>),
    Nothing,
}

fn reply(status: u16, headers: &str, document: &impl serde::Serialize) -> Vec<u8> {
    raw(status, headers, &serde_json::to_vec(document).expect("it serialises"))
}

fn raw(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn refusal(status: u16, code: u16, retry_after: Option<u32>) -> Reply {
    let headers = retry_after.map_or(String::new(), |seconds| format!("retry-after: {seconds}\r\n"));
    Reply::Whole(reply(status, &headers, &Refusal { code: format!("PV{code}"), message: "refused by the test".to_owned(), fix: "none".to_owned() }))
}

fn serve(socket: TcpStream, shared: &Shared) -> io::Result<()> {
    let tls = Arc::clone(&shared.tls.lock().unwrap_or_else(PoisonError::into_inner));
    let mut stream = StreamOwned::new(ServerConnection::new(tls).map_err(io::Error::other)?, socket);
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            // The alert says why; it is sent before the connection ends.
            let _ = stream.conn.write_tls(&mut stream.sock);
            let _ = stream.sock.shutdown(std::net::Shutdown::Write);
            let _ = io::copy(&mut stream.sock, &mut io::sink());
            return Err(error);
        }
    }
    let certificate = stream.conn.peer_certificates().and_then(|chain| chain.first()).map(|c| Digest::of(c));
    loop {
        let request = read_request(&mut stream)?;
        let reply = shared.answer(certificate, &request);
        shared.changed.notify_all();
        match reply {
            Reply::Whole(bytes) => {
                stream.write_all(&bytes)?;
                stream.flush()?;
            }
            Reply::Half(bytes) => {
                stream.write_all(&bytes[..bytes.len() / 2])?;
                return stream.flush();
            }
            Reply::Nothing => return Ok(()),
        }
    }
}

/// A client's public key as the issuing library wants it.
struct ClientKey<'k>(&'k PublicKey);

impl PublicKeyData for ClientKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.as_point()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl Shared {
    fn policy_key(&self) -> PublicKey {
        PublicKey::from_point(self.policy_key.public_key().as_ref()).expect("a point")
    }

    fn answer(&self, certificate: Option<Digest>, request: &Request) -> Reply {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        state.requests.push(format!("{} {}", request.method, request.path));
        match request.path.as_str() {
            path::SITE => {
                let nonce = format!("nonce-{}", state.requests.len());
                state.nonces.push(nonce.clone());
                return Reply::Whole(reply(200, "", &SiteInformation { site: state.site, time: Clock::system().now(), nonce }));
            }
            path::REGISTER => return self.register(state, &request.body),
            _ => {}
        }
        if let Some(code) = state.refuse_all {
            return refusal(403, code, None);
        }
        if certificate.is_none_or(|digest| state.certificates.values().all(|(known, ..)| *known != digest)) {
            return refusal(403, provost_catalog::rules::code::UNKNOWN_CLIENT, None);
        }
        if state.approval != Some(Approval::Approved) {
            return refusal(403, provost_catalog::rules::code::NOT_APPROVED, None);
        }
        match request.path.as_str() {
            path::POLICY => self.policy(state, request),
            path::MESSAGES => message(state, request),
            path::INVENTORY_OFFER => {
                let offer: Offer = serde_json::from_slice(&request.body).expect("an offer");
                let known = state.inventory == Some(offer.digest);
                Reply::Whole(reply(200, "", if known { &OfferAnswer::Known } else { &OfferAnswer::SendFull }))
            }
            _ => refusal(404, provost_catalog::rules::code::NO_SUCH_PATH, None),
        }
    }

    fn register(&self, state: &mut State, body: &[u8]) -> Reply {
        let signed: Signed = serde_json::from_slice(body).expect("a signed document");
        let registration = registration::parse(&signed.payload).expect("a registration");
        assert!(signed.open(&registration.public_key).is_some(), "the registration is signed with its own key");
        let nonce = state.nonces.iter().position(|nonce| *nonce == registration.nonce).expect("a nonce that was issued and not used");
        state.nonces.remove(nonce);
        state.registrations.push(registration.clone());
        if registration.token.is_some() && registration.token == state.token {
            state.approval = Some(Approval::Approved);
        }
        let now = Clock::system().now();
        let policy_key = self.policy_key();
        if state.approval.is_none() {
            return Reply::Whole(reply(202, "", &RegistrationAnswer { approval: None, certificate_pem: None, certificate_not_after: None, policy_key }));
        }
        let known = state.certificates.get(&registration.client).filter(|(.., end)| end.seconds_since(now) > registration::RENEWAL_SECONDS).cloned();
        let (digest, pem, end) = known.unwrap_or_else(|| {
            let mut params = CertificateParams::new(Vec::new()).expect("parameters");
            params.distinguished_name.push(rcgen::DnType::CommonName, registration.client.to_string());
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            params.serial_number = Some(rcgen::SerialNumber::from(u64::try_from(state.requests.len()).expect("few")));
            let certificate = params.signed_by(&ClientKey(&registration.public_key), &self.issuer).expect("it is issued");
            (Digest::of(certificate.der()), certificate.pem(), now.plus_seconds(state.certificate_days * 24 * 3600))
        });
        state.certificates.insert(registration.client, (digest, pem.clone(), end));
        let answer = RegistrationAnswer { approval: state.approval, certificate_pem: Some(pem), certificate_not_after: Some(end), policy_key };
        Reply::Whole(reply(200, "", &answer))
    }

    fn policy(&self, state: &State, request: &Request) -> Reply {
        if let Some(document) = &state.policy_document {
            return Reply::Whole(raw(200, "etag: \"9\"\r\n", document));
        }
        let Some(policy) = &state.policy else { return refusal(503, provost_catalog::rules::code::STORAGE_UNAVAILABLE, Some(1)) };
        let etag = format!("\"{}\"", policy.version);
        if request.headers.get("if-none-match") == Some(&etag) {
            return Reply::Whole(format!("HTTP/1.1 304 x\r\netag: {etag}\r\n\r\n").into_bytes());
        }
        let payload = serde_json::to_string(policy).expect("it serialises");
        let signature = self.policy_key.sign(&SystemRandom::new(), payload.as_bytes()).expect("it signs");
        Reply::Whole(reply(200, &format!("etag: {etag}\r\n"), &Signed::new(payload, signature.as_ref())))
    }
}

fn message(state: &mut State, request: &Request) -> Reply {
    let kind = Kind::from_word(&request.headers[header::KIND]).expect("a kind");
    let id: MessageId = request.headers[header::MESSAGE_ID].parse().expect("an id");
    let next = state.next_of.get_mut(kind.word()).and_then(VecDeque::pop_front).or_else(|| state.next.pop_front()).unwrap_or(Next::Accept);
    let keeps = !matches!(next, Next::HangUp | Next::Refuse(..));
    if keeps {
        state.kept.push(Kept { id, kind, body: request.body.clone() });
    }
    let other = MessageId::new(Timestamp::from_micros(1), [1; 10]);
    let accepted = |accepted: MessageId| reply(202, "", &Accepted { accepted });
    match next {
        Next::Accept => Reply::Whole(accepted(id)),
        Next::AcceptAnother => Reply::Whole(accepted(other)),
        Next::AcceptAndBreakOff => Reply::Half(accepted(id)),
        Next::AcceptAndHangUp | Next::HangUp => Reply::Nothing,
        Next::Refuse(status, code, retry_after) => refusal(status, code, retry_after),
    }
}
