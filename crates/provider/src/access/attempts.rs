//! How often a secret may be tried: per name and per address, in memory. A restart forgets; each try still costs the
//! work of one password hash. Passwords of a directory are its own, and wrong ones count there too: so few of them are
//! passed on that nobody is locked out by way of this site.

use provost_domain::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Failures of one name before it has to wait.
const NAME_FAILURES_MAX: u32 = 5;
/// Failures from one address before it has to wait: an office may share an address.
const ADDRESS_FAILURES_MAX: u32 = 20;
/// First wait; doubled with each further failure.
const WAIT_FIRST_SECONDS: i64 = 30;
/// Longest wait.
const WAIT_LONGEST_SECONDS: i64 = 15 * 60;
/// After so long without a failure everything is forgotten.
const FORGET_AFTER_SECONDS: i64 = 3600;
/// Most passwords of one account of a directory that may prove wrong within [`DIRECTORY_WINDOW_SECONDS`].
const DIRECTORY_FAILURES_MAX: usize = 2;
/// How long a directory counts wrong passwords together: thirty minutes, the usual observation window.
const DIRECTORY_WINDOW_SECONDS: i64 = 30 * 60;
/// Most names and addresses that are remembered; beyond that the oldest failures are forgotten first.
const REMEMBERED_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Failed attempts.
#[derive(Default)]
pub struct Attempts {
    failures: Mutex<HashMap<Key, Failures>>,
    /// When the passwords of accounts of a directory were passed on that proved wrong, or may yet.
    passed_on: Mutex<HashMap<String, Vec<Timestamp>>>,
}

/// A password that may be passed on to a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedOn {
    at: Timestamp,
    /// Whether no other may follow when this one is wrong.
    pub is_last: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(String),
}

impl Key {
    const fn failures_max(&self) -> u32 {
        match self {
            Self::Name(_) => NAME_FAILURES_MAX,
            Self::Address(_) => ADDRESS_FAILURES_MAX,
        }
    }
}

fn keys(name: Option<&str>, address: &str) -> Vec<Key> {
    name.map(|n| Key::Name(n.to_owned())).into_iter().chain([Key::Address(address.to_owned())]).collect()
}

fn wait_seconds(failures: u32, failures_max: u32) -> i64 {
    match failures.checked_sub(failures_max) {
        None => 0,
        Some(beyond) => (WAIT_FIRST_SECONDS << beyond.min(16)).min(WAIT_LONGEST_SECONDS),
    }
}

impl Attempts {
    /// Seconds until another attempt may be made; `None` when it may be made now.
    pub fn wait(&self, name: Option<&str>, address: &str, now: Timestamp) -> Option<i64> {
        let all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        keys(name, address)
            .iter()
            .filter_map(|key| {
                let failures = all.get(key)?;
                let until = failures.last.plus_seconds(wait_seconds(failures.count, key.failures_max()));
                (until > now).then(|| until.seconds_since(now).max(1))
            })
            .max()
    }

