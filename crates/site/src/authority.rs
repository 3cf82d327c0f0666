//! The site's own certificate authority, and the key that policy is signed with.
//!
//! A site needs no other: it issues the certificates of its management point, of its console, and of each client that
//! registers. A client's certificate proves its identity and nothing more; whether the client is given anything is
//! decided by its approval. All private keys lie in the key folder; none leaves this module but to the server that
//! answers with it.
//!
//! Certificates are X.509 v3 (RFC 5280) with ECDSA on P-256.

mod issued;
mod policy_key;

pub use issued::{Issued, Validity};
pub use policy_key::PolicyKey;

use issued::Reading;
use provost_domain::{SiteCode, SmsId, Timestamp};
use provost_store::keys::{KeyFolder, Secret};
use provost_wire::signature::PublicKey;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PublicKeyData, SanType, SerialNumber, SignatureAlgorithm,
};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// How long the authority's own certificate is valid, in days: longer than a site lives.
const AUTHORITY_DAYS: i64 = 20 * 365;
/// How long certificates of servers and clients are valid, in days.
const CERTIFICATE_DAYS: i64 = 365;
/// How long before its end a certificate is issued anew, in days.
pub const RENEWAL_DAYS: i64 = 30;
/// How long before now a certificate becomes valid, in seconds, for clients whose clocks are behind.
const BACKDATED_SECONDS: i64 = 24 * 3600;

const AUTHORITY_KEY: &str = "site-ca.key.pem";
const AUTHORITY_CERTIFICATE: &str = "site-ca.pem";

/// Names under which every server of this machine is reached from this machine.
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Why the authority cannot work.
#[derive(Debug)]
pub enum AuthorityError {
    /// A file of the key folder could not be read or written.
    KeyFolder {
        /// Which.
        file: &'static str,
        /// Why.
        cause: std::io::Error,
    },
    /// A file of the key folder holds something else.
    Damaged {
        /// Which.
        file: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// The authority's certificate is there but its key is not. A new key would make every certificate worthless that was
    /// issued with the old one.
    KeyLost {
        /// The certificate's file.
        certificate: &'static str,
        /// The key's file.
        key: &'static str,
    },
    /// A name that no certificate can carry.
    Name(String),
    /// A certificate could not be made.
    Issue(String),
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFolder { file, cause } => write!(f, "the key file {file} cannot be used: {cause}"),
            Self::Damaged { file, cause } => write!(f, "the key file {file} is damaged: {cause}; restore it from a backup"),
            Self::KeyLost { certificate, key } => write!(f, "the key folder has {certificate} but not its key {key}; restore it from a backup"),
            Self::Name(name) => write!(f, "{name:?} is neither a name in DNS nor an IP address, so no certificate can carry it"),
            Self::Issue(cause) => write!(f, "a certificate could not be issued: {cause}"),
        }
    }
}

impl std::error::Error for AuthorityError {}

/// What a server shows and proves.
#[derive(Clone)]
pub struct ServerIdentity {
    certificate_pem: String,
    key_pem: Arc<Secret>,
}

