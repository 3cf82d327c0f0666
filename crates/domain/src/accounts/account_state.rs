//! What a directory says of an account that it let not sign in. Over Kerberos a domain controller has one answer, *revoked*, for
//! an account that is locked, disabled or expired (RFC 4120 §7.5.9, MS-KILE §3.3.5.7.1); its object tells which.

use crate::Timestamp;
use crate::outcome::Outcome;

/// Flags of `userAccountControl`, and of what is computed of it (MS-ADTS §2.2.16, §3.1.1.4.5.17).
const DISABLED: i64 = 0x2;
const LOCKED: i64 = 0x10;

/// Units of a directory's time, 100 ns since 1601, at the beginning of 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

/// What was read of an account's object; what did not come is none, and nothing follows from that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountState {
    /// `userAccountControl`.
    pub control: Option<i64>,
    /// `msDS-User-Account-Control-Computed`: whether a lock-out still lasts, only the directory knows.
    pub computed: Option<i64>,
    /// `lockoutTime`: 0 says that it is not locked; when it was says not that it still is.
    pub locked_at: Option<i64>,
    /// `accountExpires`, in units of 100 ns since 1601; 0 and the largest number are never.
    pub expires: Option<i64>,
}

impl AccountState {
    fn disabled(&self) -> Option<bool> {
        self.control.map(|control| control & DISABLED != 0)
    }

    fn locked(&self) -> Option<bool> {
        match (self.computed, self.locked_at) {
            (Some(computed), _) => Some(computed & LOCKED != 0),
            (None, Some(0)) => Some(false),
            (None, _) => None,
        }
    }

    fn expired(&self, now: Timestamp) -> Option<bool> {
        let now = now.as_micros().saturating_mul(10).saturating_add(EPOCH);
        self.expires.map(|at| at != 0 && at != i64::MAX && at <= now)
    }

    /// Why the account was refused as revoked, with what was seen. Of several reasons that one decides which has to be seen to
    /// first: an account that is disabled does not sign in when it is unlocked. Where none is seen it stays *locked or
    /// disabled*.
    #[must_use]
    pub fn why_revoked(&self, now: Timestamp) -> (Outcome, String) {
        let all = [
            (Outcome::Disabled, self.disabled(), "disabled", "userAccountControl"),
            (Outcome::Locked, self.locked(), "locked", "msDS-User-Account-Control-Computed"),
            (Outcome::Expired, self.expired(now), "expired", "accountExpires"),
        ];
        let mut parts = Vec::new();
        let found: Vec<&str> = all.iter().filter(|(_, is, ..)| *is == Some(true)).map(|(_, _, words, _)| *words).collect();
        let unseen: Vec<&str> = all.iter().filter(|(_, is, ..)| is.is_none()).map(|(.., attribute)| *attribute).collect();
        if found.is_empty() && unseen.is_empty() {
            parts.push("its object says none of locked, disabled and expired: it was changed meanwhile, or may not sign in at this hour".to_owned());
        } else if !found.is_empty() {
            parts.push(format!("its object says that it is {}", found.join(" and ")));
        }
        if !unseen.is_empty() {
            parts.push(format!("{} did not come", unseen.join(", ")));
        }
        let outcome = all.iter().find(|(_, is, ..)| *is == Some(true)).map_or(Outcome::LockedOrDisabled, |(outcome, ..)| *outcome);
        (outcome, parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);
    const NORMAL: AccountState = AccountState { control: Some(0x200), computed: Some(0), locked_at: Some(0), expires: Some(i64::MAX) };

    fn why(state: AccountState) -> (Outcome, String) {
        state.why_revoked(NOW)
    }

    #[test]
    fn each_reason_is_seen_where_the_directory_keeps_it() {
        let of = |state| why(state).0;
        assert_eq!(of(AccountState { control: Some(0x202), ..NORMAL }), Outcome::Disabled);
        assert_eq!(of(AccountState { computed: Some(0x10), ..NORMAL }), Outcome::Locked);
        assert_eq!(of(AccountState { expires: Some(131_000_000_000_000_000), ..NORMAL }), Outcome::Expired);
        assert_eq!(of(AccountState { expires: Some(0), ..NORMAL }), Outcome::LockedOrDisabled, "never");
        let at = NOW.as_micros() * 10 + EPOCH;
        assert_eq!(of(AccountState { expires: Some(at), ..NORMAL }), Outcome::Expired);
        assert_eq!(of(AccountState { expires: Some(at + 1), ..NORMAL }), Outcome::LockedOrDisabled);
    }

    #[test]
    fn the_reason_that_has_to_be_seen_to_first_decides_and_all_are_told() {
        let all = AccountState { control: Some(0x202), computed: Some(0x10), expires: Some(1), ..NORMAL };
        assert_eq!(why(all), (Outcome::Disabled, "its object says that it is disabled and locked and expired".to_owned()));
        let (outcome, told) = why(AccountState { computed: Some(0x10), control: None, ..NORMAL });
        assert_eq!(outcome, Outcome::Locked);
        assert!(told.ends_with("userAccountControl did not come"), "{told}");
    }

    #[test]
    fn a_lock_out_that_may_have_ended_is_none_that_is_seen() {
        let (outcome, told) = why(AccountState { computed: None, locked_at: Some(131_000_000_000_000_000), ..NORMAL });
        assert_eq!((outcome, told.as_str()), (Outcome::LockedOrDisabled, "msDS-User-Account-Control-Computed did not come"));
        assert!(why(NORMAL).1.contains("none of locked, disabled and expired"));
    }

    proptest! {
        #[test]
        fn what_did_not_come_never_decides(control: Option<i64>, computed: Option<i64>, locked_at: Option<i64>, expires: Option<i64>, at in 0..i64::MAX) {
            let state = AccountState { control, computed, locked_at, expires };
            match state.why_revoked(Timestamp::from_micros(at)).0 {
                Outcome::Disabled => prop_assert!(control.is_some()),
                Outcome::Locked => prop_assert!(computed.is_some()),
                Outcome::Expired => prop_assert!(expires.is_some()),
                other => prop_assert_eq!(other, Outcome::LockedOrDisabled),
            }
        }
    }
}
