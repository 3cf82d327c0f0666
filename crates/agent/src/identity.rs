//! Who this client is: an identifier and a key that it made itself, once, and the certificate that the site issued.

use crate::folder::Folder;
use provost_domain::{Digest, SiteCode, SmsId, Timestamp};
use provost_runtime::random;
use provost_wire::client::registration::RENEWAL_SECONDS;
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
    /// When its certificate runs out, as the site said when it issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_not_after: Option<Timestamp>,
    /// SHA-256 of the approval token that it showed last, so that it shows none twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_shown: Option<Digest>,
}

impl Settings {
    /// The settings in a data folder; `None` when there are none yet.
    ///
    /// # Errors
    /// A sentence: unreadable or damaged.
    pub fn load(folder: &Folder) -> Result<Option<Self>, String> {
        let place = folder.path().display();
        let kept = folder.read(SETTINGS).map_err(|e| format!("cannot read the settings in {place}: {e}"))?;
        kept.map(|bytes| serde_json::from_slice(&bytes)).transpose().map_err(|e| format!("the settings in {place} are damaged: {e}"))
    }

    /// When the client asks for a new certificate: some time before the one it has runs out; at once when it does not
    /// know when that is.
    #[must_use]
    pub fn renewal_due_at(&self) -> Timestamp {
        self.certificate_not_after.map_or(Timestamp::from_micros(0), |end| end.plus_seconds(-RENEWAL_SECONDS))
    }
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

        let kept = Settings::load(folder)?;
        let known = kept.clone();
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
                certificate_not_after: None,
                token_shown: None,
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
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &SystemRandom::new()).map_err(|e| failed("client.key is damaged", &e))?;
        let identity = Self { settings, authority, key, pkcs8 };
        if known.as_ref() != Some(&identity.settings) {
            identity.keep(folder)?;
        }
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

    /// Keeps a certificate; true when it is another than before.
    ///
    /// # Errors
    /// When it is none, or the folder cannot be written.
    pub fn keep_certificate(folder: &Folder, pem: &str) -> Result<bool, String> {
        let new = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| format!("the site's answer holds no certificate: {e}"))?;
        if Self::certificate(folder).as_ref() == Some(&new) {
            return Ok(false);
        }
        folder.write(CERTIFICATE, pem.as_bytes()).map_err(|e| format!("cannot keep the certificate in {}: {e}", folder.path().display()))?;
        Ok(true)
    }

    /// SHA-256 of the public key as text, which an administrator compares before approving; `None` when there is no key
    /// yet.
    #[must_use]
    pub fn key_digest(folder: &Folder) -> Option<Digest> {
        let pkcs8 = folder.read(KEY).ok()??;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &SystemRandom::new()).ok()?;
        let public = PublicKey::from_point(key.public_key().as_ref()).ok()?;
        Some(Digest::of(public.to_string().as_bytes()))
    }
}

/// What the firmware and the system call this machine, as one digest; empty when neither says anything.
#[must_use]
pub fn hardware_id(root: &Path) -> String {
    let sources = ["sys/class/dmi/id/product_uuid", "sys/class/dmi/id/product_serial", "etc/machine-id"];
    let said: Vec<String> =
        sources.iter().map(|file| std::fs::read_to_string(root.join(file)).map(|text| text.trim().to_owned()).unwrap_or_default()).collect();
    if said.iter().all(String::is_empty) { String::new() } else { Digest::of(said.join("\n").as_bytes()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

    fn made(place: &Path) -> (Folder, Identity) {
        fs::write(place.join("ca.pem"), AUTHORITY).expect("it writes");
        let folder = Folder::open(&place.join("client")).expect("it opens");
        let identity = Identity::load(&folder, Some("mp:1"), "LAB".parse().ok(), Some(&place.join("ca.pem"))).expect("it is made");
        (folder, identity)
    }

    #[test]
    fn an_identity_is_made_once_and_kept() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, identity) = made(place.path());
        let again = Identity::load(&folder, None, None, None).expect("it is there");
        assert_eq!(again.settings, identity.settings);
        assert_eq!(again.public_key(), identity.public_key());
        let shown = Digest::of(identity.public_key().expect("a key").to_string().as_bytes());
        assert_eq!(Identity::key_digest(&folder), Some(shown));
        let moved = Identity::load(&folder, Some("other:2"), None, None).expect("it is there");
        assert_eq!((moved.settings.client, moved.settings.management_point.as_str()), (identity.settings.client, "other:2"));
        let error = Identity::load(&folder, None, "P01".parse().ok(), None).err().expect("another site");
        assert!(error.contains("belongs to site LAB"), "{error}");
    }

    #[test]
    fn without_a_site_or_its_authority_there_is_no_identity() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&place.path().join("client")).expect("it opens");
        let error = Identity::load(&folder, None, None, None).err().expect("nothing is known");
        assert!(error.contains("--trust"), "{error}");
        fs::write(place.path().join("ca.pem"), "no certificate").expect("it writes");
        let error = Identity::load(&folder, Some("mp:1"), "LAB".parse().ok(), Some(&place.path().join("ca.pem"))).err().expect("no authority");
        assert!(error.contains("no certificate in PEM"), "{error}");
        assert_eq!(folder.read(TRUST).expect("it reads"), None, "what is no certificate is not kept");
    }

    #[test]
    fn damage_is_told_and_never_mended_by_a_new_identity() {
        for file in [SETTINGS, KEY] {
            let place = tempfile::tempdir().expect("a folder");
            let (folder, _) = made(place.path());
            folder.write(file, b"{").expect("it writes");
            let error = Identity::load(&folder, Some("mp:1"), "LAB".parse().ok(), None).err().expect("it is damaged");
            assert!(error.contains("damaged"), "{error}");
        }
    }

    #[test]
    fn a_certificate_is_renewed_thirty_days_before_its_end() {
        let place = tempfile::tempdir().expect("a folder");
        let (_, mut identity) = made(place.path());
        assert_eq!(identity.settings.renewal_due_at(), Timestamp::from_micros(0), "an unknown end is asked for");
        let end = Timestamp::from_micros(1_800_000_000_000_000);
        identity.settings.certificate_not_after = Some(end);
        assert_eq!(end.seconds_since(identity.settings.renewal_due_at()), 30 * 24 * 3600);
    }

    #[test]
    fn the_hardware_id_needs_something_to_go_by() {
        let place = tempfile::tempdir().expect("a folder");
        assert_eq!(hardware_id(place.path()), "");
        fs::create_dir_all(place.path().join("etc")).expect("it is made");
        fs::write(place.path().join("etc/machine-id"), "0123456789abcdef\n").expect("it writes");
        assert_eq!(hardware_id(place.path()).len(), 64);
    }
}
