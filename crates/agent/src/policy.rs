//! Policy: fetched when its version changed, believed when the site signed it, kept for when the site is away.

use crate::folder::Folder;
use provost_domain::{SiteCode, SmsId};
use provost_wire::client::policy::{Policy, SignedPolicy};
use provost_wire::signature::PublicKey;
use serde::{Deserialize, Serialize};
use std::fmt;

const FILE: &str = "policy.json";

/// The policy that the client goes by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// As it came.
    signed: SignedPolicy,
    /// What the next poll names, so that an unchanged policy costs a few bytes.
    pub etag: String,
}

/// Why a policy is not believed. The client goes on with the one it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// The site's key did not sign it.
    Signature,
    /// It is no policy.
    Malformed(String),
    /// It is another site's or another client's.
    NotOurs,
    /// It is older than the one the client has.
    Older {
        /// Version of the one it has.
        have: i64,
        /// Version that was offered.
        offered: i64,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature => f.write_str("PV3015: the site's key did not sign this policy"),
            Self::Malformed(why) => write!(f, "this is no policy: {why}"),
            Self::NotOurs => f.write_str("this policy is for another site or client"),
            Self::Older { have, offered } => write!(f, "PV3016: policy {offered} is older than policy {have}, which this client has"),
        }
    }
}

/// Believes a policy, or says why not.
///
/// # Errors
/// [`PolicyError`].
pub fn check(signed: &SignedPolicy, key: &PublicKey, site: SiteCode, client: SmsId, have: Option<i64>) -> Result<Policy, PolicyError> {
    let payload = signed.open(key).ok_or(PolicyError::Signature)?;
    let policy: Policy = serde_json::from_str(payload).map_err(|e| PolicyError::Malformed(e.to_string()))?;
    if policy.site != site || policy.client.is_some_and(|c| c != client) {
        return Err(PolicyError::NotOurs);
    }
    match have {
        Some(have) if policy.version < have => Err(PolicyError::Older { have, offered: policy.version }),
        _ => Ok(policy),
    }
}

/// The kept policy, when there is one and it still proves itself.
#[must_use]
pub fn load(folder: &Folder, key: Option<&PublicKey>, site: SiteCode, client: SmsId) -> Option<(Policy, Kept)> {
    let kept: Kept = serde_json::from_slice(&folder.read(FILE).ok()??).ok()?;
    let policy = check(&kept.signed, key?, site, client, None).ok()?;
    Some((policy, kept))
}

/// Keeps a policy that was believed.
///
/// # Errors
/// When it cannot be written.
pub fn keep(folder: &Folder, signed: SignedPolicy, etag: &str) -> std::io::Result<Kept> {
    let kept = Kept { signed, etag: etag.to_owned() };
    folder.write(FILE, &serde_json::to_vec(&kept)?)?;
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::Timestamp;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    fn key() -> (EcdsaKeyPair, PublicKey) {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("a key");
        let public = PublicKey::from_point(key.public_key().as_ref()).expect("a point");
        (key, public)
    }

    #[test]
    fn only_our_sites_newer_signed_policy_is_believed() {
        let (signer, public) = key();
        let (_, other) = key();
        let site: SiteCode = "LAB".parse().expect("a code");
        let client = SmsId::from_random([1; 16]);
        let sign = |policy: &Policy| {
            let payload = serde_json::to_string(policy).expect("it serialises");
            let signature = signer.sign(&SystemRandom::new(), payload.as_bytes()).expect("it signs");
            SignedPolicy::new(payload, signature.as_ref())
        };
        let policy =
            Policy { site, client: Some(client), version: 5, issued_at: Timestamp::from_micros(0), schedule: Default::default(), wishes: Default::default() };
        let signed = sign(&policy);
        assert_eq!(check(&signed, &public, site, client, Some(5)), Ok(policy.clone()));
        assert_eq!(check(&signed, &other, site, client, None), Err(PolicyError::Signature));
        assert_eq!(check(&signed, &public, site, client, Some(6)), Err(PolicyError::Older { have: 6, offered: 5 }));
        assert_eq!(check(&signed, &public, site, SmsId::from_random([2; 16]), None), Err(PolicyError::NotOurs));
        assert_eq!(check(&signed, &public, "P01".parse().expect("a code"), client, None), Err(PolicyError::NotOurs));
        let mut changed = signed;
        changed.payload = changed.payload.replace("\"version\":5", "\"version\":9");
        assert_eq!(check(&changed, &public, site, client, None), Err(PolicyError::Signature));
    }
}
