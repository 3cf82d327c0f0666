//! A point in time. Only values: reading the clock is `runtime`'s.

use std::fmt;

/// Microseconds since 1970-01-01 00:00:00 UTC; leap seconds do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This time and `seconds` more; at the ends of the range it stays there.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Seconds from `earlier` to this time, rounded towards zero; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0) / 1_000_000
    }

    /// How long ago this was at `now`, in words: `now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`, or `in 4 min`.
    #[must_use]
    pub fn relative_to(self, now: Timestamp) -> String {
        let seconds = now.seconds_since(self);
        let (before, after, n) = if seconds < 0 { ("in ", "", -seconds) } else { ("", " ago", seconds) };
        match n {
            0 => "now".to_owned(),
            1..=119 => format!("{before}{n} s{after}"),
            120..=7199 => format!("{before}{} min{after}", n / 60),
            7200..=172_799 => format!("{before}{} h{after}", n / 3600),
            _ => format!("{before}{} d{after}", n / 86_400),
        }
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds, such as `2026-11-23T14:50:13.120Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = i128::from(self.0) * 1000;
        match time::OffsetDateTime::from_unix_timestamp_nanos(nanos) {
            Ok(t) => write!(
                f,
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                t.year(),
                u8::from(t.month()),
                t.day(),
                t.hour(),
                t.minute(),
                t.second(),
                t.millisecond()
            ),
            Err(_) => write!(f, "{} us", self.0),
        }
    }
}

/// A text that is no time of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time is written as in RFC 3339, such as 2026-11-23T14:50:13.120Z")
    }
}

impl std::error::Error for TimestampError {}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let time = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).map_err(|_| TimestampError)?;
        let micros = time.unix_timestamp_nanos() / 1000;
        i64::try_from(micros).map(Self).map_err(|_| TimestampError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        let at = Timestamp::from_micros(1_795_445_413_120_000);
        assert_eq!(at.to_string().parse(), Ok(at));
        assert_eq!("2026-11-23T15:50:13.120+01:00".parse(), Ok(at));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(TimestampError));
    }

    #[test]
    fn prints_rfc_3339() {
        assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_micros(1_795_445_413_120_999).to_string(), "2026-11-23T14:50:13.120Z");
    }

    #[test]
    fn relative_words() {
        let now = Timestamp::from_micros(10_000_000_000_000);
        assert_eq!(now.plus_seconds(-5).relative_to(now), "5 s ago");
        assert_eq!(now.plus_seconds(-3 * 3600).relative_to(now), "3 h ago");
        assert_eq!(now.plus_seconds(240).relative_to(now), "in 4 min");
    }
}
