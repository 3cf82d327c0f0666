//! Who this client is: an identifier and a key that it made itself, once, and the certificate that the site issued.

use crate::folder::Folder;
use provost_domain::{Digest, SiteCode, SmsId};
use provost_runtime::random;
use provost_wire::signature::{PublicKey, Signed};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// File with the private key, PKCS #8 in DER.
const KEY: &str = "client.key";
/// File with the certificate in PEM.
const CERTIFICATE: &str = "client.pem";
/// File with what [`Settings`] holds.
const SETTINGS: &str = "client.json";
/// File with the certificate of the site's authority.
const TRUST: &str = "trust.pem";

/// What the client was told once and keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Its identifier.
    pub client: SmsId,
    /// Its site.
    pub site: SiteCode,
    /// Host and port of its management point.
    pub management_point: String,
    /// The key that its site signs policy with; known once it registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_key: Option<PublicKey>,
}

/// The client's identity.
pub struct Identity {
    /// What it keeps.
    pub settings: Settings,
    /// Its site's authority, in DER.
    pub authority: CertificateDer<'static>,
    key: EcdsaKeyPair,
    pkcs8: Vec<u8>,
}

impl Identity {
    /// Loads the identity; makes it the first time, when the arguments say which site it is for.
    ///
    /// # Errors
    /// A sentence: what is missing, unreadable or damaged.
    pub fn load(folder: &Folder, management_point: Option<&str>, site: Option<SiteCode>, trust: Option<&Path>) -> Result<Self, String> {
        let failed = |what: &str, error: &dyn std::fmt::Display| format!("{what} in {}: {error}", folder.path().display());
        if let Some(trust) = trust {
            let pem = std::fs::read(trust).map_err(|e| format!("cannot read the site's authority from {}: {e}", trust.display()))?;
            CertificateDer::from_pem_slice(&pem).map_err(|e| format!("{} holds no certificate in PEM: {e}", trust.display()))?;
            folder.write(TRUST, &pem).map_err(|e| failed("cannot keep the site's authority", &e))?;
        }
        let trusted = folder.read(TRUST).map_err(|e| failed("cannot read the site's authority", &e))?;
        let trusted = trusted.ok_or("this client does not know its site's authority yet: give --trust FILE")?;
        let authority = CertificateDer::from_pem_slice(&trusted).map_err(|e| failed("no certificate", &e))?;

        let kept = folder.read(SETTINGS).map_err(|e| failed("cannot read the settings", &e))?;
        let kept: Option<Settings> = kept.map(|bytes| serde_json::from_slice(&bytes)).transpose().map_err(|e| failed("the settings are damaged", &e))?;
        let settings = match kept {
            Some(kept) => {
                if site.is_some_and(|s| s != kept.site) {
                    return Err(format!("this client belongs to site {}; give it another data folder for another site", kept.site));
                }
                Settings { management_point: management_point.map_or(kept.management_point, str::to_owned), ..kept }
            }
            None => Settings {
                client: SmsId::from_random(random::bytes()),
                site: site.ok_or("this client does not know its site yet: give --site CODE")?,
                management_point: management_point.ok_or("this client does not know its management point yet: give --management-point HOST:PORT")?.to_owned(),
                policy_key: None,
            },
        };

        let pkcs8 = match folder.read(KEY).map_err(|e| failed("cannot read the key", &e))? {
            Some(pkcs8) => pkcs8,
            None => {
                let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).map_err(|e| failed("cannot make a key", &e))?;
                folder.write(KEY, made.as_ref()).map_err(|e| failed("cannot keep the key", &e))?;
                made.as_ref().to_vec()
            }
        };
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &SystemRandom::new()).map_err(|e| failed("client.key is damaged", &e))?;
        let identity = Self { settings, authority, key, pkcs8 };
        identity.keep(folder)?;
        Ok(identity)
    }

    /// Writes the settings down.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self, folder: &Folder) -> Result<(), String> {
        let bytes = serde_json::to_vec_pretty(&self.settings).map_err(|e| e.to_string())?;
        folder.write(SETTINGS, &bytes).map_err(|e| format!("cannot keep the settings in {}: {e}", folder.path().display()))
    }

    /// Its public key.
    ///
    /// # Errors
    /// Never for a key made here; a damaged one says so.
    pub fn public_key(&self) -> Result<PublicKey, String> {
        PublicKey::from_point(self.key.public_key().as_ref()).map_err(|e| e.to_string())
    }

    /// Signs a document with its key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn sign(&self, payload: String) -> Result<Signed, String> {
        let signature = self.key.sign(&SystemRandom::new(), payload.as_bytes()).map_err(|_| "cannot sign: no randomness".to_owned())?;
        Ok(Signed::new(payload, signature.as_ref()))
    }

    /// Its private key for TLS.
    #[must_use]
    pub fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.pkcs8.clone()))
    }

    /// Its certificate, once issued.
    #[must_use]
    pub fn certificate(folder: &Folder) -> Option<CertificateDer<'static>> {
        let pem = folder.read(CERTIFICATE).ok().flatten()?;
        CertificateDer::from_pem_slice(&pem).ok()
    }

    /// Keeps a certificate.
    ///
    /// # Errors
    /// When it is none, or the folder cannot be written.
    pub fn keep_certificate(folder: &Folder, pem: &str) -> Result<(), String> {
        CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| format!("the site's answer holds no certificate: {e}"))?;
        folder.write(CERTIFICATE, pem.as_bytes()).map_err(|e| format!("cannot keep the certificate in {}: {e}", folder.path().display()))
    }

    /// Forgets a certificate that the site does not accept any more.
    pub fn forget_certificate(folder: &Folder) {
        let _ = folder.remove(CERTIFICATE);
    }
}

/// What the firmware and the system call this machine, as one digest; empty when neither says anything.
#[must_use]
pub fn hardware_id(root: &Path) -> String {
    let sources = ["sys/class/dmi/id/product_uuid", "sys/class/dmi/id/product_serial", "etc/machine-id"];
    let said: Vec<String> = sources
        .iter()
        .map(|file| std::fs::read_to_string(root.join(file)).map(|text| text.trim().to_owned()).unwrap_or_default())
        .collect();
    if said.iter().all(String::is_empty) { String::new() } else { Digest::of(said.join("\n").as_bytes()).to_string() }
}
