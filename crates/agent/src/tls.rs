//! TLS 1.3 with one trusted authority: the site's own.

use rustls::client::WantsClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use std::sync::Arc;

fn trusting(authority: &CertificateDer<'static>) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).map_err(|e| format!("the site's authority cannot be trusted: {e}"))?;
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]).map_err(|e| format!("no TLS 1.3: {e}"))?;
    Ok(builder.with_root_certificates(roots))
}

/// For registration: the server proves itself, the client has no certificate yet.
///
/// # Errors
/// When the authority's certificate is not one.
pub fn anonymous(authority: &CertificateDer<'static>) -> Result<Arc<ClientConfig>, String> {
    Ok(Arc::new(trusting(authority)?.with_no_client_auth()))
}

/// For everything else: both prove themselves.
///
/// # Errors
/// When certificate and key do not belong together.
pub fn mutual(authority: &CertificateDer<'static>, certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Result<Arc<ClientConfig>, String> {
    let config = trusting(authority)?.with_client_auth_cert(vec![certificate], key).map_err(|e| format!("the client's certificate cannot be used: {e}"))?;
    Ok(Arc::new(config))
}
