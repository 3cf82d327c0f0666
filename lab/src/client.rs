//! A simulated client: its own key, registered and approved, mutual TLS 1.3.

use crate::exchange::{Answer, Connection};
use provost_domain::{MessageId, SiteCode, SmsId};
use provost_runtime::{Clock, random};
use provost_wire::client::{header, path, registration};
use provost_wire::envelope::Kind;
use provost_wire::signature::{PublicKey, Signed};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A connection to a management point.
pub type Session = Connection<StreamOwned<ClientConnection, TcpStream>>;

/// Who a client is and how it proves it.
pub struct Client {
    /// Its identity.
    pub id: SmsId,
    /// Its name.
    pub name: String,
    key: EcdsaKeyPair,
    tls: Arc<ClientConfig>,
}

/// Longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A failure with what was attempted.
fn failed(what: &str, cause: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("{what}: {cause}"))
}

/// TLS 1.3 that trusts one authority, given as a file in PEM.
///
/// # Errors
/// When the file holds no certificate.
pub fn tls_trusting(authority: &Path) -> io::Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(authority).map_err(|e| failed("reading the site's authority", e))?;
    roots.add(certificate).map_err(|e| failed("trusting the site's authority", e))?;
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]).map_err(|e| failed("TLS 1.3", e))?;
    Ok(builder.with_root_certificates(roots))
}

/// Connects with this configuration.
///
/// # Errors
/// When the management point cannot be reached; TLS happens with the first exchange.
pub fn connect(address: SocketAddr, tls: &Arc<ClientConfig>) -> io::Result<Session> {
    let socket = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    let name = ServerName::try_from("localhost").map_err(|e| failed("localhost", e))?;
    let session = ClientConnection::new(Arc::clone(tls), name).map_err(|e| failed("TLS", e))?;
    Ok(Connection::new(StreamOwned::new(session, socket)))
}

impl Client {
    /// Makes a key, registers with a one-time token, and waits for the certificate.
    ///
    /// # Errors
    /// When the site refuses or does not answer.
    pub fn register(address: SocketAddr, authority: &Path, site: SiteCode, name: &str, token: Option<&str>) -> io::Result<Self> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).map_err(|e| failed("making a key", e))?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &SystemRandom::new()).map_err(|e| failed("reading the key", e))?;
        let id = SmsId::from_random(random::bytes());
        let anonymous = Arc::new(tls_trusting(authority)?.with_no_client_auth());
        let mut session = connect(address, &anonymous)?;
        for _ in 0..300 {
            let answer = register_once(&mut session, &key, id, site, name, token)?;
            if let Some(pem) = answer.certificate_pem {
                let chain = vec![CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| failed("reading the certificate", e))?];
                let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8.as_ref().to_vec()));
                let mut tls = tls_trusting(authority)?.with_client_auth_cert(chain, private).map_err(|e| failed("using the certificate", e))?;
                // Every connection is a full handshake: a client that was away for an hour has no ticket either.
                tls.resumption = rustls::client::Resumption::disabled();
                return Ok(Self { id, name: name.to_owned(), key, tls: Arc::new(tls) });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(io::Error::other("the site issued no certificate"))
    }

    /// Its public key.
    ///
    /// # Errors
    /// Never for a key made here.
    pub fn public_key(&self) -> io::Result<PublicKey> {
        PublicKey::from_point(self.key.public_key().as_ref()).map_err(io::Error::other)
    }

    /// Its TLS configuration, certificate included.
    #[must_use]
    pub const fn tls(&self) -> &Arc<ClientConfig> {
        &self.tls
    }

    /// A connection with its certificate.
    ///
    /// # Errors
    /// When the management point cannot be reached.
    pub fn connect(&self, address: SocketAddr) -> io::Result<Session> {
        connect(address, &self.tls)
    }
}

/// Sends one message on a session.
///
/// # Errors
/// When the connection breaks before an answer; whether the message was taken is then unknown.
pub fn send(session: &mut Session, id: MessageId, kind: Kind, body: &[u8]) -> io::Result<Answer> {
    session.exchange("POST", path::MESSAGES, &[(header::MESSAGE_ID, &id.to_string()), (header::KIND, kind.word()), ("content-type", "application/json")], body)
}

fn register_once(
    session: &mut Session,
    key: &EcdsaKeyPair,
    id: SmsId,
    site: SiteCode,
    name: &str,
    token: Option<&str>,
) -> io::Result<registration::RegistrationAnswer> {
    let information = session.exchange("GET", path::SITE, &[], &[])?;
    let information: registration::SiteInformation = serde_json::from_slice(&information.body)?;
    let claim = registration::Registration {
        client: id,
        site,
        public_key: PublicKey::from_point(key.public_key().as_ref()).map_err(io::Error::other)?,
        netbios_name: name.to_uppercase().chars().take(15).collect(),
        dns_name: name.to_owned(),
        hardware_id: provost_domain::Digest::of(name.as_bytes()).to_string(),
        client_version: env!("CARGO_PKG_VERSION").to_owned(),
        nonce: information.nonce,
        sent_at: Clock::system().now(),
        token: token.map(str::to_owned),
    };
    let payload = serde_json::to_string(&claim)?;
    let signature = key.sign(&SystemRandom::new(), payload.as_bytes()).map_err(|e| failed("signing", e))?;
    let body = serde_json::to_vec(&Signed::new(payload, signature.as_ref()))?;
    let answer = session.exchange("POST", path::REGISTER, &[("content-type", "application/json")], &body)?;
    if answer.status >= 400 {
        return Err(failed("registering", format_args!("{} {}", answer.status, answer.text())));
    }
    Ok(serde_json::from_slice(&answer.body)?)
}
