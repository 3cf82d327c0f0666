//! How a discovery method is set, and when it is due (configmgr.md §4.1, §4.2, §11.2).

use super::method::{Method, RunKind};
use crate::Timestamp;
use std::fmt;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// A full discovery reads everything anew once a week.
pub const FULL_EVERY_SECONDS: i64 = 7 * DAY;
/// A delta looks for changes every five minutes.
pub const DELTA_EVERY_SECONDS: i64 = 5 * MINUTE;
/// Filters count days up to ten years.
const DAYS_MAX: i64 = 3650;
/// Least days since the last logon: a directory renews `lastLogonTimestamp` only every 9 to 14 days, so
/// that fewer would leave out who is at work every day.
const LOGON_DAYS_MIN: i64 = 14;
/// Most extra attributes of one method.
const ATTRIBUTES_MAX: usize = 64;

/// How a method is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The method.
    pub method: Method,
    /// Whether it runs by itself; a person may run it at any time.
    pub enabled: bool,
    /// Seconds between full runs: an hour to a year.
    pub full_every: i64,
    /// Seconds between looks for changes: a minute to a day; none when it does not look.
    pub delta_every: Option<i64>,
    /// Leaves out what last logged on more days ago: at least 14.
    pub logged_on_within_days: Option<i64>,
    /// Leaves out what set its password more days ago.
    pub password_within_days: Option<i64>,
    /// Whether disabled accounts are taken too.
    pub disabled: bool,
    /// Group discovery: whether members of distribution groups are found; such a group itself never becomes a resource.
    pub distribution_groups: bool,
    /// Forest discovery: whether subnets become boundaries.
    pub subnet_boundaries: bool,
    /// Forest discovery: whether Active Directory sites become boundaries.
    pub site_boundaries: bool,
    /// Attributes that are read besides the usual ones, by their LDAP names, in lower case.
    pub attributes: Vec<String>,
}

/// Why settings are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSettings(pub String);

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidSettings {}

impl Settings {
    /// As they are before anybody changes them: off, a full run each week, changes every five minutes.
    #[must_use]
    pub const fn before_anybody_set(method: Method) -> Self {
        Self {
            method,
            enabled: false,
            full_every: FULL_EVERY_SECONDS,
            delta_every: if method.has_delta() { Some(DELTA_EVERY_SECONDS) } else { None },
            logged_on_within_days: None,
            password_within_days: None,
            disabled: false,
            distribution_groups: false,
            subnet_boundaries: false,
            site_boundaries: false,
            attributes: Vec::new(),
        }
    }

    /// Holds settings to their bounds, and to what the method knows; brings attributes into their one form.
    ///
    /// # Errors
    /// Which of them is wrong.
    pub fn checked(mut self) -> Result<Self, InvalidSettings> {
        let method = self.method;
        let wrong = |what: String| Err(InvalidSettings(what));
        let unknown = |what: &str| Err(InvalidSettings(format!("{} has no {what}", method.title())));
        if !(3600..=365 * DAY).contains(&self.full_every) {
            return wrong("full runs are 1 hour to 365 days apart".to_owned());
        }
        match self.delta_every {
            Some(_) if !method.has_delta() => return unknown("delta"),
            Some(seconds) if !(MINUTE..=DAY).contains(&seconds) => return wrong("deltas are 1 minute to 1 day apart".to_owned()),
            _ => {}
        }
        for (what, days, least) in [("logon", self.logged_on_within_days, LOGON_DAYS_MIN), ("password", self.password_within_days, 1)] {
            let Some(days) = days else { continue };
            if method == Method::Forest {
                return unknown("filters");
            }
            if !(least..=DAYS_MAX).contains(&days) {
                let why = if least == 1 { "" } else { ": Active Directory renews the time of a last logon only every 9 to 14 days" };
                return wrong(format!("the filter by {what} counts {least} to {DAYS_MAX} days{why}"));
            }
        }
        if self.distribution_groups && method != Method::Group {
            return unknown("distribution groups");
        }
        if (self.subnet_boundaries || self.site_boundaries) && method != Method::Forest {
            return unknown("boundaries");
        }
        if self.attributes.len() > ATTRIBUTES_MAX {
            return wrong(format!("at most {ATTRIBUTES_MAX} extra attributes are read"));
        }
        if !self.attributes.is_empty() && !matches!(method, Method::System | Method::User) {
            return unknown("extra attributes");
        }
        for attribute in &mut self.attributes {
            let name = attribute.trim().to_ascii_lowercase();
            let begins = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
            if !begins || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return wrong(format!("{:?} is not the LDAP name of an attribute", attribute.chars().take(64).collect::<String>()));
            }
            *attribute = name;
        }
        self.attributes.sort_unstable();
        self.attributes.dedup();
        Ok(self)
    }

    /// Whether the same is read as with `other`, whenever that is: otherwise what was read before must be read again.
    #[must_use]
    pub fn reads_as(&self, other: &Self) -> bool {
        let reads = |settings: &Self| Self { enabled: false, full_every: 0, delta_every: None, ..settings.clone() };
        reads(self) == reads(other)
    }

    /// When something is read next, and how much of it, if the method runs by itself.
    #[must_use]
    pub fn next(&self, progress: Progress) -> Option<(RunKind, Timestamp)> {
        if !self.enabled {
            return None;
        }
        // A full run that failed is tried again after the interval of a delta, and a delta goes between the two.
        let again = self.delta_every.unwrap_or(DELTA_EVERY_SECONDS);
        let Some(full) = progress.full_at else {
            return Some((RunKind::Full, progress.last_at.map_or_else(Timestamp::default, |at| at.plus_seconds(again))));
        };
        let failed = progress.full_tried_at.filter(|tried| *tried > full);
        let full = full.plus_seconds(self.full_every).max(failed.map_or_else(Timestamp::default, |at| at.plus_seconds(again)));
        let delta = self.delta_every.map(|every| progress.last_at.unwrap_or_default().plus_seconds(every));
        Some(match delta {
            Some(delta) if delta <= full => (RunKind::Delta, delta),
            _ => (RunKind::Full, full),
        })
    }

    /// What is due now. A clock that was set back does not make it wait longer than the interval.
    #[must_use]
    pub fn due(&self, progress: Progress, now: Timestamp) -> Option<RunKind> {
        let believed = |at: Option<Timestamp>| at.map(|at| at.min(now));
        let Progress { full_at, full_tried_at, last_at } = progress;
        let believed = Progress { full_at: believed(full_at), full_tried_at: believed(full_tried_at), last_at: believed(last_at) };
        self.next(believed).filter(|(_, at)| *at <= now).map(|(kind, _)| kind)
    }
}

