//! TLS of console and API.

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::sync::Arc;

/// How console and API answer over TLS: with this certificate (and those that vouch for it, in PEM) and this key (in
/// PEM). TLS 1.2 and 1.3, no client certificates, HTTP/1.1.
///
/// # Errors
/// When there is no certificate or no key, or they do not belong together.
pub fn server_configuration(certificates_pem: &[u8], key_pem: &[u8]) -> io::Result<Arc<ServerConfig>> {
    let certificates = CertificateDer::pem_slice_iter(certificates_pem).collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(io::Error::other)?;
    let mut configuration = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(io::Error::other)?;
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(configuration))
}