    /// Records a failure. True when it is the one that makes the next attempt wait for the first time.
    pub fn failed(&self, name: Option<&str>, address: &str, now: Timestamp) -> bool {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, failures| now.seconds_since(failures.last) < FORGET_AFTER_SECONDS);
            if all.len() >= REMEMBERED_MAX
                && let Some(oldest) = all.iter().min_by_key(|(_, failures)| failures.last).map(|(key, _)| key.clone())
            {
                all.remove(&oldest);
            }
        }
        let mut limit_reached = false;
        for key in keys(name, address) {
            let max = key.failures_max();
            let failures = all.entry(key).or_insert(Failures { count: 0, last: now });
            if now.seconds_since(failures.last) >= FORGET_AFTER_SECONDS {
                failures.count = 0;
            }
            failures.count = failures.count.saturating_add(1);
            failures.last = now;
            limit_reached |= failures.count == max;
        }
        limit_reached
    }

    /// Forgets a name's failures: the person signed in. The address keeps its own.
    pub fn succeeded(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&Key::Name(name.to_owned()));
    }

    /// Takes one of the passwords of `account` that may be wrong, before it is passed on; else the seconds until one may be.
    pub fn pass_on(&self, account: &str, now: Timestamp) -> Result<PassedOn, i64> {
        let mut all = self.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |at: &Timestamp| now.seconds_since(*at) < DIRECTORY_WINDOW_SECONDS;
        if all.len() >= REMEMBERED_MAX && !all.contains_key(account) {
            all.retain(|_, times| times.iter().any(counts));
            // Forgetting one that counts could lock somebody out; waiting cannot.
            if all.len() >= REMEMBERED_MAX {
                return Err(WAIT_FIRST_SECONDS);
            }
        }
        let times = all.entry(account.to_owned()).or_default();
        times.retain(counts);
        match times.first() {
            Some(first) if times.len() >= DIRECTORY_FAILURES_MAX => Err((DIRECTORY_WINDOW_SECONDS - now.seconds_since(*first)).max(1)),
            _ => {
                times.push(now);
                Ok(PassedOn { at: now, is_last: times.len() == DIRECTORY_FAILURES_MAX })
            }
        }
    }

    /// Gives one back that was not wrong.
    pub fn not_wrong(&self, account: &str, passed_on: PassedOn) {
        let mut all = self.passed_on.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = all.get_mut(account) else { return };
        if let Some(found) = times.iter().position(|at| *at == passed_on.at) {
            times.remove(found);
        }
        if times.is_empty() {
            all.remove(account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000);

    #[test]
    fn a_name_waits_after_five_failures_and_longer_after_each_more() {
        let attempts = Attempts::default();
        for n in 0..5 {
            assert_eq!(attempts.wait(Some("ada"), "10.0.0.1", START), None);
            assert_eq!(attempts.failed(Some("ada"), &format!("10.0.0.{n}"), START), n == 4);
        }
        assert_eq!(attempts.wait(Some("ada"), "10.0.0.99", START), Some(30));
        assert_eq!(attempts.wait(Some("bob"), "10.0.0.1", START), None);
        assert_eq!(attempts.wait(Some("ada"), "10.0.0.99", START.plus_seconds(30)), None);
        attempts.failed(Some("ada"), "10.0.0.9", START.plus_seconds(30));
        assert_eq!(attempts.wait(Some("ada"), "10.0.0.99", START.plus_seconds(30)), Some(60));
        attempts.succeeded("ada");
        assert_eq!(attempts.wait(Some("ada"), "10.0.0.99", START.plus_seconds(30)), None);
    }

    #[test]
    fn an_address_waits_whatever_names_it_tries() {
        let attempts = Attempts::default();
        for n in 0..20 {
            assert_eq!(attempts.wait(None, "10.0.0.1", START), None);
            attempts.failed(Some(&format!("n{n}")), "10.0.0.1", START);
        }
        assert_eq!(attempts.wait(Some("ada"), "10.0.0.1", START), Some(30));
        assert_eq!(attempts.wait(None, "10.0.0.1", START), Some(30));
    }

    #[test]
    fn two_wrong_passwords_of_an_account_of_a_directory_are_passed_on_in_half_an_hour() {
        let attempts = Attempts::default();
        let first = attempts.pass_on("ada@corp.example.test", START).expect("one");
        let second = attempts.pass_on("ada@corp.example.test", START.plus_seconds(60)).expect("another, while nobody knows of the first");
        assert!(!first.is_last && second.is_last);
        assert_eq!(attempts.pass_on("ada@corp.example.test", START.plus_seconds(61)), Err(1739));
        assert!(attempts.pass_on("ben@corp.example.test", START.plus_seconds(61)).is_ok());
        attempts.not_wrong("ada@corp.example.test", first);
        assert!(attempts.pass_on("ada@corp.example.test", START.plus_seconds(62)).is_ok_and(|one| one.is_last));
        assert_eq!(attempts.pass_on("ada@corp.example.test", START.plus_seconds(63)), Err(1797));
        assert!(attempts.pass_on("ada@corp.example.test", START.plus_seconds(1860)).is_ok());
    }

    #[test]
    fn waits_have_an_end() {
        assert_eq!(wait_seconds(4, 5), 0);
        assert_eq!(wait_seconds(5, 5), 30);
        assert_eq!(wait_seconds(u32::MAX, 5), WAIT_LONGEST_SECONDS);
    }
}