/// What became of a location, or of a forest, until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// When the last full run that read what it should began; none when none ever did.
    pub full_at: Option<Timestamp>,
    /// When the last full run began, whatever became of it.
    pub full_tried_at: Option<Timestamp>,
    /// When any run last began.
    pub last_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(method: Method) -> Settings {
        Settings { enabled: true, ..Settings::before_anybody_set(method) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    #[test]
    fn a_method_reads_everything_first_then_changes_and_everything_again_after_a_week() {
        let settings = on(Method::System);
        assert_eq!(settings.due(Progress::default(), at(0)), Some(RunKind::Full));
        let progress = |full, last| Progress { full_at: Some(at(full)), full_tried_at: Some(at(full)), last_at: Some(at(last)) };
        assert_eq!(settings.due(progress(0, 0), at(299)), None);
        assert_eq!(settings.due(progress(0, 0), at(300)), Some(RunKind::Delta));
        assert_eq!(settings.due(progress(0, 7 * DAY - 100), at(7 * DAY)), Some(RunKind::Full));
        assert_eq!(on(Method::Forest).due(progress(0, 0), at(DAY)), None);
        assert_eq!(on(Method::Forest).due(progress(0, 0), at(7 * DAY)), Some(RunKind::Full));
    }

    #[test]
    fn one_that_is_off_is_never_due_and_a_failed_first_run_waits() {
        assert_eq!(Settings::before_anybody_set(Method::User).due(Progress::default(), at(0)), None);
        let failed = Progress { full_at: None, full_tried_at: Some(at(1000)), last_at: Some(at(1000)) };
        assert_eq!(on(Method::User).due(failed, at(1100)), None);
        assert_eq!(on(Method::User).due(failed, at(1300)), Some(RunKind::Full));
    }

    #[test]
    fn an_overdue_full_run_that_failed_waits_and_changes_are_looked_for_meanwhile() {
        let failed = |last: i64| Progress { full_at: Some(at(0)), full_tried_at: Some(at(7 * DAY)), last_at: Some(at(last)) };
        let settings = on(Method::System);
        assert_eq!(settings.due(failed(7 * DAY), at(7 * DAY + 1)), None);
        assert_eq!(settings.due(failed(7 * DAY), at(7 * DAY + 300)), Some(RunKind::Delta));
        assert_eq!(settings.due(failed(7 * DAY + 300), at(7 * DAY + 301)), Some(RunKind::Full));
        assert_eq!(on(Method::Forest).due(failed(7 * DAY), at(7 * DAY + 299)), None);
        assert_eq!(on(Method::Forest).due(failed(7 * DAY), at(7 * DAY + 300)), Some(RunKind::Full));
    }

    #[test]
    fn settings_that_a_method_does_not_know_are_refused() {
        let refused = |settings: Settings| settings.checked().is_err();
        assert!(refused(Settings { distribution_groups: true, ..on(Method::System) }));
        assert!(refused(Settings { subnet_boundaries: true, ..on(Method::Group) }));
        assert!(refused(Settings { delta_every: Some(300), ..on(Method::Forest) }));
        assert!(refused(Settings { attributes: vec!["department".to_owned()], ..on(Method::Group) }));
        assert!(refused(Settings { attributes: vec!["a)(b".to_owned()], ..on(Method::User) }));
        assert!(refused(Settings { full_every: 60, ..on(Method::User) }));
        assert!(refused(Settings { logged_on_within_days: Some(13), ..on(Method::User) }));
        assert!(refused(Settings { password_within_days: Some(0), ..on(Method::User) }));
        assert!(!refused(Settings { logged_on_within_days: Some(14), password_within_days: Some(1), ..on(Method::User) }));
        let kept = Settings { attributes: vec!["Title ".to_owned(), "department".to_owned(), "title".to_owned()], ..on(Method::User) }.checked();
        assert_eq!(kept.map(|s| s.attributes), Ok(vec!["department".to_owned(), "title".to_owned()]));
    }

    proptest! {
        #[test]
        fn something_is_due_exactly_when_the_next_time_has_come(full in 0..10_000_000_i64, since in 0..1_000_000_i64, tried in 0..1_000_000_i64, now in 0..12_000_000_i64) {
            let settings = on(Method::Group);
            let progress = Progress { full_at: Some(at(full)), full_tried_at: Some(at(full + tried)), last_at: Some(at(full + since.max(tried))) };
            let due = settings.due(progress, at(now));
            if full + since.max(tried) <= now {
                prop_assert_eq!(due.is_some(), settings.next(progress).is_some_and(|(_, next)| next <= at(now)));
            }
            // Whatever a clock did, nothing waits longer than a full interval.
            prop_assert!(settings.due(progress, at(now.max(full + since.max(tried)) + FULL_EVERY_SECONDS)).is_some());
        }
    }
}
