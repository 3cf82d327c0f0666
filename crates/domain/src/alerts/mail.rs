//! What is mailed about alerts.

use super::{Address, Alert, AlertRule, RuleName};
use crate::{Digest, SiteCode, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most mails that one recipient gets from one rule and one look; of more alerts than that, one mail is made.
pub const MAILS_OF_A_LOOK_MAX: usize = 10;
/// Most alerts that such a mail lists.
pub const LISTED_MAX: usize = 50;

const HEADING_MAX: usize = 150;

/// Why an alert is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// It was opened.
    Opened,
    /// It is open still, a day after the last mail.
    Reminder,
    /// Its cause is over.
    Closed,
}

/// One mail to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The alert; the first one when it is about several. 0 for a test.
    pub alert_id: i64,
    /// Unique for the event and the recipient, and the same whenever it is made again: its Message-ID is derived from it.
    pub message_key: String,
    /// To whom.
    pub recipient: Address,
    /// Subject line.
    pub heading: String,
    /// Text, with plain line ends.
    pub body: String,
}

/// The mails about what is told at `now`.
#[must_use]
pub fn mails(site: SiteCode, rules: &[AlertRule], told: &[(Event, Alert)], now: Timestamp) -> Vec<Mail> {
    let mut groups: BTreeMap<(&RuleName, Event), Vec<&Alert>> = BTreeMap::new();
    for (event, alert) in told {
        groups.entry((&alert.rule, *event)).or_default().push(alert);
    }
    let mut mails = Vec::new();
    for ((name, event), alerts) in groups {
        let Some(rule) = rules.iter().find(|rule| rule.name == *name) else { continue };
        let parts = if alerts.len() > MAILS_OF_A_LOOK_MAX { vec![&alerts[..]] } else { alerts.chunks(1).collect() };
        for alerts in parts {
            let Some(first) = alerts.first() else { continue };
            let (heading, body) = (heading(site, rule, event, alerts), body(site, rule, event, alerts, now));
            mails.extend(rule.recipients.iter().map(|recipient| Mail {
                alert_id: first.alert_id,
                message_key: message_key(site, first, event, recipient, now),
                recipient: recipient.clone(),
                heading: heading.clone(),
                body: body.clone(),
            }));
        }
    }
    mails
}

/// A mail that shows that mail arrives. `random` makes it unlike every other.
#[must_use]
pub fn test_mail(site: SiteCode, recipient: &Address, by: &str, now: Timestamp, random: &str) -> Mail {
    Mail {
        alert_id: 0,
        message_key: format!("test.{random}"),
        recipient: recipient.clone(),
        heading: format!("Provost {site}: a test"),
        body: format!("This is a test: mail from the Provost site {site} arrives here.\n\n{by} asked for it at {now}.\n"),
    }
}

/// Sites and databases come and go, and numbers of alerts begin again: the digest keeps their mails apart.
fn message_key(site: SiteCode, alert: &Alert, event: Event, recipient: &Address, now: Timestamp) -> String {
    let Alert { alert_id, rule, subject, opened_at, .. } = alert;
    let event = match event {
        Event::Opened => "opened".to_owned(),
        Event::Reminder => format!("reminder-{}", now.seconds_since(*opened_at) / super::REMINDER_SECONDS),
        Event::Closed => "closed".to_owned(),
    };
    let parts = format!("{site}\0{alert_id}\0{rule}\0{subject}\0{}\0{event}\0{recipient}", opened_at.as_micros());
    let digest = Digest::of(parts.as_bytes()).to_string();
    format!("{alert_id}.{event}.{}", digest.get(..32).unwrap_or(&digest))
}

const fn said(event: Event) -> &'static str {
    match event {
        Event::Opened => "",
        Event::Reminder => ", still",
        Event::Closed => ", over",
    }
}

fn heading(site: SiteCode, rule: &AlertRule, event: Event, alerts: &[&Alert]) -> String {
    let what = match alerts {
        [alert] => alert.words.clone(),
        _ => format!("{} alerts of rule {}", alerts.len(), rule.name),
    };
    let heading = format!("Provost {site}{}: {what}", said(event));
    if heading.chars().count() <= HEADING_MAX { heading } else { heading.chars().take(HEADING_MAX - 1).chain(['…']).collect() }
}

