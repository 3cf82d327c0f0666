//! When mail that could not be sent is tried again.

use crate::Timestamp;

/// How long mail is tried, in seconds: three days, as long as a mail server of good manners would.
pub const GIVEN_UP_SECONDS: i64 = 3 * 24 * 3600;

/// Seconds after the first, second, … failure; the last one for all that follow.
const WAITS: [i64; 4] = [60, 5 * 60, 15 * 60, 3600];
/// A wait grows by up to one part of this many, so that mails that failed together are not tried together for ever.
const JITTER_PART: i64 = 4;

/// Longest wait between two attempts, in seconds.
pub const WAIT_LONGEST_SECONDS: i64 = WAITS[3] + WAITS[3] / JITTER_PART;

/// What becomes of mail after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It is tried again then.
    At(Timestamp),
    /// It is not tried again.
    GivenUp,
}

/// After the `attempts`-th failure (from 1) at `now`, of mail that was written at `created_at`. `random` is any number,
/// evenly drawn. The last attempt comes when [`GIVEN_UP_SECONDS`] are over, not long after.
#[must_use]
pub fn after_failure(created_at: Timestamp, attempts: i64, now: Timestamp, random: u16) -> Retry {
    if now.seconds_since(created_at) >= GIVEN_UP_SECONDS {
        return Retry::GivenUp;
    }
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    let wait = WAITS[place];
    let jitter = wait * i64::from(random) / (i64::from(u16::MAX) * JITTER_PART);
    Retry::At(now.plus_seconds(wait + jitter).min(created_at.plus_seconds(GIVEN_UP_SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

    #[test]
    fn the_schedule_is_the_one_that_is_written_down() {
        let mut waited = Vec::new();
        let mut now = START;
        for attempts in 1.. {
            match after_failure(START, attempts, now, 0) {
                Retry::At(at) => {
                    waited.push(at.seconds_since(now));
                    now = at;
                }
                Retry::GivenUp => break,
            }
        }
        assert_eq!(waited[..5], [60, 300, 900, 3600, 3600]);
        assert_eq!(now.seconds_since(START), GIVEN_UP_SECONDS, "the last attempt comes when the time is over");
        assert_eq!(after_failure(START, 1, START, u16::MAX), Retry::At(START.plus_seconds(75)));
    }

    proptest! {
        #[test]
        fn every_mail_ends(randoms in proptest::collection::vec(any::<u16>(), 1..20), late in 0_i64..1_000_000) {
            let mut now = START.plus_seconds(late);
            for attempts in 1.. {
                prop_assert!(attempts <= 80, "it is tried for ever");
                let random = randoms[usize::try_from(attempts).unwrap_or_default() % randoms.len()];
                let Retry::At(at) = after_failure(START, attempts, now, random) else { break };
                prop_assert!(at > now, "no attempt at once after another");
                prop_assert!(at.seconds_since(now) <= WAIT_LONGEST_SECONDS);
                prop_assert!(at.seconds_since(START) <= GIVEN_UP_SECONDS);
                now = at;
            }
            prop_assert!(now.seconds_since(START) >= GIVEN_UP_SECONDS);
        }

        #[test]
        fn any_numbers_are_borne(created in any::<i64>(), attempts in any::<i64>(), now in any::<i64>(), random in any::<u16>()) {
            let _ = after_failure(Timestamp::from_micros(created), attempts, Timestamp::from_micros(now), random);
        }
    }
}
