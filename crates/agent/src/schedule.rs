//! When what is due: pure. The client sleeps until the next due time; nothing is asked in between.

use provost_domain::Timestamp;
use provost_wire::client::policy::Schedule;
use serde::{Deserialize, Serialize};

/// When each thing was last done; kept on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Policy was asked for.
    #[serde(default)]
    pub policy_poll: Option<Timestamp>,
    /// A heartbeat was queued.
    #[serde(default)]
    pub heartbeat: Option<Timestamp>,
    /// The machine was read and compared.
    #[serde(default)]
    pub hardware_inventory: Option<Timestamp>,
    /// States were looked at.
    #[serde(default)]
    pub state_messages: Option<Timestamp>,
    /// Version of the policy whose wishes were fulfilled.
    #[serde(default)]
    pub wishes_of_policy: Option<i64>,
}

/// What can be due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Ask for policy.
    PolicyPoll,
    /// Queue a heartbeat.
    Heartbeat,
    /// Read the machine.
    HardwareInventory,
    /// Look at states.
    StateMessages,
}

impl Duty {
    /// Every duty, in the order in which they are done when several are due: the record first, then what refers to it.
    pub const ALL: [Duty; 4] = [Duty::Heartbeat, Duty::StateMessages, Duty::HardwareInventory, Duty::PolicyPoll];

    const fn minutes(self, schedule: &Schedule) -> u32 {
        match self {
            Self::PolicyPoll => schedule.policy_poll_minutes,
            Self::Heartbeat => schedule.heartbeat_minutes,
            Self::HardwareInventory => schedule.hardware_inventory_minutes,
            Self::StateMessages => schedule.state_message_minutes,
        }
    }

    const fn last(self, done: &Done) -> Option<Timestamp> {
        match self {
            Self::PolicyPoll => done.policy_poll,
            Self::Heartbeat => done.heartbeat,
            Self::HardwareInventory => done.hardware_inventory,
            Self::StateMessages => done.state_messages,
        }
    }

    /// When it is due next: at once when it was never done, or when the clock was set back to before it was done.
    #[must_use]
    pub fn due_at(self, schedule: &Schedule, done: &Done, now: Timestamp) -> Timestamp {
        // A policy that says 0 means "often", not "without pause".
        let seconds = i64::from(self.minutes(schedule).max(1)) * 60;
        match self.last(done) {
            Some(last) if last <= now => last.plus_seconds(seconds),
            _ => now,
        }
    }

    /// Notes that it was done.
    pub const fn mark(self, done: &mut Done, now: Timestamp) {
        match self {
            Self::PolicyPoll => done.policy_poll = Some(now),
            Self::Heartbeat => done.heartbeat = Some(now),
            Self::HardwareInventory => done.hardware_inventory = Some(now),
            Self::StateMessages => done.state_messages = Some(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn everything_is_due_at_first_and_after_the_clock_was_set_back() {
        let now = Timestamp::from_micros(1_000_000_000);
        let future = Done { heartbeat: Some(now.plus_seconds(10)), ..Done::default() };
        for duty in Duty::ALL {
            assert_eq!(duty.due_at(&Schedule::default(), &Done::default(), now), now);
        }
        assert_eq!(Duty::Heartbeat.due_at(&Schedule::default(), &future, now), now);
    }

    proptest! {
        #[test]
        fn nothing_done_is_due_again_within_a_minute(minutes in any::<u32>(), now in 0_i64..4_000_000_000_000_000) {
            let schedule = Schedule { policy_poll_minutes: minutes, heartbeat_minutes: minutes, hardware_inventory_minutes: minutes, state_message_minutes: minutes };
            let now = Timestamp::from_micros(now);
            for duty in Duty::ALL {
                let mut done = Done::default();
                duty.mark(&mut done, now);
                prop_assert!(duty.due_at(&schedule, &done, now) >= now.plus_seconds(60));
            }
        }
    }
}
