//! Passwords: argon2id (RFC 9106), with the parameters that OWASP names first: 19 MiB, two passes.

use crate::keys::Secret;
use argon2::password_hash::{PasswordHash as Parsed, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::sync::LazyLock;

/// Longest password, in bytes; a longer one is refused before it costs anything.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// What is kept of a password, in the form of the PHC string format. Prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// What is compared with when there is no person of that name: the answer takes as long as for one that there is.
static NOBODY: LazyLock<PasswordHash> = LazyLock::new(|| PasswordHash::of(&Secret::new(super::Token::random().expose().as_bytes().to_vec())));

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

impl PasswordHash {
    /// Of a password. Takes about 20 ms and 19 MiB, on purpose: not for an asynchronous thread.
    ///
    /// # Panics
    /// When the operating system gives no randomness; nothing safe can be done then.
    #[must_use]
    pub fn of(password: &Secret) -> Self {
        let mut salt = [0; 16];
        SystemRandom::new().fill(&mut salt).expect("the operating system's random number generator answers");
        let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
        let hash = hasher().hash_password(password.expose(), &salt).expect("the parameters are argon2's own and passwords are shorter than 4 GiB");
        Self(hash.to_string())
    }

    /// Whether `password` is the one that `stored` was made of. `None` stands for an unknown or disabled person, or one
    /// without a password, and takes the same work to be refused.
    #[must_use]
    pub fn verify(stored: Option<&PasswordHash>, password: &Secret) -> bool {
        if password.expose().len() > PASSWORD_BYTES_MAX {
            return false;
        }
        let against = stored.unwrap_or(&NOBODY);
        let Ok(parsed) = Parsed::new(&against.0) else { return false };
        let same = hasher().verify_password(password.expose(), &parsed).is_ok();
        same && stored.is_some()
    }

    pub(super) fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn as_stored(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn only_the_password_itself_is_accepted() {
        let hash = PasswordHash::of(&secret("correct horse"));
        assert!(hash.as_stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_stored());
        assert!(PasswordHash::verify(Some(&hash), &secret("correct horse")));
        assert!(!PasswordHash::verify(Some(&hash), &secret("correct horsf")));
        assert!(!PasswordHash::verify(Some(&hash), &secret("")));
        assert!(!PasswordHash::verify(None, &secret("correct horse")));
        assert!(!PasswordHash::verify(Some(&PasswordHash::from_stored("damaged")), &secret("correct horse")));
        assert_ne!(hash, PasswordHash::of(&secret("correct horse")), "each has a salt of its own");
    }

    #[test]
    fn an_unknown_person_costs_the_same_work() {
        // Not a matter of time but of parameters: the same algorithm with the same cost runs.
        let cost = |hash: &PasswordHash| hash.as_stored().rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(&NOBODY), cost(&PasswordHash::of(&secret("x"))));
    }

    #[test]
    fn a_hash_prints_nothing() {
        assert_eq!(format!("{:?}", PasswordHash::of(&secret("x"))), "PasswordHash");
    }
}
