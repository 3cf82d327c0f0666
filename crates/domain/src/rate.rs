//! Rates: a token bucket as a value.

use crate::Timestamp;

/// How much is let through: `burst` at once, then `per_second`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Most at once; at least 1.
    pub burst: u32,
    /// How many more each second; at least 1.
    pub per_second: u32,
}

/// What is left of a rate. Begins full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Millionths of one passage.
    left: i64,
    at: Timestamp,
}

const ONE: i64 = 1_000_000;

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub const fn full(rate: Rate, now: Timestamp) -> Self {
        Self { left: rate.burst as i64 * ONE, at: now }
    }

    /// Lets one through, or says in how many seconds one may pass (at least 1). A clock that was set back fills nothing
    /// and empties nothing.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), u32> {
        let micros = now.as_micros().saturating_sub(self.at.as_micros()).max(0);
        let filled = micros.saturating_mul(i64::from(rate.per_second));
        self.left = self.left.saturating_add(filled).min(i64::from(rate.burst) * ONE);
        self.at = now;
        if self.left >= ONE {
            self.left -= ONE;
            return Ok(());
        }
        let missing = ONE - self.left;
        let seconds = missing / (i64::from(rate.per_second) * ONE) + 1;
        Err(u32::try_from(seconds).unwrap_or(u32::MAX).max(1))
    }

    /// Whether it has been full since so long that forgetting it changes nothing.
    #[must_use]
    pub fn is_idle(&self, rate: Rate, now: Timestamp) -> bool {
        let mut later = *self;
        later.take(rate, now).is_ok() && later.left >= (i64::from(rate.burst) - 1) * ONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate { burst: 3, per_second: 2 };

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let start = Timestamp::from_micros(0);
        let mut bucket = Bucket::full(RATE, start);
        for _ in 0..3 {
            assert_eq!(bucket.take(RATE, start), Ok(()));
        }
        assert_eq!(bucket.take(RATE, start), Err(1));
        assert_eq!(bucket.take(RATE, start.plus_seconds(1)), Ok(()));
        assert_eq!(bucket.take(RATE, start.plus_seconds(1)), Ok(()));
        assert_eq!(bucket.take(RATE, start.plus_seconds(1)), Err(1));
        assert!(bucket.is_idle(RATE, start.plus_seconds(100)));
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate_allow(steps in proptest::collection::vec(0_i64..400_000, 1..200)) {
            let mut now = Timestamp::from_micros(0);
            let mut bucket = Bucket::full(RATE, now);
            let mut passed = 0_i64;
            for step in steps {
                now = Timestamp::from_micros(now.as_micros() + step);
                passed += i64::from(bucket.take(RATE, now).is_ok());
                prop_assert!(passed * 1_000_000 <= 3 * 1_000_000 + now.as_micros() * 2);
            }
        }

        #[test]
        fn a_clock_that_jumps_fills_at_most_a_burst(times in proptest::collection::vec(any::<i64>(), 1..50)) {
            let mut bucket = Bucket::full(RATE, Timestamp::from_micros(0));
            for at in times {
                let _ = bucket.take(RATE, Timestamp::from_micros(at));
                prop_assert!(bucket.left <= 3 * 1_000_000 && bucket.left >= 0);
            }
        }
    }
}
