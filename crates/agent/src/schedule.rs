//! When what is due. The client sleeps until the next due time; nothing is asked in between.

use crate::folder::Folder;
use provost_domain::{Digest, Timestamp};
use provost_wire::client::policy::Schedule;
use provost_wire::envelope::Kind;
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
    /// Digest of an unchanged inventory that the site has not confirmed yet.
    #[serde(default)]
    pub inventory_offer: Option<Digest>,
    /// States were lost on the way: all of them are sent again.
    #[serde(default)]
    pub states_lost: bool,
}

const FILE: &str = "schedule.json";

impl Done {
    /// As kept in a data folder; what is missing or damaged counts as never done.
    #[must_use]
    pub fn load(folder: &Folder) -> Self {
        folder.read(FILE).ok().flatten().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, folder: &Folder) -> Result<(), String> {
        let bytes = serde_json::to_vec(self).map_err(|e| e.to_string())?;
        folder.write(FILE, &bytes).map_err(|e| format!("cannot keep {FILE}: {e}"))
    }
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

impl Done {
    /// Notes that a message of this kind was lost on the way, so that what it said is said again.
    pub const fn forget(&mut self, kind: Kind) {
        match kind {
            Kind::Heartbeat => self.heartbeat = None,
            Kind::HardwareInventory => self.hardware_inventory = None,
            Kind::State => {
                self.state_messages = None;
                self.states_lost = true;
            }
            // Events are not repeated; the others are no messages of clients.
            Kind::Status | Kind::Registration | Kind::Presence | Kind::Directory => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_kept_and_damage_means_never() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(place.path()).expect("it opens");
        assert_eq!(Done::load(&folder), Done::default());
        let done = Done { wishes_of_policy: Some(4), inventory_offer: Some(Digest::of(b"x")), ..Done::default() };
        done.keep(&folder).expect("it is kept");
        assert_eq!(Done::load(&folder), done);
        folder.write(FILE, b"{").expect("it writes");
        assert_eq!(Done::load(&folder), Done::default());
    }

    #[test]
    fn what_was_lost_is_due_again() {
        let now = Timestamp::from_micros(1_000_000_000);
        let mut done = Done::default();
        for duty in Duty::ALL {
            duty.mark(&mut done, now);
        }
        for (kind, duty) in [(Kind::Heartbeat, Duty::Heartbeat), (Kind::State, Duty::StateMessages), (Kind::HardwareInventory, Duty::HardwareInventory)] {
            assert!(duty.due_at(&Schedule::default(), &done, now) > now);
            done.forget(kind);
            assert_eq!(duty.due_at(&Schedule::default(), &done, now), now);
        }
        assert!(done.states_lost);
    }

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
