//! The settings that a policy's schedule is made from.

use provost_store::{StoreError, Tx, policies};
use provost_wire::client::policy::Schedule;

/// One setting of the schedule, in whole minutes.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleSetting {
    /// Its name in the table of settings.
    pub name: &'static str,
    /// The least that makes sense.
    pub minutes_min: u32,
    /// The most that makes sense: a quarter of a year.
    pub minutes_max: u32,
    field: fn(&mut Schedule) -> &mut u32,
}

const QUARTER: u32 = 91 * 24 * 60;

/// Every setting of the schedule.
pub const SETTINGS: [ScheduleSetting; 4] = [
    ScheduleSetting { name: "policy-poll-minutes", minutes_min: 1, minutes_max: 1440, field: |s| &mut s.policy_poll_minutes },
    ScheduleSetting { name: "heartbeat-minutes", minutes_min: 1, minutes_max: QUARTER, field: |s| &mut s.heartbeat_minutes },
    ScheduleSetting { name: "hardware-inventory-minutes", minutes_min: 1, minutes_max: QUARTER, field: |s| &mut s.hardware_inventory_minutes },
    ScheduleSetting { name: "state-message-minutes", minutes_min: 1, minutes_max: QUARTER, field: |s| &mut s.state_message_minutes },
];

/// The schedule that the settings say; the default where nobody set one, or set what makes no sense.
pub(super) fn read(tx: &mut Tx<'_>) -> Result<Schedule, StoreError> {
    let mut schedule = Schedule::default();
    for setting in &SETTINGS {
        let Some(value) = policies::setting(tx, setting.name)? else { continue };
        match value.parse::<u32>() {
            Ok(minutes) if (setting.minutes_min..=setting.minutes_max).contains(&minutes) => *(setting.field)(&mut schedule) = minutes,
            _ => tracing::warn!(setting = setting.name, %value, "a setting makes no sense; the default is used"),
        }
    }
    Ok(schedule)
}
