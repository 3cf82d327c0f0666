//! What a refusal of the library means.

use crate::foreign::Refusal;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Error codes of `krb5.h`.
mod code {
    pub const CLIENT_EXPIRED: i32 = -1_765_328_383;
    pub const CLIENT_UNKNOWN: i32 = -1_765_328_378;
    pub const SERVICE_UNKNOWN: i32 = -1_765_328_377;
    pub const POLICY: i32 = -1_765_328_372;
    pub const KDC_ENCRYPTION_TYPE: i32 = -1_765_328_370;
    pub const CLIENT_REVOKED: i32 = -1_765_328_366;
    pub const CLIENT_NOT_YET: i32 = -1_765_328_363;
    pub const KEY_EXPIRED: i32 = -1_765_328_361;
    pub const PREAUTHENTICATION_FAILED: i32 = -1_765_328_360;
    pub const SERVICE_UNAVAILABLE: i32 = -1_765_328_355;
    pub const BAD_INTEGRITY: i32 = -1_765_328_353;
    pub const TICKET_EXPIRED: i32 = -1_765_328_352;
    pub const REPEATED: i32 = -1_765_328_350;
    pub const SKEW: i32 = -1_765_328_347;
    pub const MALFORMED_NAME: i32 = -1_765_328_250;
    pub const SKEW_IN_ANSWER: i32 = -1_765_328_236;
    pub const OWN_ENCRYPTION_TYPE: i32 = -1_765_328_234;
    pub const REALM_UNKNOWN: i32 = -1_765_328_230;
    pub const KDC_UNREACHABLE: i32 = -1_765_328_228;
    pub const KEYTAB_LACKS_NAME: i32 = -1_765_328_203;
    pub const PREAUTHENTICATION_GAVE_UP: i32 = -1_765_328_174;
    pub const REALM_CANNOT_BE_RESOLVED: i32 = -1_765_328_164;
    pub const KEYTAB_LACKS_VERSION: i32 = -1_765_328_154;
    pub const CONFIGURED_ENCRYPTION_TYPE: i32 = -1_765_328_147;
}

/// `GSS_S_BAD_MECH` and `GSS_S_NO_CRED` (RFC 2744 §3.9.1).
const BAD_MECHANISM: u32 = 1 << 16;
const NO_CREDENTIAL: u32 = 7 << 16;

/// A site that is told its name servers asks them; one that is not, and whoever is given a file, leaves it to the library.
const WHO_IS_ASKED: &str = "where the domain's controllers are is asked of the site's name servers (dns-servers), else of this machine's own; the file that KRB5_CONFIG names stands instead of both: ";

/// Why an account was not signed in, or not brought to a service.
pub fn of_client(step: &'static str, refusal: &Refusal) -> Failure {
    let (outcome, words) = match refusal.code {
        code::PREAUTHENTICATION_FAILED | code::BAD_INTEGRITY => (Outcome::WrongPassword, ""),
        // A domain controller says no more in Kerberos than that (RFC 4120 §7.5.9).
        code::CLIENT_REVOKED => (Outcome::LockedOrDisabled, ""),
        code::CLIENT_UNKNOWN => (Outcome::NoSuchAccount, ""),
        code::CLIENT_EXPIRED | code::TICKET_EXPIRED => (Outcome::Expired, ""),
        code::CLIENT_NOT_YET => (Outcome::Disabled, ""),
        code::KEY_EXPIRED => (Outcome::MustChangePassword, ""),
        code::POLICY => (Outcome::LacksRight, ""),
        code::SKEW | code::SKEW_IN_ANSWER => (Outcome::ClockSkew, ""),
        code::KDC_UNREACHABLE | code::SERVICE_UNAVAILABLE => (Outcome::Unreachable, ""),
        code::REALM_CANNOT_BE_RESOLVED | code::REALM_UNKNOWN => (Outcome::Unreachable, WHO_IS_ASKED),
        code::SERVICE_UNKNOWN => (Outcome::NothingSafe, "the domain knows no such service: "),
        code::KDC_ENCRYPTION_TYPE | code::OWN_ENCRYPTION_TYPE | code::CONFIGURED_ENCRYPTION_TYPE => {
            (Outcome::NothingSafe, "the account has no key of a kind that both sides take (AES): ")
        }
        code::PREAUTHENTICATION_GAVE_UP => (Outcome::NothingSafe, ""),
        code::KEYTAB_LACKS_NAME | code::KEYTAB_LACKS_VERSION | code::MALFORMED_NAME => (Outcome::RefusedByRule, ""),
        _ => (Outcome::Broken, ""),
    };
    Failure::new(outcome, step, format!("{words}{}", refusal.said))
}