impl ServerIdentity {
    /// Its certificate and the authority's, in PEM, in the order in which TLS sends them.
    #[must_use]
    pub fn certificate_chain_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its private key in PEM (PKCS #8).
    #[must_use]
    pub fn key_pem(&self) -> &Secret {
        &self.key_pem
    }
}

/// The site's certificate authority.
pub struct Authority {
    site: SiteCode,
    certificate_pem: String,
    issuer: Issuer<'static, KeyPair>,
    management_point: ServerIdentity,
    console: ServerIdentity,
    policy_key: PolicyKey,
}

impl Authority {
    /// Loads the authority, the servers' certificates and the policy key from `keys`, and makes what is not there yet.
    /// A server's certificate that runs out within [`RENEWAL_DAYS`], lacks one of `names`, or is another authority's,
    /// is issued anew. `names` are names in DNS and IP addresses under which the servers are reached, beside
    /// `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Errors
    /// When the key folder cannot be used, has lost the authority's key, or a name cannot stand in a certificate.
    pub fn open(keys: &KeyFolder, site: SiteCode, names: &[String], now: Timestamp) -> Result<Self, AuthorityError> {
        let params = authority_params(site, now)?;
        let (key, certificate) = (read_key(keys, AUTHORITY_KEY)?, read_text(keys, AUTHORITY_CERTIFICATE)?);
        let (key, certificate_pem) = match (key, certificate) {
            (Some(key), Some(certificate_pem)) => (key, certificate_pem),
            (None, Some(_)) => return Err(AuthorityError::KeyLost { certificate: AUTHORITY_CERTIFICATE, key: AUTHORITY_KEY }),
            (key, None) => {
                // A crash may have come between the two files; a certificate for the key that is there does as well.
                let key = key.map_or_else(|| new_key(keys, AUTHORITY_KEY), Ok)?;
                let certificate_pem = params.self_signed(&key).map_err(issue)?.pem();
                write(keys, AUTHORITY_CERTIFICATE, certificate_pem.as_bytes())?;
                (key, certificate_pem)
            }
        };
        let issuer = Issuer::new(params, key);
        let names = server_names(names)?;
        let servers = Servers { keys, issuer: &issuer, authority_pem: &certificate_pem, names: &names, now };
        let management_point = servers.identity("mp.key.pem", "mp.pem", &format!("Provost management point {site}"))?;
        let console = servers.identity("console.key.pem", "console.pem", &format!("Provost console {site}"))?;
        let policy_key = PolicyKey::open(keys)?;
        Ok(Self { site, certificate_pem, issuer, management_point, console, policy_key })
    }

    /// The site whose authority this is.
    #[must_use]
    pub const fn site(&self) -> SiteCode {
        self.site
    }

    /// The authority's certificate in PEM: what clients, and browsers that shall trust the console, are given.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The management point's certificate and key.
    #[must_use]
    pub const fn management_point(&self) -> &ServerIdentity {
        &self.management_point
    }

    /// The console's certificate and key.
    #[must_use]
    pub const fn console(&self) -> &ServerIdentity {
        &self.console
    }

    /// The key that policy is signed with.
    #[must_use]
    pub const fn policy_key(&self) -> &PolicyKey {
        &self.policy_key
    }

    /// Issues a client's certificate for its public key: common name the SMSID, for proving itself to servers only.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn issue_client(&self, client: SmsId, public_key: &PublicKey, validity: Validity) -> Result<Issued, AuthorityError> {
        let mut params = params(&client.to_string(), validity)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&ClientKey(public_key), &self.issuer).map_err(issue)?;
        Ok(Issued::new(certificate.pem(), certificate.der(), validity))
    }
}

/// A client's public key as `rcgen` wants it.
struct ClientKey<'k>(&'k PublicKey);

impl PublicKeyData for ClientKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.as_point()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

/// The servers' certificates.
struct Servers<'a> {
    keys: &'a KeyFolder,
    issuer: &'a Issuer<'static, KeyPair>,
    authority_pem: &'a str,
    names: &'a [SanType],
    now: Timestamp,
}

