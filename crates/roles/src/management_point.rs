//! The management point answers clients: registration, policy, and everything they send.
//!
//! - Runs where the site says, today in the site's own process. Connects to the site database as the principal
//!   *management point*, which may only read.
//! - TLS 1.3 only. A client's certificate is from the site's own authority; without one only [`SITE`](path::SITE) and
//!   [`REGISTER`](path::REGISTER) answer.
//! - A registered client is given nothing until it is approved. A blocked one is given nothing.
//! - A message is acknowledged when its inbox file and the folder are synced, not before.
//! - While the database is away, the last known standing of every client keeps serving, and messages are taken.

mod allowance;
mod answers;
mod body;
mod connection;
mod listener;
mod messages;
mod nonce;
mod offers;
mod policy;
mod presence;
mod registration;
mod registry;

use crate::management_point::listener::Listener;
use crate::management_point::nonce::Nonces;
use crate::management_point::presence::Presence;
use crate::management_point::registration::AddressRates;
use crate::management_point::registry::{Refresh, Registry};
use provost_domain::SiteCode;
use provost_runtime::{Bells, Clock, Supervisor, supervisor};
use provost_store::inbox::{Depositor, Inboxes};
use provost_store::{Connection, StoreError};
use provost_wire::signature::PublicKey;
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

#[allow(unused_imports, reason = "named in the documentation")]
use provost_wire::client::path;

/// Opens the site database. It blocks.
pub type Connect = Arc<dyn Fn() -> Result<Connection, StoreError> + Send + Sync>;

/// What a management point is started with.
pub struct Config {
    /// Its site.
    pub site: SiteCode,
    /// Name of its host, for envelopes.
    pub host: String,
    /// Where it listens.
    pub listener: TcpListener,
    /// Its certificate and those that it needs to be trusted.
    pub certificate_chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
    /// The site's authority, whose clients it answers.
    pub authority: CertificateDer<'static>,
    /// The key that policy is signed with, told to clients at registration.
    pub policy_key: PublicKey,
    /// Opens the site database, as whoever is bound or acts by default; asked again when a connection is lost.
    pub connect: Connect,
    /// The site's inboxes.
    pub inboxes: Inboxes,
    /// Bells of the inboxes' owners, and its own.
    pub bells: Bells,
    /// The clock.
    pub clock: Clock,
    /// Who is told what becomes of its component.
    pub events: supervisor::Listener,
}

/// Why a management point does not start.
#[derive(Debug)]
pub enum StartError {
    /// The site database refuses it.
    Database(StoreError),
    /// Certificate, key or authority cannot be used.
    Tls(String),
    /// The system refuses a thread, a folder or the socket.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Tls(why) => write!(f, "the management point's certificate cannot be used: {why}"),
            Self::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// What all connections share.
struct Shared {
    site: SiteCode,
    host: String,
    policy_key: PublicKey,
    registry: Registry,
    presence: Presence,
    nonces: Nonces,
    address_rates: AddressRates,
    depositor: Depositor,
    bells: Bells,
    clock: Clock,
}

/// A running management point.
pub struct ManagementPoint {
    address: SocketAddr,
    listener: Listener,
    supervisor: Supervisor,
}

impl ManagementPoint {
    /// Starts it on this tokio runtime and waits for nothing: it answers at once, from the clients that the database
    /// knows now.
    ///
    /// # Errors
    /// When the database, the certificate or the system refuses.
    pub fn start(config: Config, runtime: &tokio::runtime::Handle) -> Result<Self, StartError> {
        let Config { site, host, listener, certificate_chain, key, authority, policy_key, connect, inboxes, bells, clock, events } = config;
        let tls = tls(certificate_chain, key, authority)?;
        let address = listener.local_addr()?;
        let registry = Registry::default();
        let mut refresh = Refresh::new(connect, registry.clone());
        if let Err(error) = refresh.now() {
            // Its component goes on trying and says that it fails; what clients send is taken meanwhile.
            tracing::error!(component = "management-point", %error, "clients and policies could not be read");
        }
        let shared = Arc::new(Shared {
            site,
            host,
            policy_key,
            registry,
            presence: Presence::default(),
            nonces: Nonces::new(),
            address_rates: AddressRates::default(),
            depositor: Depositor::start(&inboxes)?,
            bells: bells.clone(),
            clock,
        });
        let mut supervisor = Supervisor::new(bells);
        supervisor.start(Box::new(refresh), events)?;
        let listener = Listener::start(listener, tls, shared, runtime)?;
        Ok(Self { address, listener, supervisor })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops taking connections, lets requests in flight end (at most 5 seconds), and writes what is known of presence.
    /// Its component stops with the bells.
    pub async fn stop(self) {
        self.listener.stop().await;
        let supervisor = self.supervisor;
        let _ = tokio::task::spawn_blocking(move || supervisor.stop(supervisor::STOP_PATIENCE)).await;
    }
}

fn tls(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>, authority: CertificateDer<'static>) -> Result<Arc<rustls::ServerConfig>, StartError> {
    let failed = |e: &dyn fmt::Display| StartError::Tls(e.to_string());
    let mut roots = RootCertStore::empty();
    roots.add(authority).map_err(|e| failed(&e))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).allow_unauthenticated().build().map_err(|e| failed(&e))?;
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| failed(&e))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|e| failed(&e))?;
    // A resumed session would carry yesterday's verdict on a certificate; every connection proves itself anew instead.
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
