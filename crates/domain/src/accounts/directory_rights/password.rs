//! How old the account's password is, and when the directory ends it (security.md RC-L10).

use super::{AccountSeen, Command, Mending, Told};
use crate::Timestamp;
use crate::accounts::verification::{Remedy, Verdict};
use crate::{powershell_word as powershell, shell_word};

/// Seconds of a day.
const DAY: i64 = 24 * 3600;
/// Windows' time of 1970-01-01, in units of 100 ns since 1601.
const EPOCH: i64 = 116_444_736_000_000_000;

/// What the account's object says of its password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordSeen {
    /// `pwdLastSet`: when it was set; 0 when it must be changed before anything else.
    pub set_at: Option<i64>,
    /// `msDS-UserPasswordExpiryTimeComputed`: when the directory ends it; the largest number for never.
    pub ends_at: Option<i64>,
    /// `msDS-ResultantPSO`: the password settings object in force, by its name; none when the domain's own policy is, or it may
    /// not be seen.
    pub settings: Option<String>,
}

/// Whether the password is at most `days` old. When the directory ends it is told along; a directory that never does is no
/// finding as long as the password is young enough.
#[must_use]
pub fn password_age(account: &AccountSeen, password: &PasswordSeen, days: u32, now: Timestamp, mending: &Mending) -> Told {
    let fail = |why: String| {
        let evidence = format!("{why}: set a new one in the directory and by provost account set");
        Told::new(Verdict::Fail, evidence).mended_by(anew(account, mending))
    };
    let Some(set_at) = password.set_at else { return Told::new(Verdict::Unknown, "its pwdLastSet did not come") };
    if set_at <= 0 {
        return fail("its password must be changed at the next sign-in".to_owned());
    }
    let at = |time: i64| Timestamp::from_micros(time.saturating_sub(EPOCH) / 10);
    let age = now.seconds_since(at(set_at)).div_euclid(DAY);
    if age < -1 {
        return Told::new(Verdict::Unknown, format!("its password was set at {}, which is still to come here: one of the clocks is wrong", at(set_at)));
    }
    let by = password.settings.as_deref().unwrap_or("the domain's policy");
    let ends = match password.ends_at {
        None => ", and when the directory ends it did not come".to_owned(),
        Some(0 | i64::MAX) => format!(", and {by} never ends it"),
        Some(ends_at) if at(ends_at) <= now => return fail(format!("its password ended at {} by {by}", at(ends_at))),
        Some(ends_at) => format!(", and {by} ends it at {}", at(ends_at)),
    };
    let seen = format!("its password was set at {}, {} days ago; the limit is {days}{ends}", at(set_at), age.max(0));
    if age > i64::from(days) { fail(seen) } else { Told::new(Verdict::Pass, seen) }
}

/// How the account gets a new password, which no command has in its arguments.
fn anew(account: &AccountSeen, mending: &Mending) -> Vec<Remedy> {
    let command = Command {
        windows: format!("Set-ADAccountPassword -Identity {} -Reset", powershell(&account.name)),
        samba: format!("samba-tool user setpassword {}", shell_word(&account.name)),
    };
    mending.remedies("set a new one in the directory", &[command], [""; 2])
}