/// The realm that the library does not know how to ask, when that is why it refused. Its words alone tell which; whoever referred
/// there chose the name.
pub fn realm_unknown(refusal: &Refusal) -> Option<&str> {
    let unknown = matches!(refusal.code, code::REALM_CANNOT_BE_RESOLVED | code::REALM_UNKNOWN);
    let rest = unknown.then(|| refusal.said.split_once("for realm \""))??.1;
    rest.rsplit_once('"').map(|(realm, _)| realm)
}

/// Under SPNEGO the library gives Kerberos' refusals numbers of its own, and keeps their words (`krb5_err.et`; they are
/// translated only where a program sets its locale, which none here does).
const WORDS: &[(&str, i32)] = &[("Request is a replay", code::REPEATED), ("Clock skew too great", code::SKEW), ("Ticket expired", code::TICKET_EXPIRED)];

/// Why a client was not believed.
pub fn of_acceptor(step: &'static str, refusal: &Refusal) -> Failure {
    let known = WORDS.iter().find(|(words, _)| *words == refusal.said).map_or(refusal.code, |(_, code)| *code);
    let (outcome, words) = match (known, refusal.routine) {
        (code::REPEATED, _) => (Outcome::RefusedByRule, "it was used before: "),
        (code::SKEW, _) => (Outcome::ClockSkew, ""),
        (code::TICKET_EXPIRED, _) => (Outcome::Expired, ""),
        (_, BAD_MECHANISM | NO_CREDENTIAL) => (Outcome::NothingSafe, "it is no Kerberos that can be taken: "),
        _ => (Outcome::Broken, ""),
    };
    Failure::new(outcome, step, format!("{words}{}", refusal.said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: i32) -> Refusal {
        Refusal { code, routine: 13 << 16, said: "words".to_owned() }
    }

    #[test]
    fn locked_or_disabled_counts_as_locked() {
        let failure = of_client("sign in", &refusal(code::CLIENT_REVOKED));
        assert_eq!((failure.outcome, failure.detail.as_str()), (Outcome::LockedOrDisabled, "words"));
        assert!(failure.outcome.counts_towards_lock_out());
    }

    #[test]
    fn where_controllers_are_not_known_it_is_told_who_was_asked() {
        for code in [code::REALM_UNKNOWN, code::REALM_CANNOT_BE_RESOLVED] {
            let failure = of_client("sign in", &refusal(code));
            assert!(failure.outcome == Outcome::Unreachable && failure.detail.contains("KRB5_CONFIG") && failure.detail.ends_with("words"), "{failure}");
        }
        assert_eq!(of_client("sign in", &refusal(code::KDC_UNREACHABLE)).detail, "words");
    }

    #[test]
    fn a_realm_that_cannot_be_asked_is_named_by_the_library() {
        let unknown = |code, said: &str| realm_unknown(&Refusal { code, routine: 0, said: said.to_owned() }).map(str::to_owned);
        let said = "Cannot find KDC for realm \"B.EXAMPLE.TEST\"";
        assert_eq!(unknown(code::REALM_UNKNOWN, said).as_deref(), Some("B.EXAMPLE.TEST"));
        assert_eq!(unknown(code::KDC_UNREACHABLE, said), None);
        assert_eq!(unknown(code::REALM_UNKNOWN, "Cannot find KDC for requested realm"), None);
    }

    #[test]
    fn what_is_not_known_is_never_taken_for_a_wrong_password() {
        for code in [0, 1, -1, -1_765_328_384, i32::MIN] {
            assert_eq!(of_client("sign in", &refusal(code)).outcome, Outcome::Broken);
            assert_eq!(of_acceptor("accept", &refusal(code)).outcome, Outcome::Broken);
        }
    }
}
