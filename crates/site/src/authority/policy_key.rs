//! The key that policy is signed with.

use super::AuthorityError;
use provost_store::keys::{KeyFolder, Secret};
use provost_wire::signature::{PublicKey, Signed};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

const FILE: &str = "policy.key";

/// An ECDSA key on P-256. Only the public half can be seen.
pub struct PolicyKey {
    key: EcdsaKeyPair,
    public_key: PublicKey,
    random: SystemRandom,
}

impl PolicyKey {
    /// Loads the key from the key folder; makes it when it is not there.
    pub(super) fn open(keys: &KeyFolder) -> Result<Self, AuthorityError> {
        let random = SystemRandom::new();
        let secret = match keys.read(FILE).map_err(|cause| AuthorityError::KeyFolder { file: FILE, cause })? {
            Some(secret) => secret,
            None => {
                let generated = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(|e| AuthorityError::Issue(e.to_string()))?;
                let secret = Secret::new(generated.as_ref().to_vec());
                keys.write_new(FILE, secret.expose()).map_err(|cause| AuthorityError::KeyFolder { file: FILE, cause })?;
                secret
            }
        };
        let damaged = |cause: String| AuthorityError::Damaged { file: FILE, cause };
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, secret.expose(), &random).map_err(|e| damaged(e.to_string()))?;
        let public_key = PublicKey::from_point(key.public_key().as_ref()).map_err(|e| damaged(e.to_string()))?;
        Ok(Self { key, public_key, random })
    }

    /// Its public half, for clients.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Signs a policy's text.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn sign(&self, payload: String) -> Result<Signed, AuthorityError> {
        let signature = self.key.sign(&self.random, payload.as_bytes()).map_err(|e| AuthorityError::Issue(e.to_string()))?;
        Ok(Signed::new(payload, signature.as_ref()))
    }
}
