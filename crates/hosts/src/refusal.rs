//! What a host says no with: NTSTATUS codes (MS-ERREF §2.3), in SMB's header and at the end of a call's answer.

use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use smb2::ErrorKind;
use smb2::types::status::NtStatus;

/// Codes that are acted on.
pub(crate) mod status {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const SOME_NOT_MAPPED: u32 = 0x0000_0107;
    pub(crate) const NO_MORE_ENTRIES: u32 = 0x8000_001a;
    pub(crate) const ACCESS_DENIED: u32 = 0xc000_0022;
    pub(crate) const OBJECT_NAME_NOT_FOUND: u32 = 0xc000_0034;
    pub(crate) const NO_SUCH_PRIVILEGE: u32 = 0xc000_0060;
    pub(crate) const NONE_MAPPED: u32 = 0xc000_0073;
    pub(crate) const BAD_NETWORK_NAME: u32 = 0xc000_00cc;
}

/// What a refused request means. A code that is not known tells nothing of the account.
pub(crate) fn outcome(code: u32) -> Outcome {
    match code {
        status::SUCCESS => Outcome::Succeeded,
        // Access denied; a privilege is not held.
        status::ACCESS_DENIED | 0xc000_0061 => Outcome::LacksRight,
        // A sign-in is refused: no password is said here, so none was wrong, and nothing counts towards a lock-out. Then restrictions of
        // the account, of its hours, of the computer, of the kind of sign-in, and who may sign in over a trust at all.
        0xc000_006a | 0xc000_006d..=0xc000_0070 | 0xc000_015b | 0xc000_0413 => Outcome::LacksRight,
        0xc000_0064 => Outcome::NoSuchAccount,
        0xc000_0071 | 0xc000_0193 => Outcome::Expired,
        0xc000_0072 => Outcome::Disabled,
        0xc000_0224 => Outcome::MustChangePassword,
        0xc000_0234 => Outcome::Locked,
        0xc000_0133 => Outcome::ClockSkew,
        _ => Outcome::Broken,
    }
}

/// A failure of `step` by a code.
pub(crate) fn refused(step: &'static str, code: u32) -> Failure {
    Failure::new(outcome(code), step, NtStatus(code))
}

/// A failure of `step` by what `smb2` says.
pub(crate) fn failure(step: &'static str, error: &smb2::Error) -> Failure {
    let known = error.status().map(|status| outcome(status.0));
    let meant = known.unwrap_or_else(|| match error.kind() {
        ErrorKind::ConnectionLost | ErrorKind::TimedOut => Outcome::Unreachable,
        ErrorKind::AccessDenied => Outcome::LacksRight,
        _ => Outcome::Broken,
    });
    Failure::new(meant, step, error)
}

/// A failure of `step` by what cannot be.
pub(crate) fn broken(step: &'static str, said: impl std::fmt::Display) -> Failure {
    Failure::new(Outcome::Broken, step, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_account_is_told_apart_from_what_is_not() {
        assert_eq!(outcome(status::ACCESS_DENIED), Outcome::LacksRight);
        assert_eq!(outcome(0xc000_0234), Outcome::Locked);
        assert_eq!(outcome(0xc000_0072), Outcome::Disabled);
        assert!(!outcome(0xc000_006d).counts_towards_lock_out(), "a ticket is no password");
        assert_eq!(outcome(0xc000_00bb), Outcome::Broken, "what is not supported tells nothing of the account");
        let said = refused("open the policy", status::ACCESS_DENIED).to_string();
        assert!(said.contains("STATUS_ACCESS_DENIED") && said.contains("open the policy"), "{said}");
    }
}
