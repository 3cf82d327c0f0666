//! What a directory says no with: result codes (RFC 4511 appendix A) and the reason that Active Directory adds to a refused
//! sign-in, `... comment: AcceptSecurityContext error, data 52e, v1db1`.

use provost_domain::Failure;
use provost_domain::outcome::Outcome;

/// Result codes that are acted on.
pub(crate) mod result {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const STRONGER_AUTH_REQUIRED: u32 = 8;
    pub(crate) const REFERRAL: u32 = 10;
    pub(crate) const SASL_BIND_IN_PROGRESS: u32 = 14;
    pub(crate) const NO_SUCH_OBJECT: u32 = 32;
    pub(crate) const INVALID_CREDENTIALS: u32 = 49;
    pub(crate) const INSUFFICIENT_ACCESS_RIGHTS: u32 = 50;
    pub(crate) const BUSY: u32 = 51;
    pub(crate) const UNAVAILABLE: u32 = 52;
}

/// The reasons of Active Directory are Windows' system error codes, in hexadecimal (MS-ERREF §2.2; security.md RC-L01).
const REASONS: &[(u32, Outcome)] = &[
    (0x525, Outcome::NoSuchAccount),
    (0x52e, Outcome::WrongPassword),
    // A restriction of the account: an empty password, NTLM where it is forbidden, a silo.
    (0x52f, Outcome::LacksRight),
    // Not at this hour, not from this computer, not this kind of sign-in.
    (0x530, Outcome::LacksRight),
    (0x531, Outcome::LacksRight),
    (0x534, Outcome::LacksRight),
    (0x532, Outcome::Expired),
    (0x533, Outcome::Disabled),
    (0x701, Outcome::Expired),
    (0x773, Outcome::MustChangePassword),
    (0x775, Outcome::Locked),
];

/// What a refused sign-in means.
pub(crate) fn of_sign_in(code: u32, said: &str) -> Outcome {
    match code {
        result::SUCCESS => Outcome::Succeeded,
        // Without a known reason it counts as what does the most harm when tried again.
        result::INVALID_CREDENTIALS => reason(said).unwrap_or(Outcome::WrongPassword),
        result::STRONGER_AUTH_REQUIRED => Outcome::NothingSafe,
        result::INSUFFICIENT_ACCESS_RIGHTS => Outcome::LacksRight,
        result::BUSY | result::UNAVAILABLE => Outcome::Unreachable,
        _ => Outcome::Broken,
    }
}

/// What a refused request means.
pub(crate) fn of_request(code: u32) -> Outcome {
    match code {
        result::INSUFFICIENT_ACCESS_RIGHTS => Outcome::LacksRight,
        result::BUSY | result::UNAVAILABLE => Outcome::Unreachable,
        result::STRONGER_AUTH_REQUIRED => Outcome::NothingSafe,
        _ => Outcome::Broken,
    }
}

/// A failure of `step` with what the server said.
pub(crate) fn failure(outcome: Outcome, step: &'static str, code: u32, said: &str) -> Failure {
    Failure::new(outcome, step, format!("result {code}{}{said}", if said.is_empty() { "" } else { ": " }))
}

/// The outcome of the reason in what was said.
fn reason(said: &str) -> Option<Outcome> {
    let (_, rest) = said.split_once("data ")?;
    let digits = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    REASONS.iter().find(|(known, _)| *known == code).map(|(_, outcome)| *outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_active_directory_are_told_apart() {
        let of = |data: &str| of_sign_in(49, &format!("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {data}, v1db1"));
        assert_eq!(of("525"), Outcome::NoSuchAccount);
        assert_eq!(of("52e"), Outcome::WrongPassword);
        assert_eq!(of("52E"), Outcome::WrongPassword);
        assert_eq!(of("532"), Outcome::Expired);
        assert_eq!(of("533"), Outcome::Disabled);
        assert_eq!(of("701"), Outcome::Expired);
        assert_eq!(of("773"), Outcome::MustChangePassword);
        assert_eq!(of("775"), Outcome::Locked);
        assert_eq!(of("530"), Outcome::LacksRight);
        assert_eq!(of("ffffffffff"), Outcome::WrongPassword, "what is not known counts as a wrong password");
        assert_eq!(of_sign_in(49, ""), Outcome::WrongPassword);
        assert_eq!(of_sign_in(8, "BindSimple: Transport encryption required."), Outcome::NothingSafe);
        assert_eq!(of_sign_in(52, ""), Outcome::Unreachable);
    }
}
