//! How long to wait before the next try: longer each time, and a little differently on every machine, so that a
//! thousand clients do not come back at once.

use std::time::Duration;

/// First wait after a failure; doubled each time.
const FIRST: Duration = Duration::from_millis(200);
/// Longest wait that the client chooses by itself.
pub const LONGEST: Duration = Duration::from_secs(60);
/// Longest wait that a management point may ask for.
const ASKED_LONGEST: Duration = Duration::from_secs(3600);

/// The wait so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry(Duration);

impl Default for Retry {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Retry {
    /// The next wait: what the other end asked for, or twice the one before; at most a quarter is added by `jitter`.
    #[must_use]
    pub fn next(&mut self, asked: Option<Duration>, jitter: u8) -> Duration {
        let wait = asked.map_or(self.0, |asked| asked.clamp(FIRST, ASKED_LONGEST));
        self.0 = (self.0 * 2).min(LONGEST);
        wait + wait.mul_f64(f64::from(jitter) / 1024.0)
    }

    /// Begins anew, after a success.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let mut retry = Retry::default();
        let waits: Vec<u128> = (0..10).map(|_| retry.next(None, 0).as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000]);
        retry.reset();
        assert_eq!(retry.next(None, 0), FIRST);
    }

    proptest! {
        #[test]
        fn no_wait_is_without_pause_or_without_end(asked in proptest::option::of(any::<u64>()), jitter in any::<u8>(), before in 0..20) {
            let mut retry = Retry::default();
            for _ in 0..before {
                let _ = retry.next(None, jitter);
            }
            let wait = retry.next(asked.map(Duration::from_secs), jitter);
            prop_assert!(wait >= FIRST);
            prop_assert!(wait <= ASKED_LONGEST.mul_f64(1.25));
        }
    }
}
