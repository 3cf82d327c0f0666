//! TLS to servers elsewhere: the certificate is always checked, for the name that was asked for.

use crate::within::within;
use provost_domain::outcome::Outcome;
use provost_domain::{Failure, Timestamp, certificate};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Shakes hands over `stream`. With `ca_pem` only those authorities are trusted, else the machine's.
pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(stream: S, host: &str, ca_pem: Option<&[u8]>) -> Result<TlsStream<S>, Failure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Failure::new(Outcome::CertificateNotTrusted, "tls", format!("no certificate can name \"{host}\"")))?;
    let roots = match ca_pem {
        Some(pem) => Arc::new(roots(pem)?),
        None => machine_roots(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| Failure::new(Outcome::Broken, "tls", e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    within(HANDSHAKE, Outcome::Broken, "tls", async { TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| classify(&error)) })
        .await
}

/// A certificate that is not trusted, or a peer that speaks no TLS.
fn classify(error: &std::io::Error) -> Failure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let outcome = match tls {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented | rustls::Error::UnsupportedNameType) => {
            Outcome::CertificateNotTrusted
        }
        _ => Outcome::Broken,
    };
    Failure::new(outcome, "tls", error)
}

fn now() -> Timestamp {
    Timestamp::default().plus_seconds(i64::try_from(UnixTime::now().as_secs()).unwrap_or(i64::MAX))
}

fn roots(pem: &[u8]) -> Result<RootCertStore, Failure> {
    let unusable =
        |why: String| Failure::new(Outcome::CertificateNotTrusted, "tls", format!("the authority that is set for this server cannot be used: {why}"));
    let mut store = RootCertStore::empty();
    for authority in certificate::still_valid(CertificateDer::pem_slice_iter(pem), now()).map_err(unusable)? {
        store.add(authority).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(store)
}

/// The authorities that this machine trusts, read once.
fn machine_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(store)
    };
    ROOTS.get_or_init(read).clone()
}
