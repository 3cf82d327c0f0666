//! Refused sign-ins of people of a directory, gathered for a status message: who asked is told less than administrators need.
//!
//! Whoever asks is a stranger, so how often it is told does not depend on them: at once the first time, then at most every
//! [`EVERY_SECONDS`], all that happened meanwhile together. Neither does who is named: only accounts that the directory itself
//! knows, those first in which something is to be mended. Names that nobody has are counted only, for people type passwords
//! into the wrong field.

use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Between two status messages.
pub const EVERY_SECONDS: i64 = 600;
/// Accounts that one message names: an insertion string each, beside the sum and how many more there are.
const NAMED_MAX: usize = 8;

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The directory said something of the account that somebody has to mend.
    State(&'static str, u16),
    /// The directory knows who it is, and they may not administer this site.
    NotAdministrative,
    /// The password is wrong.
    WrongPassword,
    /// It is not worth a name: nobody has it, or it is none that this site asks for.
    Nobody,
    /// No directory could be asked, or none answered so that it could be believed.
    NotAsked(&'static str, u16),
    /// A ticket was not taken.
    Ticket,
}

impl Why {
    /// Of what came of asking the directory.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        let number = outcome.code().unwrap_or_default();
        match outcome {
            Outcome::WrongPassword => Self::WrongPassword,
            Outcome::NoSuchAccount | Outcome::RefusedByRule => Self::Nobody,
            outcome if outcome.is_about_the_account() => Self::State(outcome.words(), number),
            outcome => Self::NotAsked(outcome.words(), number),
        }
    }

    /// Whether it is told with the account's name.
    const fn is_named(self) -> bool {
        matches!(self, Self::State(..) | Self::NotAdministrative | Self::WrongPassword)
    }

    fn words(self) -> String {
        match self {
            Self::State(words, number) => format!("{words} (PV{number})"),
            Self::NotAdministrative => "is known, and is no administrative user (PV5016)".to_owned(),
            Self::WrongPassword => "the password is wrong".to_owned(),
            Self::Nobody => "names that nobody has, or that are not asked for here".to_owned(),
            Self::NotAsked(words, number) => format!("no directory could be asked: {words} (PV{number})"),
            Self::Ticket => "tickets that were not taken (PV5017)".to_owned(),
        }
    }
}

#[derive(Default)]
struct Gathered {
    told_at: Option<Timestamp>,
    all: u32,
    /// By reason, so that what is to be mended comes first, and account: how often, and from where the last time.
    named: BTreeMap<(Why, String), (u32, String)>,
    counted: BTreeMap<Why, u32>,
    more: u32,
}

/// What was refused and is not told yet.
#[derive(Default)]
pub struct Refusals(Mutex<Gathered>);

impl Refusals {
    /// Gathers one.
    pub fn note(&self, why: Why, account: &str, origin: &str) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.all = gathered.all.saturating_add(1);
        if !why.is_named() {
            let times = gathered.counted.entry(why).or_default();
            *times = times.saturating_add(1);
            return;
        }
        let (times, from) = gathered.named.entry((why, account.to_owned())).or_default();
        *times = times.saturating_add(1);
        origin.clone_into(from);
        if gathered.named.len() > NAMED_MAX
            && let Some((_, (times, _))) = gathered.named.pop_last()
        {
            gathered.more = gathered.more.saturating_add(times);
        }
    }

    /// Insertion strings of the status message that is due, if one is.
    pub fn due(&self, now: Timestamp) -> Option<Vec<String>> {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nobody wait for longer.
        let waits = |told_at: Timestamp| (0..EVERY_SECONDS).contains(&now.seconds_since(told_at));
        if gathered.all == 0 || gathered.told_at.is_some_and(waits) {
            return None;
        }
        let told = std::mem::replace(&mut *gathered, Gathered { told_at: Some(now), ..Gathered::default() });
        Some(told.words())
    }

    /// Those of what is left, whether it is due or not: the site stops.
    pub fn rest(&self, now: Timestamp) -> Option<Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).told_at = None;
        self.due(now)
    }
}

impl Gathered {
    fn words(self) -> Vec<String> {
        let mut counted: Vec<String> = self.counted.into_iter().map(|(why, times)| format!("{times} of {}", why.words())).collect();
        if self.more > 0 {
            counted.push(format!("{} of other accounts", self.more));
        }
        let mut words = vec![if self.all == 1 { "1 sign-in".to_owned() } else { format!("{} sign-ins", self.all) }];
        words.extend(self.named.into_iter().map(|((why, account), (times, from))| {
            let times = if times == 1 { String::new() } else { format!(", {times} times") };
            format!("{account}: {}{times}, from {from}", why.words())
        }));
        if !counted.is_empty() {
            words.push(counted.join(", "));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use provost_domain::status::INSERTIONS_MAX;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000);

    #[test]
    fn the_first_is_told_at_once_and_the_others_together() {
        let refusals = Refusals::default();
        assert_eq!(refusals.due(START), None, "nothing happened");
        refusals.note(Why::of(Outcome::Disabled), "carla@corp.example.test", "10.0.0.1");
        assert_eq!(refusals.due(START).expect("at once"), ["1 sign-in", "carla@corp.example.test: the account is disabled (PV2203), from 10.0.0.1"]);
        refusals.note(Why::of(Outcome::Locked), "frida@corp.example.test", "10.0.0.1");
        refusals.note(Why::of(Outcome::Locked), "frida@corp.example.test", "10.0.0.2");
        refusals.note(Why::of(Outcome::NoSuchAccount), "hunter2@corp.example.test", "10.0.0.2");
        refusals.note(Why::of(Outcome::Unreachable), "ada@corp.example.test", "10.0.0.2");
        assert_eq!(refusals.due(START.plus_seconds(EVERY_SECONDS - 1)), None);
        assert_eq!(
            refusals.due(START.plus_seconds(EVERY_SECONDS)).expect("now"),
            [
                "4 sign-ins",
                "frida@corp.example.test: the account is locked (PV2202), 2 times, from 10.0.0.2",
                "1 of names that nobody has, or that are not asked for here, 1 of no directory could be asked: nobody answers (PV2206)"
            ]
        );
        assert_eq!(refusals.due(START.plus_seconds(10 * EVERY_SECONDS)), None, "all is told");
        refusals.note(Why::Ticket, "", "10.0.0.1");
        assert_eq!(refusals.rest(START.plus_seconds(EVERY_SECONDS + 1)).expect("the site stops").len(), 2);
    }

    #[test]
    fn a_stranger_fills_neither_memory_nor_messages_and_hides_nobody() {
        let refusals = Refusals::default();
        refusals.note(Why::Nobody, "x", "10.0.0.1");
        assert!(refusals.due(START).is_some());
        let mut told = Vec::new();
        for n in 0..10_000_i64 {
            let (why, account) = if n == 5_000 { (Why::of(Outcome::Expired), "dora".to_owned()) } else { (Why::WrongPassword, format!("guessed{n}")) };
            refusals.note(why, &account, "10.0.0.1");
            told.extend(refusals.due(START.plus_seconds(n / 10)));
        }
        assert_eq!(told.len(), 1, "once in a thousand seconds");
        told.extend(refusals.rest(START.plus_seconds(1_000)));
        assert!(told.iter().all(|words| words.len() <= INSERTIONS_MAX), "{told:?}");
        assert!(told.iter().any(|words| words[1].starts_with("dora: the account or its password has expired")), "{told:?}");
        assert!(told[0][9].ends_with("of other accounts"), "{told:?}");
    }
}
