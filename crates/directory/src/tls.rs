//! TLS to a domain controller: only the pinned authority is trusted, and the certificate must be for the name.

use crate::within::within;
use provost_domain::outcome::Outcome;
use provost_domain::{Failure, Timestamp, certificate};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How much is taken from the system at once.
const READ_AHEAD: usize = 64 << 10;
const STEP: &str = "tls";

/// Shakes hands over `stream`.
pub(crate) async fn connect(stream: TcpStream, host: &str, ca_pem: &[u8]) -> Result<TlsStream<BufReader<TcpStream>>, Failure> {
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| Failure::new(Outcome::CertificateNotTrusted, STEP, format!("no certificate can name \"{host}\"")))?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(Outcome::Broken, STEP, error))?
        .with_root_certificates(roots(ca_pem)?)
        .with_no_client_auth();
    // rustls asks for 4 KiB at a time, which is a quarter of a record.
    let stream = BufReader::with_capacity(READ_AHEAD, stream);
    within(HANDSHAKE, Outcome::Broken, STEP, async { TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| classify(&error)) }).await
}

/// A certificate that is not trusted, or a peer that speaks no TLS.
fn classify(error: &std::io::Error) -> Failure {
    let outcome = match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented | rustls::Error::UnsupportedNameType) => {
            Outcome::CertificateNotTrusted
        }
        _ => Outcome::Broken,
    };
    Failure::new(outcome, STEP, error)
}

fn now() -> Timestamp {
    Timestamp::default().plus_seconds(i64::try_from(UnixTime::now().as_secs()).unwrap_or(i64::MAX))
}

fn roots(pem: &[u8]) -> Result<RootCertStore, Failure> {
    let unusable = |why: String| Failure::new(Outcome::CertificateNotTrusted, STEP, format!("the authority that is set for this domain cannot be used: {why}"));
    let mut store = RootCertStore::empty();
    for authority in certificate::still_valid(CertificateDer::pem_slice_iter(pem), now()).map_err(unusable)? {
        store.add(authority).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(store)
}
