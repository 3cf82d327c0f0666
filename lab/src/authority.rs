//! The lab's certificate authority: LDAPS and the other servers are known by it, and by nothing else.

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType, date_time_ymd};
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// An authority whose key is kept as long as a lab is being started.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, PEM.
    pub pem: String,
}

/// When the authority's own certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Now and for decades.
    Valid,
    /// It ended years ago.
    Expired,
}

fn failed(cause: rcgen::Error) -> io::Error {
    io::Error::other(format!("making a certificate: {cause}"))
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// When a key cannot be made.
    pub fn new(validity: Validity) -> io::Result<Self> {
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Lab authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = match validity {
            Validity::Valid => date_time_ymd(2049, 12, 31),
            Validity::Expired => date_time_ymd(2021, 1, 1),
        };
        let pem = params.self_signed(&key).map_err(failed)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Writes certificate and key of a server into a folder: `server.pem`, `server.key`, and the authority as `ca.pem`.
    ///
    /// # Errors
    /// When they cannot be made or written.
    pub fn issue(&self, name: &str, address: IpAddr, folder: &Path) -> io::Result<()> {
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::new([name.to_owned()]).map_err(failed)?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names.push(SanType::IpAddress(address));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2049, 12, 31);
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed)?;
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("ca.pem"), &self.pem)?;
        std::fs::write(folder.join("server.pem"), certificate.pem())?;
        write_private(&folder.join("server.key"), key.serialize_pem().as_bytes())
    }
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    io::Write::write_all(&mut file, content)
}