impl Servers<'_> {
    /// The key stays when a certificate is issued anew: one file is replaced at a time, so a crash in between leaves a
    /// pair that belongs together.
    fn identity(&self, key_file: &'static str, certificate_file: &'static str, common_name: &str) -> Result<ServerIdentity, AuthorityError> {
        let found = read_key(self.keys, key_file)?;
        let certificate = if found.is_some() { self.good_certificate(certificate_file)? } else { None };
        let key = found.map_or_else(|| new_key(self.keys, key_file), Ok)?;
        let certificate_pem = match certificate {
            Some(certificate_pem) => certificate_pem,
            None => {
                let mut params = params(common_name, Validity::starting(self.now, CERTIFICATE_DAYS))?;
                params.subject_alt_names = self.names.to_vec();
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
                params.use_authority_key_identifier_extension = true;
                let certificate_pem = params.signed_by(&key, self.issuer).map_err(issue)?.pem();
                write(self.keys, certificate_file, certificate_pem.as_bytes())?;
                certificate_pem
            }
        };
        let key_pem = Arc::new(Secret::new(key.serialize_pem().into_bytes()));
        Ok(ServerIdentity { certificate_pem: certificate_pem + self.authority_pem, key_pem })
    }

    /// The certificate in this file, unless it is no longer good enough.
    fn good_certificate(&self, file: &'static str) -> Result<Option<String>, AuthorityError> {
        let Some(certificate_pem) = read_text(self.keys, file)? else { return Ok(None) };
        let reading = Reading::of_pem(&certificate_pem).map_err(|cause| AuthorityError::Damaged { file, cause })?;
        let authority = CertificateParams::default().key_identifier(self.issuer.key());
        let good = reading.not_after() > self.now.plus_seconds(RENEWAL_DAYS * 24 * 3600)
            && self.names.iter().all(|name| reading.names(name))
            && reading.mentions_key(&authority);
        Ok(good.then_some(certificate_pem))
    }
}

/// The authority's own certificate; its distinguished name stands in every certificate it issues, so it never changes.
fn authority_params(site: SiteCode, now: Timestamp) -> Result<CertificateParams, AuthorityError> {
    let mut params = params(&format!("Provost site {site} certificate authority"), Validity::starting(now, AUTHORITY_DAYS))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn params(common_name: &str, validity: Validity) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    params.distinguished_name = name;
    (params.not_before, params.not_after) = validity.as_dates().ok_or_else(|| AuthorityError::Issue("its dates are beyond the year 9999".to_owned()))?;
    // Positive and of 127 random bits (RFC 5280 §4.1.2.2).
    let mut serial = provost_runtime::random::bytes::<16>();
    serial[0] = serial[0] & 0x7f | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(params)
}

fn server_names(names: &[String]) -> Result<Vec<SanType>, AuthorityError> {
    let mut all: Vec<SanType> = Vec::new();
    for name in LOCAL_NAMES.into_iter().chain(names.iter().map(String::as_str)) {
        let plausible = !name.is_empty() && name.len() <= 253 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
        let name = match name.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) if plausible => SanType::DnsName(name.to_ascii_lowercase().try_into().map_err(|_| AuthorityError::Name(name.to_owned()))?),
            Err(_) => return Err(AuthorityError::Name(name.to_owned())),
        };
        if !all.contains(&name) {
            all.push(name);
        }
    }
    Ok(all)
}

fn new_key(keys: &KeyFolder, file: &'static str) -> Result<KeyPair, AuthorityError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(issue)?;
    write(keys, file, Secret::new(key.serialize_pem().into_bytes()).expose())?;
    Ok(key)
}

fn read_key(keys: &KeyFolder, file: &'static str) -> Result<Option<KeyPair>, AuthorityError> {
    let Some(secret) = keys.read(file).map_err(|cause| AuthorityError::KeyFolder { file, cause })? else { return Ok(None) };
    let pem = secret.expose_text().ok_or_else(|| AuthorityError::Damaged { file, cause: "it is no text".to_owned() })?;
    KeyPair::from_pem(pem).map(Some).map_err(|cause| AuthorityError::Damaged { file, cause: cause.to_string() })
}

fn read_text(keys: &KeyFolder, file: &'static str) -> Result<Option<String>, AuthorityError> {
    let Some(secret) = keys.read(file).map_err(|cause| AuthorityError::KeyFolder { file, cause })? else { return Ok(None) };
    let text = secret.expose_text().ok_or_else(|| AuthorityError::Damaged { file, cause: "it is no text".to_owned() })?;
    Ok(Some(text.to_owned()))
}

fn write(keys: &KeyFolder, file: &'static str, bytes: &[u8]) -> Result<(), AuthorityError> {
    keys.replace(file, bytes).map_err(|cause| AuthorityError::KeyFolder { file, cause })
}

fn issue(cause: rcgen::Error) -> AuthorityError {
    AuthorityError::Issue(cause.to_string())
}

#[cfg(test)]
mod tests;
