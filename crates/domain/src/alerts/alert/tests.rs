use super::*;
use crate::alerts::{ClientSilent, StatusMessages};
use crate::status::Severity;
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

fn rule(name: &str, source: Source, enabled: bool) -> AlertRule {
    AlertRule::new(name, source, &["ops@corp.example".to_owned()], enabled).expect("a rule")
}

fn silent() -> AlertRule {
    rule("silent", Source::ClientSilent(ClientSilent { hours: 24 }), true)
}

fn errors() -> AlertRule {
    rule("errors", Source::StatusMessage(StatusMessages { severity: Severity::Error, component: None, number: None }), true)
}

fn cause(subject: &str, times: i64) -> Cause {
    Cause { subject: subject.to_owned(), words: format!("{subject} is wrong"), times }
}

fn look(rule: &AlertRule, causes: Vec<Cause>) -> Look {
    Look { rule: rule.name.clone(), causes, complete: true }
}

/// A table of alerts, as the store keeps it.
#[derive(Default)]
struct Kept {
    alerts: Vec<Alert>,
    told: Vec<(Event, i64, Timestamp)>,
}

impl Kept {
    fn step(&mut self, rules: &[AlertRule], looks: Vec<Look>, now: Timestamp) {
        let open = self.alerts.iter().filter(|alert| alert.closed_at.is_none()).cloned().collect();
        let decision = decide(rules, looks, open, now);
        for (_, told) in &decision.told {
            assert!(decision.changed.contains(told), "what is told is kept");
        }
        for changed in decision.changed {
            let kept = self.alerts.iter_mut().find(|alert| alert.alert_id == changed.alert_id).expect("an alert that is known");
            assert_ne!(*kept, changed, "nothing is written that did not change");
            *kept = changed;
        }
        self.told.extend(decision.told.into_iter().map(|(event, alert)| (event, alert.alert_id, now)));
        for (rule, Cause { subject, words, times }) in decision.opened {
            let alert_id = i64::try_from(self.alerts.len()).expect("few alerts") + 1;
            self.told.push((Event::Opened, alert_id, now));
            let alert = Alert { alert_id, rule, subject, words, opened_at: now, last_at: now, occurrences: times, mailed_at: now, closed_at: None };
            self.alerts.push(alert);
        }
    }

    fn events(&self) -> Vec<Event> {
        self.told.iter().map(|(event, _, _)| *event).collect()
    }
}

#[test]
fn a_state_is_told_once_reminded_of_each_day_and_told_when_it_is_over() {
    let rules = [silent()];
    let mut kept = Kept::default();
    for hour in 0..50 {
        kept.step(&rules, vec![look(&rules[0], vec![cause("pc1", 1)])], START.plus_seconds(hour * 3600));
    }
    assert_eq!(kept.events(), [Event::Opened, Event::Reminder, Event::Reminder]);
    assert_eq!((kept.alerts.len(), kept.alerts[0].occurrences), (1, 1), "a state that lasts happened once");
    kept.step(&rules, vec![look(&rules[0], Vec::new())], START.plus_seconds(50 * 3600));
    assert_eq!(kept.events().last(), Some(&Event::Closed));
    kept.step(&rules, vec![look(&rules[0], vec![cause("pc1", 1)])], START.plus_seconds(51 * 3600));
    assert_eq!(kept.alerts.len(), 2, "what comes back is another alert");
}

#[test]
fn messages_are_counted_and_over_after_a_quiet_day() {
    let rules = [errors()];
    let mut kept = Kept::default();
    kept.step(&rules, vec![look(&rules[0], vec![cause("a", 3), cause("b", 1), cause("a", 2)])], START);
    kept.step(&rules, vec![look(&rules[0], vec![cause("a", 7)])], START.plus_seconds(3600));
    assert_eq!((kept.alerts[0].occurrences, kept.alerts[1].occurrences), (12, 1));
    assert_eq!(kept.events(), [Event::Opened, Event::Opened]);
    kept.step(&rules, vec![look(&rules[0], Vec::new())], START.plus_seconds(QUIET_SECONDS));
    assert_eq!(kept.told[2..], [(Event::Reminder, 1, START.plus_seconds(QUIET_SECONDS)), (Event::Closed, 2, START.plus_seconds(QUIET_SECONDS))]);
    let later = START.plus_seconds(QUIET_SECONDS + 3600);
    let unfinished = Look { complete: false, ..look(&rules[0], Vec::new()) };
    kept.step(&rules, vec![unfinished], later);
    assert!(kept.alerts[0].closed_at.is_none(), "more messages wait to be looked at");
    kept.step(&rules, vec![look(&rules[0], Vec::new())], later);
    assert_eq!(kept.alerts[0].closed_at, Some(later));
}

