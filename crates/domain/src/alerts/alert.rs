//! Alerts: opened once, counted while open, reminded of each day, closed when the cause is over.

use super::{AlertRule, Event, RuleName, Source};
use crate::status::StatusMessage;
use crate::{SmsId, Timestamp};
use provost_catalog::components::COMPONENTS;
use provost_catalog::rules;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Seconds between two mails about an alert that stays open: a day.
pub const REMINDER_SECONDS: i64 = 24 * 3600;
/// Seconds after which an alert about status messages is over when no more come: a day. A message tells that something
/// happened and never that it ended.
pub const QUIET_SECONDS: i64 = 24 * 3600;

const SUBJECT_MAX: usize = 200;
const WORDS_MAX: usize = 1000;

/// Why an alert is or would be open: one thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What it is about; with the rule it tells one alert from another.
    pub subject: String,
    /// What is the matter, in one line.
    pub words: String,
    /// How often it happened since the look before.
    pub times: i64,
}

impl Cause {
    fn new(subject: &str, words: &str) -> Self {
        Self { subject: line(subject, SUBJECT_MAX), words: line(words, WORDS_MAX), times: 1 }
    }

    /// A status message.
    #[must_use]
    pub fn of_message(message: &StatusMessage) -> Self {
        let StatusMessage { number, severity, component, system, client: _, at, insertions } = message;
        let rule = u16::try_from(*number).ok().and_then(rules::rule);
        let (name, title) = match rule {
            Some(rule) => (format!("PV{number:04}"), format!("PV{number:04}, {}", rule.title)),
            None => (format!("message {number}"), format!("message {number}")),
        };
        let mut words = format!("{title} ({} of {component} on {system} at {at})", severity.word());
        if !insertions.is_empty() {
            words.push_str(": ");
            words.push_str(&insertions.join("; "));
        }
        Self::new(&format!("{name} of {component} on {system}"), &words)
    }

    /// A component that fails.
    #[must_use]
    pub fn of_component(id: &str, since: Timestamp, reason: &str) -> Self {
        let title = COMPONENTS.iter().find(|component| component.id == id).map_or(id, |component| component.title);
        Self::new(id, &format!("{title} has been failing since {since}: {reason}"))
    }

    /// A client that is silent.
    #[must_use]
    pub fn of_client(smsid: SmsId, name: &str, seen_at: Timestamp) -> Self {
        Self::new(&smsid.to_string(), &format!("{name} ({smsid}) has been silent since {seen_at}"))
    }
}

/// One line of a text from elsewhere: without what ends a line, hides, or turns the direction of writing.
fn line(text: &str, characters: usize) -> String {
    let plain = |c: char| match c {
        '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(plain).take(characters).collect::<String>().trim().to_owned()
}

/// An alert that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub alert_id: i64,
    /// The rule that opened it.
    pub rule: RuleName,
    /// What it is about.
    pub subject: String,
    /// What is the matter, as found last.
    pub words: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its cause was last found new.
    pub last_at: Timestamp,
    /// How often its cause happened.
    pub occurrences: i64,
    /// When it was last mailed.
    pub mailed_at: Timestamp,
    /// When it was closed; none while it is open.
    pub closed_at: Option<Timestamp>,
}

/// What one rule found in one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The rule.
    pub rule: RuleName,
    /// What it found: everything that is so now, or every message since the look before.
    pub causes: Vec<Cause>,
    /// Whether there was nothing more to look at. Only then is what was not found over.
    pub complete: bool,
}

/// What follows from a look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Alerts to open.
    pub opened: Vec<(RuleName, Cause)>,
    /// Alerts that are no longer as they were: counted, reminded of, closed.
    pub changed: Vec<Alert>,
    /// Which of [`Decision::changed`] are mailed, and why.
    pub told: Vec<(Event, Alert)>,
}

/// Decides what follows from looks at `now`, when `open` alerts are open. A rule without a look is not looked at: its
/// alerts stay as they are, but for reminders. Alerts of rules that are gone or off are closed, and nobody is told.
#[must_use]
pub fn decide(rules: &[AlertRule], looks: Vec<Look>, open: Vec<Alert>, now: Timestamp) -> Decision {
    let rules: BTreeMap<&RuleName, &AlertRule> = rules.iter().filter(|rule| rule.enabled).map(|rule| (&rule.name, rule)).collect();
    let mut complete: BTreeMap<RuleName, bool> = BTreeMap::new();
    let mut found: BTreeMap<(RuleName, String), Cause> = BTreeMap::new();
    for look in looks.into_iter().filter(|look| rules.contains_key(&look.rule)) {
        for cause in look.causes {
            match found.entry((look.rule.clone(), cause.subject.clone())) {
                Entry::Vacant(entry) => drop(entry.insert(cause)),
                Entry::Occupied(mut entry) => {
                    let times = entry.get().times.saturating_add(cause.times);
                    entry.insert(Cause { times, ..cause });
                }
            }
        }
        complete.insert(look.rule, look.complete);
    }
    let mut decision = Decision::default();
    for mut alert in open {
        let Some(rule) = rules.get(&alert.rule) else {
            decision.changed.push(Alert { closed_at: Some(now), ..alert });
            continue;
        };
        let counts = matches!(rule.source, Source::StatusMessage(_));
        let before = alert.clone();
        match found.remove(&(alert.rule.clone(), alert.subject.clone())) {
            Some(cause) => {
                if counts {
                    alert.occurrences = alert.occurrences.saturating_add(cause.times);
                    alert.last_at = now;
                }
                alert.words = cause.words;
            }
            None => {
                let over = !counts || now.seconds_since(alert.last_at) >= QUIET_SECONDS;
                if over && complete.get(&alert.rule).copied().unwrap_or_default() {
                    alert.closed_at = Some(now);
                }
            }
        }
        if alert.closed_at.is_some() {
            alert.mailed_at = now;
            decision.told.push((Event::Closed, alert.clone()));
        } else if now.seconds_since(alert.mailed_at) >= REMINDER_SECONDS {
            alert.mailed_at = now;
            decision.told.push((Event::Reminder, alert.clone()));
        }
        if alert != before {
            decision.changed.push(alert);
        }
    }
    decision.opened = found.into_iter().map(|((rule, _), cause)| (rule, cause)).collect();
    decision
}

#[cfg(test)]
mod tests;
