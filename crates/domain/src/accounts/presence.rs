//! How long what a directory said of somebody who is signed in is believed. Groups and locks change while a session lasts.

use crate::Timestamp;

/// Seconds that an answer is believed.
pub const BELIEVED_SECONDS: i64 = 300;
/// Seconds after the last good answer that a session lasts while the directory cannot be asked.
pub const GRACE_SECONDS: i64 = 900;
/// Seconds between questions while the directory cannot be asked.
pub const AGAIN_SECONDS: i64 = 60;
/// Seconds that a session of somebody of a directory lasts at most, however much it is used: four hours.
pub const SESSION_SECONDS: i64 = 4 * 3600;

/// What is known of somebody's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// When the directory last said that they may.
    pub confirmed_at: Timestamp,
    /// When it last could not be asked, since then.
    pub unanswered_at: Option<Timestamp>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// They may go on.
    GoOn,
    /// The directory is to be asked first.
    Ask,
    /// They may not go on before the directory has answered, and it was asked just now.
    End,
}

impl Presence {
    /// Of somebody whom the directory confirmed then.
    #[must_use]
    pub const fn confirmed(at: Timestamp) -> Self {
        Self { confirmed_at: at, unanswered_at: None }
    }

    /// What is to be done at `now`. A clock that went back makes nothing last longer.
    #[must_use]
    pub fn due(self, now: Timestamp) -> Due {
        let within = |at: Timestamp, seconds: i64| (0..seconds).contains(&now.seconds_since(at));
        match self.unanswered_at {
            _ if within(self.confirmed_at, BELIEVED_SECONDS) => Due::GoOn,
            Some(at) if within(at, AGAIN_SECONDS) => self.while_unanswered(now),
            _ => Due::Ask,
        }
    }

    /// What is to be done at `now` when the directory could not be asked.
    #[must_use]
    pub fn while_unanswered(self, now: Timestamp) -> Due {
        if (0..GRACE_SECONDS).contains(&now.seconds_since(self.confirmed_at)) { Due::GoOn } else { Due::End }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000_000_000).plus_seconds(seconds)
    }

    #[test]
    fn an_answer_is_believed_for_five_minutes_and_missed_for_fifteen() {
        let confirmed = Presence::confirmed(at(0));
        assert_eq!((confirmed.due(at(299)), confirmed.due(at(300))), (Due::GoOn, Due::Ask));
        assert_eq!(confirmed.due(at(-1)), Due::Ask, "a clock that went back");
        let unanswered = Presence { unanswered_at: Some(at(850)), ..confirmed };
        assert_eq!((unanswered.due(at(899)), unanswered.due(at(900)), unanswered.due(at(910))), (Due::GoOn, Due::End, Due::Ask));
        assert_eq!((confirmed.while_unanswered(at(899)), confirmed.while_unanswered(at(900))), (Due::GoOn, Due::End));
    }

    proptest! {
        #[test]
        fn nobody_goes_on_beyond_the_grace(confirmed in -5000..5000_i64, unanswered in proptest::option::of(-5000..5000_i64), now in -5000..5000_i64) {
            let presence = Presence { confirmed_at: at(confirmed), unanswered_at: unanswered.map(at) };
            if now - confirmed >= GRACE_SECONDS {
                prop_assert_ne!(presence.due(at(now)), Due::GoOn);
                prop_assert_eq!(presence.while_unanswered(at(now)), Due::End);
            }
        }
    }
}
