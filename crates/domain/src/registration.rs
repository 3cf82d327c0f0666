//! What a registration means (configmgr.md §6.3): who a client is, is its key; *registered* is not *approved*.

use crate::{Approval, SmsId, Timestamp};
use std::fmt;

/// A client that the site knows by its identity or its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    /// Its identity.
    pub smsid: SmsId,
    /// Its public key, as the wire writes it.
    pub public_key: &'a str,
    /// What the site thinks of it.
    pub approval: Approval,
}

/// A one-time approval token that the site issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// When it runs out; at that time it counts no more.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Why a token approves nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// The site never issued it, or forgot it.
    Unknown,
    /// It approved somebody already.
    Used,
    /// Its time is over.
    Expired,
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the site did not issue it",
            Self::Used => "it was used already, and a token approves one client",
            Self::Expired => "it is no longer valid",
        })
    }
}

/// What the site does with a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Keep it.
    Take {
        /// Whether the client was not known before.
        new: bool,
        /// What the site thinks of it from now on.
        approval: Approval,
        /// Whether the token is used up by this.
        consumes_token: bool,
        /// Why the token that came along did not help; `None` when none came or none was needed.
        token_refused: Option<TokenRefusal>,
    },
    /// The identity belongs to another key. The site keeps what it knows.
    OtherKey,
    /// The key belongs to another identity. The site keeps what it knows.
    OtherIdentity {
        /// Whose key it is.
        holder: SmsId,
    },
}

/// Decides. `by_smsid` and `by_key` are the clients with the registration's identity and with its key; `token` is what
/// the site knows of the token that came along, when one came.
///
/// Only the holder of a key may speak for an identity, so neither may change hands; a machine that lost its key makes a
/// new identity. A blocked client stays blocked, and an approved one stays approved, whatever token comes along; neither
/// uses the token up.
#[must_use]
pub fn decide(
    smsid: SmsId,
    public_key: &str,
    by_smsid: Option<&Known<'_>>,
    by_key: Option<&Known<'_>>,
    token: Option<Option<Token>>,
    now: Timestamp,
) -> Decision {
    if by_smsid.is_some_and(|known| known.public_key != public_key) {
        return Decision::OtherKey;
    }
    if let Some(other) = by_key.filter(|known| known.smsid != smsid) {
        return Decision::OtherIdentity { holder: other.smsid };
    }
    let new = by_smsid.is_none();
    let before = by_smsid.map_or(Approval::Registered, |known| known.approval);
    if before != Approval::Registered {
        return Decision::Take { new, approval: before, consumes_token: false, token_refused: None };
    }
    let checked = token.map(|token| check(token, now));
    match checked {
        Some(Ok(())) => Decision::Take { new, approval: Approval::Approved, consumes_token: true, token_refused: None },
        Some(Err(refusal)) => Decision::Take { new, approval: before, consumes_token: false, token_refused: Some(refusal) },
        None => Decision::Take { new, approval: before, consumes_token: false, token_refused: None },
    }
}

fn check(token: Option<Token>, now: Timestamp) -> Result<(), TokenRefusal> {
    match token {
        None => Err(TokenRefusal::Unknown),
        Some(Token { used_at: Some(_), .. }) => Err(TokenRefusal::Used),
        Some(Token { expires_at, .. }) if now >= expires_at => Err(TokenRefusal::Expired),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000);
    const GOOD: Token = Token { expires_at: Timestamp::from_micros(1_000_001), used_at: None };

    fn id(n: u8) -> SmsId {
        SmsId::from_random([n; 16])
    }

    fn known(n: u8, key: &'static str, approval: Approval) -> Known<'static> {
        Known { smsid: id(n), public_key: key, approval }
    }

    fn take(new: bool, approval: Approval, consumes_token: bool, token_refused: Option<TokenRefusal>) -> Decision {
        Decision::Take { new, approval, consumes_token, token_refused }
    }

    #[test]
    fn a_new_client_is_registered_and_no_more() {
        assert_eq!(decide(id(1), "a", None, None, None, NOW), take(true, Approval::Registered, false, None));
    }

    #[test]
    fn a_good_token_approves_and_is_used_up() {
        assert_eq!(decide(id(1), "a", None, None, Some(Some(GOOD)), NOW), take(true, Approval::Approved, true, None));
        let me = known(1, "a", Approval::Registered);
        assert_eq!(decide(id(1), "a", Some(&me), Some(&me), Some(Some(GOOD)), NOW), take(false, Approval::Approved, true, None));
    }

    #[test]
    fn a_token_that_is_used_expired_or_foreign_approves_nobody() {
        let used = Token { used_at: Some(NOW), ..GOOD };
        let expired = Token { expires_at: NOW, ..GOOD };
        for (token, refusal) in [(Some(used), TokenRefusal::Used), (Some(expired), TokenRefusal::Expired), (None, TokenRefusal::Unknown)] {
            assert_eq!(decide(id(1), "a", None, None, Some(token), NOW), take(true, Approval::Registered, false, Some(refusal)));
        }
    }

    #[test]
    fn blocked_stays_blocked_and_keeps_the_token() {
        let me = known(1, "a", Approval::Blocked);
        assert_eq!(decide(id(1), "a", Some(&me), Some(&me), Some(Some(GOOD)), NOW), take(false, Approval::Blocked, false, None));
    }

    #[test]
    fn approved_stays_approved_and_keeps_the_token() {
        let me = known(1, "a", Approval::Approved);
        assert_eq!(decide(id(1), "a", Some(&me), Some(&me), Some(Some(GOOD)), NOW), take(false, Approval::Approved, false, None));
    }

    #[test]
    fn neither_an_identity_nor_a_key_changes_hands() {
        let other = known(1, "b", Approval::Registered);
        assert_eq!(decide(id(1), "a", Some(&other), None, Some(Some(GOOD)), NOW), Decision::OtherKey);
        let holder = known(2, "a", Approval::Approved);
        assert_eq!(decide(id(1), "a", None, Some(&holder), Some(Some(GOOD)), NOW), Decision::OtherIdentity { holder: id(2) });
        assert_eq!(decide(id(1), "a", Some(&other), Some(&holder), None, NOW), Decision::OtherKey);
    }
}
