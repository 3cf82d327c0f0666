//! When a site publishes to a forest again.

use super::{Published, Truth, desired};
use crate::{Digest, Timestamp};

/// How long what was published is believed to stand, in seconds: somebody may change it in the directory.
pub const EVERY: i64 = 3600;
/// How soon after a first failure it is tried again, in seconds.
const FIRST_WAIT: i64 = 60;

/// What is known of a forest's publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Whether the site is to be published there: it is switched on, for the site and for the forest.
    pub wanted: bool,
    /// Whether something of the site may be there.
    pub standing: bool,
    /// When it last became equal to the truth; none when it never did since it was switched.
    pub succeeded_at: Option<Timestamp>,
    /// Not before then, after a failure.
    pub retry_at: Option<Timestamp>,
}

impl Progress {
    /// Whether something is to be done now; `changed` when the truth is another one than what was published.
    #[must_use]
    pub fn is_due(self, changed: bool, now: Timestamp) -> bool {
        if !self.wanted && !self.standing {
            return false;
        }
        if let Some(retry_at) = self.retry_at {
            // A clock that was set back must not keep it waiting longer than a success would.
            return retry_at <= now || retry_at > now.plus_seconds(EVERY);
        }
        match self.succeeded_at {
            Some(at) if self.wanted => changed || at.plus_seconds(EVERY) <= now || at > now,
            Some(_) | None => true,
        }
    }
}

/// How publishing to a forest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody switched it on, and nothing is there.
    Off,
    /// It is switched on for the forest and not allowed at the site; nothing is there.
    NotAllowed,
    /// It is about to be published.
    Waiting,
    /// It is as it ought to be.
    Published,
    /// It could not be published; it is tried again.
    Failing,
    /// It is switched off, and something may still be there.
    Withdrawing,
}

impl State {
    /// Its id in documents.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::NotAllowed => "not-allowed",
            Self::Waiting => "waiting",
            Self::Published => "published",
            Self::Failing => "failing",
            Self::Withdrawing => "withdrawing",
        }
    }
}

impl Progress {
    /// How it stands; `switched_on` for the forest, whatever the site allows.
    #[must_use]
    pub const fn state(self, switched_on: bool) -> State {
        match (self.wanted, self.standing) {
            (true, _) if self.retry_at.is_some() => State::Failing,
            (true, _) if self.succeeded_at.is_some() => State::Published,
            (true, _) => State::Waiting,
            (false, true) => State::Withdrawing,
            (false, false) if switched_on => State::NotAllowed,
            (false, false) => State::Off,
        }
    }
}

/// How long to wait after this many failures one after another, in seconds: twice as long each time, at most an hour.
#[must_use]
pub fn wait(failures: u32) -> i64 {
    FIRST_WAIT.saturating_mul(1_i64.checked_shl(failures.saturating_sub(1)).unwrap_or(i64::MAX)).clamp(FIRST_WAIT, EVERY)
}

/// What tells one truth from another.
#[must_use]
pub fn digest(truth: &Truth) -> Digest {
    let mut text = String::new();
    for Published { name, class, attributes } in desired(truth) {
        // No name or value has a line feed: they are names of hosts, sites, addresses.
        text.push_str(&format!("{name}\n{class}\n{attributes:?}\n"));
    }
    Digest::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    const ON: Progress = Progress { wanted: true, standing: true, succeeded_at: Some(at(1000)), retry_at: None };

    #[test]
    fn it_is_published_when_the_truth_changes_and_every_hour() {
        assert!(!ON.is_due(false, at(1001)));
        assert!(ON.is_due(true, at(1001)));
        assert!(ON.is_due(false, at(1000 + EVERY)));
        assert!(Progress { succeeded_at: None, ..ON }.is_due(false, at(1001)));
    }

    #[test]
    fn what_is_switched_off_is_withdrawn_once_and_then_left_alone() {
        let off = Progress { wanted: false, ..ON };
        assert!(off.is_due(false, at(1001)));
        assert!(!Progress { standing: false, ..off }.is_due(true, at(1_000_000)));
    }

    #[test]
    fn what_is_not_gone_is_withdrawing_and_never_off() {
        let of = |wanted, standing, succeeded: bool, failed: bool| Progress {
            wanted,
            standing,
            succeeded_at: succeeded.then_some(at(1)),
            retry_at: failed.then_some(at(2)),
        };
        assert_eq!(of(false, true, true, true).state(false), State::Withdrawing);
        assert_eq!(of(false, true, false, false).state(true), State::Withdrawing);
        assert_eq!(of(false, false, true, false).state(false), State::Off);
        assert_eq!(of(false, false, false, true).state(true), State::NotAllowed);
        assert_eq!(of(true, true, true, true).state(true), State::Failing);
        assert_eq!(of(true, true, true, false).state(true), State::Published);
        assert_eq!(of(true, false, false, false).state(true), State::Waiting);
    }

    #[test]
    fn after_a_failure_it_waits_longer_each_time() {
        let failed = Progress { retry_at: Some(at(2000)), ..ON };
        assert!(!failed.is_due(true, at(1999)) && failed.is_due(false, at(2000)));
        assert_eq!([1, 2, 3, 7, 40, u32::MAX].map(wait), [60, 120, 240, 3600, 3600, 3600]);
    }

    proptest! {
        #[test]
        fn whatever_a_clock_did_nothing_waits_longer_than_an_hour(succeeded in 0..1_000_000_i64, failures in 0..100_u32, now in 0..1_000_000_i64) {
            let failed = Progress { retry_at: Some(at(succeeded + wait(failures))), ..ON };
            prop_assert!(failed.is_due(false, at(now)) || failed.is_due(false, at(now + EVERY)));
            let fine = Progress { succeeded_at: Some(at(succeeded)), ..ON };
            prop_assert!(fine.is_due(false, at(now)) || fine.is_due(false, at(now + EVERY)));
        }
    }
}
