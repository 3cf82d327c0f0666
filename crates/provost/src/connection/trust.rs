//! How a site's certificate is checked: by its authority's certificate, or by the fingerprint of its own.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;

/// What a site's certificate is checked against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Certificates of authorities, in PEM.
    Authority(String),
    /// SHA-256 of the site's own certificate; 64 lower-case hexadecimal digits.
    Fingerprint(String),
}

impl Trust {
    /// A fingerprint as people write it: with or without colons, in either case.
    ///
    /// # Errors
    /// When it is no SHA-256.
    pub fn fingerprint(text: &str) -> Result<Self, String> {
        let hex: String = text.chars().filter(|c| *c != ':').flat_map(char::to_lowercase).collect();
        match hex.parse::<provost_domain::Digest>() {
            Ok(_) => Ok(Self::Fingerprint(hex)),
            Err(_) => Err("a fingerprint is a SHA-256: 64 hexadecimal digits, with or without colons".to_owned()),
        }
    }

    /// The TLS configuration that holds it.
    ///
    /// # Errors
    /// When there is no readable certificate.
    pub fn configuration(&self) -> io::Result<Arc<ClientConfig>> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(io::Error::other)?;
        let configuration = match self {
            Self::Authority(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                    roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
                }
                if roots.is_empty() {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "there is no certificate in the authority's file"));
                }
                builder.with_root_certificates(roots).with_no_client_auth()
            }
            Self::Fingerprint(expected) => {
                let pin = Pin { expected: expected.clone(), provider };
                builder.dangerous().with_custom_certificate_verifier(Arc::new(pin)).with_no_client_auth()
            }
        };
        Ok(Arc::new(configuration))
    }
}

/// Accepts exactly one certificate. Its key still has to sign the handshake.
#[derive(Debug)]
struct Pin {
    expected: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = provost_domain::Digest::of(certificate).to_string();
        if found == self.expected {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General(format!("the site's certificate has the fingerprint {found}, not the expected one")))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_as_people_write_them() {
        let digits = "ab".repeat(32);
        let with_colons = ["AB"; 32].join(":");
        assert_eq!(Trust::fingerprint(&with_colons), Ok(Trust::Fingerprint(digits)));
        assert!(Trust::fingerprint("abc").is_err());
    }

    #[test]
    fn an_authority_without_a_certificate_is_refused() {
        assert!(Trust::Authority("hello".to_owned()).configuration().is_err());
    }
}
