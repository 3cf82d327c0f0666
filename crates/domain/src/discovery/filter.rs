//! Which objects a method leaves out (configmgr.md §4.2).

use super::directory_object::DirectoryObject;
use super::settings::Settings;
use crate::Timestamp;

/// Why an object is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// Its account is disabled.
    Disabled,
    /// Whether its account is disabled may not be read, so it is neither taken nor forgotten.
    DisabledUnknown,
    /// It has not logged on for too long.
    LastLogon,
    /// It has not changed its password for too long.
    PasswordAge,
}

/// Whether a method takes an object; either age is enough to leave it out. `disabled` is what the directory says of its account;
/// none when it did not say. A time that is not known counts against nobody: an account that never logged on, or whose times
/// may not be read, is not stale.
///
/// # Errors
/// Why it is left out.
pub fn taken(settings: &Settings, object: &DirectoryObject<'_>, disabled: Option<bool>, now: Timestamp) -> Result<(), LeftOut> {
    let too_old = |at: Option<Timestamp>, days: Option<i64>| match (at, days) {
        (Some(at), Some(days)) => now.seconds_since(at) > days * 24 * 3600,
        _ => false,
    };
    match disabled {
        Some(true) if !settings.disabled => return Err(LeftOut::Disabled),
        None if !settings.disabled => return Err(LeftOut::DisabledUnknown),
        _ => {}
    }
    if too_old(object.last_logon_at, settings.logged_on_within_days) {
        return Err(LeftOut::LastLogon);
    }
    if too_old(object.password_set_at, settings.password_within_days) {
        return Err(LeftOut::PasswordAge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Method, ObjectKind};
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 24 * 3600;

    fn object(logon: Option<i64>, password: Option<i64>) -> DirectoryObject<'static> {
        let at = |days: i64| Timestamp::default().plus_seconds(1000 * DAY - days * DAY);
        let mut object = DirectoryObject::new(ObjectKind::Computer, "S-1-5-21-1-2-3-4", "corp.example.test", "PC$", "CN=PC");
        (object.last_logon_at, object.password_set_at) = (logon.map(at), password.map(at));
        object
    }

    fn now() -> Timestamp {
        Timestamp::default().plus_seconds(1000 * DAY)
    }

    fn filtering(logon: Option<i64>, password: Option<i64>) -> Settings {
        Settings { logged_on_within_days: logon, password_within_days: password, ..Settings::before_anybody_set(Method::System) }
    }

    #[test]
    fn either_age_leaves_out_and_what_is_unknown_does_not() {
        let both = filtering(Some(30), Some(60));
        assert_eq!(taken(&both, &object(Some(30), Some(60)), Some(false), now()), Ok(()));
        assert_eq!(taken(&both, &object(Some(31), Some(1)), Some(false), now()), Err(LeftOut::LastLogon));
        assert_eq!(taken(&both, &object(Some(1), Some(61)), Some(false), now()), Err(LeftOut::PasswordAge));
        assert_eq!(taken(&both, &object(None, None), Some(false), now()), Ok(()));
    }

    #[test]
    fn disabled_accounts_are_taken_only_when_asked_for() {
        let found = object(None, None);
        let all = Settings { disabled: true, ..filtering(None, None) };
        assert_eq!(taken(&filtering(None, None), &found, Some(true), now()), Err(LeftOut::Disabled));
        assert_eq!(taken(&filtering(None, None), &found, None, now()), Err(LeftOut::DisabledUnknown), "unknown is not enabled");
        for disabled in [Some(true), Some(false), None] {
            assert_eq!(taken(&all, &found, disabled, now()), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn a_longer_time_never_leaves_more_out(days in 1..3000_i64, more in 0..600_i64, logon in proptest::option::of(-10..4000_i64)) {
            let object = object(logon, logon);
            if taken(&filtering(Some(days), Some(days)), &object, Some(false), now()).is_ok() {
                prop_assert_eq!(taken(&filtering(Some(days + more), Some(days + more)), &object, Some(false), now()), Ok(()));
            }
        }
    }
}