#[test]
fn a_rule_that_is_gone_or_off_closes_its_alerts_and_tells_nobody() {
    for rules in [vec![], vec![AlertRule { enabled: false, ..silent() }]] {
        let mut kept = Kept::default();
        kept.step(&[silent()], vec![look(&silent(), vec![cause("pc1", 1)])], START);
        kept.step(&rules, vec![look(&silent(), vec![cause("pc1", 1), cause("pc2", 1)])], START.plus_seconds(REMINDER_SECONDS));
        assert_eq!(kept.events(), [Event::Opened]);
        assert_eq!((kept.alerts.len(), kept.alerts[0].closed_at.is_some()), (1, true));
    }
}

#[test]
fn a_rule_without_a_look_keeps_its_alerts() {
    let rules = [silent(), errors()];
    let mut kept = Kept::default();
    kept.step(&rules, vec![look(&rules[0], vec![cause("pc1", 1)])], START);
    kept.step(&rules, vec![look(&rules[1], Vec::new())], START.plus_seconds(60));
    assert!(kept.alerts[0].closed_at.is_none());
    kept.step(&rules, Vec::new(), START.plus_seconds(REMINDER_SECONDS));
    assert_eq!(kept.events(), [Event::Opened, Event::Reminder]);
}

#[test]
fn two_rules_tell_of_the_same_thing_each_for_itself() {
    let rules = [silent(), rule("also", Source::ClientSilent(ClientSilent { hours: 48 }), true)];
    let mut kept = Kept::default();
    kept.step(&rules, rules.iter().map(|rule| look(rule, vec![cause("pc1", 1)])).collect(), START);
    assert_eq!(kept.alerts.len(), 2);
}

#[test]
fn causes_are_one_line_each() {
    let message = StatusMessage {
        number: 4001,
        severity: Severity::Error,
        component: "agent".to_owned(),
        system: "PC1".to_owned(),
        client: None,
        at: START,
        insertions: vec!["one\r\nBcc: all@corp.example".to_owned(), "\u{202e}two".to_owned(), "x".repeat(5000)],
    };
    let cause = Cause::of_message(&message);
    assert_eq!(cause.subject, "PV4001 of agent on PC1");
    assert!(cause.words.starts_with("PV4001, "), "{}", cause.words);
    assert!(cause.words.contains("one  Bcc: all@corp.example;  two"), "{}", cause.words);
    assert_eq!(cause.words.chars().count(), WORDS_MAX);
    let unknown = Cause::of_message(&StatusMessage { number: -3, insertions: Vec::new(), ..message });
    assert_eq!(unknown.subject, "message -3 of agent on PC1");
    let failing = Cause::of_component("state-system", START, "no\ndatabase");
    assert_eq!(
        (failing.subject.as_str(), failing.words.as_str()),
        ("state-system", "State system has been failing since 2026-11-23T14:50:13.120Z: no database")
    );
    let smsid = SmsId::from_random([7; 16]);
    let silent = Cause::of_client(smsid, "PC1", START);
    assert_eq!((silent.subject, silent.words), (smsid.to_string(), format!("PC1 ({smsid}) has been silent since 2026-11-23T14:50:13.120Z")));
}

proptest! {
    /// Whatever is found when: one open alert for one subject, opened and closed in turn, a day between mails that tell
    /// nothing new, and nothing counted twice or lost.
    #[test]
    fn nobody_is_told_more_than_they_need(steps in proptest::collection::vec((0_i64..100_000, proptest::collection::vec((0_u8..3, 1_i64..5), 0..4), any::<bool>()), 1..60), counts in any::<bool>()) {
        let rules = [if counts { errors() } else { silent() }];
        let mut kept = Kept::default();
        let (mut now, mut happened) = (START, 0);
        for (seconds, found, complete) in steps {
            now = now.plus_seconds(seconds);
            happened += found.iter().map(|(_, times)| times).sum::<i64>();
            let causes = found.iter().map(|(subject, times)| cause(&subject.to_string(), *times)).collect();
            kept.step(&rules, vec![Look { complete, ..look(&rules[0], causes) }], now);
            let mut open: Vec<&str> = kept.alerts.iter().filter(|alert| alert.closed_at.is_none()).map(|alert| alert.subject.as_str()).collect();
            let all = open.len();
            open.sort_unstable();
            open.dedup();
            prop_assert_eq!(open.len(), all);
        }
        if counts {
            prop_assert_eq!(kept.alerts.iter().map(|alert| alert.occurrences).sum::<i64>(), happened);
        }
        for alert in &kept.alerts {
            let told: Vec<(Event, Timestamp)> = kept.told.iter().filter(|(_, id, _)| *id == alert.alert_id).map(|(event, _, at)| (*event, *at)).collect();
            prop_assert_eq!(told[0].0, Event::Opened);
            prop_assert_eq!(told.iter().filter(|(event, _)| *event == Event::Closed).count(), usize::from(alert.closed_at.is_some()));
            for pair in told.windows(2) {
                prop_assert!(pair[0].0 != Event::Closed, "nothing follows the end");
                prop_assert!(pair[1].0 != Event::Opened);
                prop_assert!(pair[1].0 != Event::Reminder || pair[1].1.seconds_since(pair[0].1) >= REMINDER_SECONDS);
            }
        }
    }
}