fn body(site: SiteCode, rule: &AlertRule, event: Event, alerts: &[&Alert], now: Timestamp) -> String {
    let mut body = String::new();
    let told = match event {
        Event::Opened => "This was found",
        Event::Reminder => "This lasts",
        Event::Closed => "This is over",
    };
    let _ = writeln!(body, "{told}, as of {now}:\n");
    for alert in alerts.iter().take(LISTED_MAX) {
        let _ = writeln!(body, "  {}", alert.words);
        let _ = write!(body, "  Alert {}, opened {}", alert.alert_id, alert.opened_at);
        let _ = if alert.occurrences > 1 { writeln!(body, ", {} times, last {}.", alert.occurrences, alert.last_at) } else { writeln!(body, ".") };
        body.push('\n');
    }
    if alerts.len() > LISTED_MAX {
        let _ = writeln!(body, "  and {} more.\n", alerts.len() - LISTED_MAX);
    }
    let again = match event {
        Event::Closed => "",
        Event::Opened | Event::Reminder => " It is mailed again after a day if it lasts, and when it is over.",
    };
    let _ = writeln!(body, "Rule {} of site {site} looks for {}.{again}", rule.name, rule.source);
    let _ = writeln!(body, "See all: provost alert list");
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{ClientSilent, Source};
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

    fn rule(recipients: &[&str]) -> AlertRule {
        let recipients: Vec<String> = recipients.iter().map(|&address| address.to_owned()).collect();
        AlertRule::new("silent", Source::ClientSilent(ClientSilent { hours: 24 }), &recipients, true).expect("a rule")
    }

    fn site() -> SiteCode {
        "LAB".parse().expect("a site code")
    }

    fn alert(alert_id: i64) -> Alert {
        Alert {
            alert_id,
            rule: "silent".parse().expect("a name"),
            subject: format!("pc{alert_id}"),
            words: format!("PC{alert_id} has been silent since yesterday"),
            opened_at: START,
            last_at: START,
            occurrences: 1,
            mailed_at: START,
            closed_at: None,
        }
    }

    #[test]
    fn a_mail_says_what_is_the_matter() {
        let told = [(Event::Reminder, Alert { occurrences: 4, last_at: START.plus_seconds(60), ..alert(17) })];
        let mails = mails(site(), &[rule(&["ops@corp.example"])], &told, START.plus_seconds(90_000));
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].heading, "Provost LAB, still: PC17 has been silent since yesterday");
        insta::assert_snapshot!(mails[0].body, @r"
        This lasts, as of 2026-11-24T15:50:13.120Z:

          PC17 has been silent since yesterday
          Alert 17, opened 2026-11-23T14:50:13.120Z, 4 times, last 2026-11-23T14:51:13.120Z.

        Rule silent of site LAB looks for clients silent for longer than 24 h. It is mailed again after a day if it lasts, and when it is over.
        See all: provost alert list
        ");
        assert!(mails[0].message_key.starts_with("17.reminder-1."), "{}", mails[0].message_key);
    }

    #[test]
    fn many_alerts_make_one_mail() {
        let told: Vec<(Event, Alert)> = (1..=1000).map(|id| (Event::Opened, alert(id))).collect();
        let rules = [rule(&["ops@corp.example", "boss@corp.example"])];
        let many = mails(site(), &rules, &told, START);
        assert_eq!(many.len(), 2);
        assert_eq!(many[0].heading, "Provost LAB: 1000 alerts of rule silent");
        assert!(many[0].body.contains("PC50 ") && !many[0].body.contains("PC51 ") && many[0].body.contains("and 950 more."));
        assert_eq!(mails(site(), &rules, &told[..MAILS_OF_A_LOOK_MAX], START).len(), 20);
        assert!(mails(site(), &[], &told, START).is_empty());
    }

    #[test]
    fn a_heading_is_short() {
        let told = [(Event::Opened, Alert { words: "ä".repeat(1000), ..alert(1) })];
        let mails = mails(site(), &[rule(&["ops@corp.example"])], &told, START);
        assert_eq!(mails[0].heading.chars().count(), HEADING_MAX);
    }

    fn key(site_code: &str, id: i64, opened: i64, event: Event, recipient: &str, now: i64) -> String {
        let alert = Alert { opened_at: START.plus_seconds(opened), ..alert(id) };
        let recipient = recipient.parse().expect("an address");
        message_key(site_code.parse().expect("a site code"), &alert, event, &recipient, START.plus_seconds(now))
    }

    proptest! {
        #[test]
        fn a_key_is_the_events_and_the_recipients_own(
            one in ("LAB|P01", 1_i64..3, 0_i64..2, prop_oneof![Just(Event::Opened), Just(Event::Reminder), Just(Event::Closed)], "[ad]@b\\.c"),
            other in ("LAB|P01", 1_i64..3, 0_i64..2, prop_oneof![Just(Event::Opened), Just(Event::Reminder), Just(Event::Closed)], "[ad]@b\\.c"),
            now in 90_000_i64..100_000,
        ) {
            let of = |(site, id, opened, event, recipient): &(String, i64, i64, Event, String), now| key(site, *id, *opened, *event, recipient, now);
            prop_assert_eq!(of(&one, now), of(&one, now + 1000), "made again, it is the same");
            prop_assert_eq!(of(&one, now) == of(&other, now), one == other);
            prop_assert!(of(&one, now).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-'), "it fits into a Message-ID");
        }

        #[test]
        fn reminders_a_day_apart_differ(first in REMINDER..10 * REMINDER, more in REMINDER..3 * REMINDER) {
            prop_assert_ne!(key("LAB", 1, 0, Event::Reminder, "a@b.c", first), key("LAB", 1, 0, Event::Reminder, "a@b.c", first + more));
        }
    }

    const REMINDER: i64 = crate::alerts::REMINDER_SECONDS;
}
