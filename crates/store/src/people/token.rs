//! Tokens: 256 random bits that let whoever has them in.

use crate::keys::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provost_domain::Digest;
use ring::rand::{SecureRandom, SystemRandom};

/// A token; given to a person once, kept nowhere. The database has its digest. 256 random bits need no salt and no slow
/// hash: they cannot be guessed.
pub struct Token(Secret);

/// Characters of a token: 32 bytes in base64 without padding.
const CHARACTERS: usize = 43;

impl Token {
    /// A new one.
    ///
    /// # Panics
    /// When the operating system gives no randomness; nothing safe can be done then.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).expect("the operating system's random number generator answers");
        let token = Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes).into_bytes()));
        bytes.fill(0);
        std::hint::black_box(&bytes);
        token
    }

    /// What somebody presents; `None` when it has not the form of a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let in_form = text.len() == CHARACTERS && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        in_form.then(|| Self(Secret::new(text.as_bytes().to_vec())))
    }

    /// The token itself, for the one answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_text().unwrap_or_default()
    }

    /// What the database keeps.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_never_the_same_twice() {
        let token = Token::random();
        let read = Token::parse(token.expose()).expect("its own form");
        assert_eq!(read.digest(), token.digest());
        assert_ne!(Token::random().digest(), token.digest());
        for wrong in ["", "a", &"a".repeat(44), &"ä".repeat(43), &format!("{} ", "a".repeat(42))] {
            assert!(Token::parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
