//! The lock-out budget: a directory locks an account after some wrong passwords, so Provost stops long before.

use crate::Timestamp;

/// Refused sign-ins of one password that a component may cause: after the first it waits until the password changes.
pub const REFUSALS_OF_A_COMPONENT: u32 = 1;

/// Refused sign-ins of one password within [`WINDOW_MICROS`] that a person may cause who asks for a check.
pub const REFUSALS_OF_A_PERSON: u32 = 2;

/// How long a directory counts wrong passwords together, in microseconds: thirty minutes, the usual observation window.
pub const WINDOW_MICROS: i64 = 30 * 60 * 1_000_000;

/// Who wants to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A component of the site, by itself.
    Component,
    /// A person who asks for it now.
    Person,
}

/// Refused sign-ins so far of one account with one version of its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How many.
    pub times: u32,
    /// The last one.
    pub last_at: Timestamp,
}

/// Whether the same password may be tried once more. A clock that went back does not shorten the wait.
#[must_use]
pub fn may_try(so_far: Option<Refused>, asker: Asker, now: Timestamp) -> bool {
    let Some(refused) = so_far else { return true };
    match asker {
        Asker::Component => refused.times < REFUSALS_OF_A_COMPONENT,
        Asker::Person => refused.times < REFUSALS_OF_A_PERSON || now.as_micros().saturating_sub(refused.last_at.as_micros()) > WINDOW_MICROS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_stops_after_one_and_a_person_after_two_for_half_an_hour() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let refused = |times| Some(Refused { times, last_at: at(1_000) });
        assert!(may_try(None, Asker::Component, at(0)));
        assert!(!may_try(refused(1), Asker::Component, at(1_000_000)), "it waits for another password, not for time");
        assert!(may_try(refused(1), Asker::Person, at(1_001)));
        assert!(!may_try(refused(2), Asker::Person, at(1_001)));
        assert!(!may_try(refused(2), Asker::Person, at(1_000 + 1_800)));
        assert!(may_try(refused(2), Asker::Person, at(1_000 + 1_801)));
        assert!(!may_try(refused(2), Asker::Person, at(0)), "a clock that went back");
    }
}
