//! Alert rules, alerts, mail and cursors on both engines.

use crate::engines::{self, START};
use provost_catalog::database::Principal;
use provost_domain::alerts::{Alert, AlertRule, Cause, ClientSilent, ComponentFailing, Mail, Retry, RuleName, Source, StatusMessages};
use provost_domain::status::{Severity, StatusMessage};
use provost_domain::{Approval, MessageId, SmsId, Timestamp};
use provost_store::alerts::{self, mails, rules};
use provost_store::status::{self, Arrived, ComponentState};
use provost_store::{Connection, Database, clients, presence};

fn rule(name: &str, source: Source) -> AlertRule {
    AlertRule::new(name, source, &["ops@corp.example".to_owned(), "o'neil@corp.example".to_owned()], true).expect("a rule")
}

fn mail(alert_id: i64, key: &str) -> Mail {
    Mail {
        alert_id,
        message_key: key.to_owned(),
        recipient: "ops@corp.example".parse().expect("an address"),
        heading: "Provost LAB: ä".to_owned(),
        body: "one\ntwo\n".to_owned(),
    }
}

fn name(text: &str) -> RuleName {
    text.parse().expect("a name")
}

fn manager(database: &Database) -> Connection {
    database.connect(Principal::AlertNotificationManager).expect("a connection")
}

#[test]
fn rules_are_read_as_they_were_set() {
    engines::each(|database| {
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let sources = [
            Source::StatusMessage(StatusMessages { severity: Severity::Warning, component: Some("agent".to_owned()), number: Some(4711) }),
            Source::StatusMessage(StatusMessages { severity: Severity::Error, component: None, number: None }),
            Source::ComponentFailing(ComponentFailing { component: Some("state-system".to_owned()), minutes: 10 }),
            Source::ComponentFailing(ComponentFailing { component: None, minutes: 0 }),
            Source::ClientSilent(ClientSilent { hours: 48 }),
        ];
        let set: Vec<AlertRule> = sources.into_iter().zip(["a", "b", "c", "d", "e"]).map(|(source, name)| rule(name, source)).collect();
        for rule in &set {
            assert!(provider.write(|tx| rules::insert(tx, rule, "ada", START)).expect("a write"));
        }
        assert!(!provider.write(|tx| rules::insert(tx, &set[1], "bob", START)).expect("a write"), "a name is taken once");
        let listed = manager(database).read(rules::list).expect("a read");
        assert!(listed.iter().all(|set| set.created_by == "ada" && set.created_at == START));
        assert_eq!(listed.into_iter().map(|set| set.rule).collect::<Vec<_>>(), set);
        assert!(provider.write(|tx| rules::set_enabled(tx, &name("c"), false)).expect("a write"));
        assert!(!provider.read(rules::list).expect("a read")[2].rule.enabled);
        assert!(provider.write(|tx| rules::remove(tx, &name("c"))).expect("a write"));
        assert!(!provider.write(|tx| rules::remove(tx, &name("c"))).expect("a write"));
        assert_eq!(provider.read(rules::list).expect("a read").len(), 4);
    });
}

#[test]
fn a_rule_that_somebody_spoilt_is_not_taken() {
    engines::each_opened(|opened| {
        let mut provider = opened.database.connect(Principal::Provider).expect("a connection");
        provider.write(|tx| rules::insert(tx, &rule("a", Source::ClientSilent(ClientSilent { hours: 1 })), "ada", START)).expect("a rule");
        for spoilt in
            ["source = 'moon'", "condition = '{\"hours\":1,\"days\":2}'", "condition = '{\"hours\":0}'", "recipients = '[\"a\"]'", "recipients = '[]'"]
        {
            opened.as_owner(&format!(
                "UPDATE alert_rule SET source = 'client-silent', condition = '{{\"hours\":1}}', recipients = '[\"a@b.c\"]'; UPDATE alert_rule SET {spoilt}"
            ));
            let read = provider.read(rules::list);
            assert!(matches!(read, Err(provost_store::StoreError::Corrupt(_))), "{spoilt}: {read:?}");
        }
    });
}

#[test]
fn a_thousand_alerts_are_opened_counted_and_closed_at_once() {
    engines::each(|database| {
        let mut manager = manager(database);
        let causes: Vec<(RuleName, Cause)> =
            (0..1000).map(|n| (name("silent"), Cause { subject: format!("pc{n}"), words: format!("PC{n} is silent"), times: 2 })).collect();
        let opened = manager.write(|tx| alerts::open(tx, &causes, START)).expect("alerts");
        assert_eq!(opened.len(), 1000);
        assert_eq!(
            opened.iter().map(|alert| (&alert.subject, alert.occurrences)).collect::<Vec<_>>(),
            causes.iter().map(|(_, cause)| (&cause.subject, 2)).collect::<Vec<_>>()
        );
        assert_eq!(manager.read(alerts::still_open).expect("a read"), opened);
        let later = START.plus_seconds(60);
        let changed: Vec<Alert> = opened
            .into_iter()
            .map(|alert| Alert {
                occurrences: alert.alert_id,
                last_at: later,
                mailed_at: later,
                words: "ä".to_owned(),
                closed_at: (alert.subject != "pc7").then_some(later),
                ..alert
            })
            .collect();
        manager.write(|tx| alerts::save(tx, &changed)).expect("a write");
        let left = manager.read(alerts::still_open).expect("a read");
        assert_eq!(left, changed[7..8]);
        let again = manager.write(|tx| alerts::open(tx, &causes[..1], later)).expect("an alert");
        assert!(again[0].alert_id > changed[999].alert_id);
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        assert_eq!(provider.read(|tx| alerts::newest(tx, true, i64::MAX, 10)).expect("a read").len(), 2);
        assert_eq!(provider.read(|tx| alerts::newest(tx, false, again[0].alert_id, 10)).expect("a read").first(), changed.last());
        assert_eq!(provider.read(|tx| alerts::by_id(tx, changed[3].alert_id)).expect("a read").as_ref(), Some(&changed[3]));
        assert_eq!(manager.write(|tx| alerts::forget_closed(tx, later)).expect("a write"), 0);
        assert_eq!(manager.write(|tx| alerts::forget_closed(tx, later.plus_seconds(1))).expect("a write"), 999);
    });
}

#[test]
fn a_mail_is_one_row_and_ends_sent_or_given_up() {
    engines::each(|database| {
        let mut manager = manager(database);
        let horizon = START.plus_seconds(7200);
        let due = |manager: &mut Connection, now: Timestamp| -> Vec<String> {
            let due = manager.read(|tx| mails::due(tx, now, horizon, 10)).expect("a read");
            due.into_iter().map(|mail| mail.message_key).collect()
        };
        let first = [mail(1, "1.opened.a"), mail(1, "1.opened.b"), mail(2, "2.opened.a")];
        assert_eq!(manager.write(|tx| mails::enqueue(tx, &first, START)).expect("mails"), 3);
        assert_eq!(manager.write(|tx| mails::enqueue(tx, &first, START.plus_seconds(9))).expect("mails"), 0, "the same mails again");
        assert_eq!(due(&mut manager, START.plus_seconds(-1)), Vec::<String>::new());
        assert_eq!(due(&mut manager, START), ["1.opened.a", "1.opened.b", "2.opened.a"]);
        let of = |manager: &mut Connection, key: &str| manager.read(|tx| mails::by_key(tx, key)).expect("a read").expect("a mail");
        let [a, b, c] = ["1.opened.a", "1.opened.b", "2.opened.a"].map(|key| of(&mut manager, key));
        assert_eq!((a.heading.as_str(), a.body.as_str(), a.recipient.as_str()), ("Provost LAB: ä", "one\ntwo\n", "ops@corp.example"));
        assert_eq!((a.created_at, a.next_at, a.attempts, a.is_test()), (START, Some(START), 0, false));
        let later = START.plus_seconds(60);
        manager.write(|tx| mails::sent(tx, a.mail_id, later)).expect("a write");
        manager.write(|tx| mails::failed(tx, b.mail_id, "no\nbody", Retry::At(later), START)).expect("a write");
        manager.write(|tx| mails::failed(tx, c.mail_id, &"x".repeat(9999), Retry::GivenUp, START)).expect("a write");
        let sent = of(&mut manager, "1.opened.a");
        assert_eq!((sent.sent_at, sent.next_at, sent.attempts, sent.trouble), (Some(later), None, 1, None));
        let failed = of(&mut manager, "1.opened.b");
        assert_eq!((failed.next_at, failed.attempts, failed.trouble.as_deref()), (Some(later), 1, Some("nobody")));
        assert_eq!(of(&mut manager, "2.opened.a").given_up_at, Some(START));
        let mut provider = database.connect(Principal::Provider).expect("a connection");
        let waiting = provider.read(mails::waiting).expect("a read");
        assert_eq!((waiting.mails, waiting.oldest, waiting.next_at, waiting.trouble.as_deref()), (1, Some(START), Some(later), Some("nobody")));
        let counts = provider.read(|tx| mails::counts(tx, &[1, 2, 3])).expect("a read");
        assert_eq!(counts.get(&1), Some(&mails::Counts { sent: 1, waiting: 1, given_up: 0 }));
        assert_eq!((counts.get(&2), counts.get(&3)), (Some(&mails::Counts { sent: 0, waiting: 0, given_up: 1 }), None));
        assert_eq!(manager.write(|tx| mails::put_off(tx, later, horizon.plus_seconds(60))).expect("a write"), 1);
        assert_eq!(due(&mut manager, later), ["1.opened.b"], "beyond what any schedule says: the clock was set back");
        assert_eq!(manager.write(|tx| mails::give_up_older(tx, START, "too old", later)).expect("a write"), 1);
        assert_eq!(due(&mut manager, Timestamp::from_micros(i64::MAX - 1)), Vec::<String>::new());
        assert_eq!(provider.read(|tx| mails::newest(tx, i64::MAX, 2)).expect("a read").len(), 2);
        manager.write(|tx| mails::enqueue(tx, &[mail(3, "3.opened.a"), mail(0, "test.a")], START)).expect("mails");
        assert!(of(&mut manager, "test.a").is_test());
        assert_eq!(due(&mut manager, START), ["test.a", "3.opened.a"], "somebody waits for a test");
        assert_eq!(manager.write(|tx| mails::put_off(tx, START, later)).expect("a write"), 1);
        assert_eq!(due(&mut manager, START), ["test.a"]);
        assert_eq!(manager.write(|tx| mails::hurry(tx, START)).expect("a write"), 1);
        assert_eq!(due(&mut manager, START), ["test.a", "3.opened.a"]);
        assert_eq!(manager.write(|tx| mails::forget_settled(tx, later)).expect("a write"), 3, "what waits is kept");
    });
}

fn message(n: u8, seconds: i64) -> Arrived {
    let at = START.plus_seconds(seconds);
    let status = StatusMessage {
        number: 4000 + i32::from(n),
        severity: Severity::Error,
        component: "agent".to_owned(),
        system: "PC1".to_owned(),
        client: None,
        at,
        insertions: vec!["one".to_owned()],
    };
    Arrived { message_id: MessageId::new(at, [n; 10]), ordinal: 0, received_at: at, status }
}

#[test]
fn what_rules_look_at_is_found() {
    engines::each(|database| {
        let mut manager = manager(database);
        let mut status_manager = database.connect(Principal::StatusManager).expect("a connection");
        assert_eq!(manager.read(|tx| alerts::last_message_before(tx, START)).expect("a read"), 0);
        let sent: Vec<Arrived> = (0..10).map(|n| message(n, i64::from(n))).collect();
        status_manager.write(|tx| status::add(tx, &sent)).expect("messages");
        let all = manager.read(|tx| alerts::messages_after(tx, 0, 100)).expect("a read");
        assert_eq!(all.iter().map(|found| &found.message).collect::<Vec<_>>(), sent.iter().map(|arrived| &arrived.status).collect::<Vec<_>>());
        assert_eq!(manager.read(|tx| alerts::messages_after(tx, all[4].record_id, 2)).expect("a read"), all[5..7]);
        assert_eq!(manager.read(|tx| alerts::last_message_before(tx, START.plus_seconds(5))).expect("a read"), all[4].record_id);

        let state = |component: &str, state| ComponentState { component: component.to_owned(), state, since: START, reason: "why".to_owned(), passes: 1 };
        let states = [state("state-system", "failing"), state("status-manager", "running"), state("inbox-monitor", "stopped")];
        let mut component_manager = database.connect(Principal::SiteComponentManager).expect("a connection");
        component_manager.write(|tx| status::put_component_states(tx, &states)).expect("states");
        let failing = manager.read(alerts::failing_components).expect("a read");
        assert_eq!(failing.iter().map(|f| (f.component.as_str(), f.since, f.reason.as_str())).collect::<Vec<_>>(), [("state-system", START, "why")]);

        manager
            .write(|tx| {
                alerts::set_cursors(tx, &[name("a"), name("b")], 5)?;
                alerts::set_cursors(tx, &[name("b"), name("c")], 7)?;
                alerts::forget_cursors(tx, &[name("a"), name("z")])
            })
            .expect("cursors");
        assert_eq!(manager.read(alerts::cursors).expect("a read").into_iter().collect::<Vec<_>>(), [(name("b"), 7), (name("c"), 7)]);
    });
}

#[test]
fn only_approved_clients_are_silent_and_only_since_they_could_speak() {
    engines::each(|database| {
        let mut discovery = database.connect(Principal::DiscoveryDataManager).expect("a connection");
        let mut notification = database.connect(Principal::NotificationManager).expect("a connection");
        let at = |seconds: i64| START.plus_seconds(seconds);
        // Who registered at 0, was approved, and was seen.
        let known = [
            (1, Approval::Approved, Some(0), None),
            (2, Approval::Approved, Some(500), None),
            (3, Approval::Approved, Some(0), Some(300)),
            (4, Approval::Approved, Some(0), Some(900)),
            (5, Approval::Registered, None, Some(100)),
            (6, Approval::Blocked, Some(0), Some(100)),
            (7, Approval::Approved, None, None),
        ];
        let smsid = |n: u8| SmsId::from_random([n; 16]);
        for (n, approval, approved, seen) in known {
            let client = clients::Client {
                smsid: smsid(n),
                resource_id: None,
                public_key: format!("key {n}"),
                certificate: None,
                approval,
                approved_by: None,
                approved_at: approved.map(at),
                registered_at: at(0),
                registered_from: String::new(),
                netbios_name: format!("PC{n}"),
                dns_name: String::new(),
                client_version: String::new(),
                hardware_id: String::new(),
                inventory_digest: None,
                state_resync: false,
                full_inventory: false,
                policy_id: clients::SITE_POLICY.to_owned(),
                row_version: i64::from(n),
            };
            discovery.write(|tx| clients::put(tx, &client)).expect("a client");
            if let Some(seconds) = seen {
                notification.write(|tx| presence::record(tx, &[(smsid(n), at(seconds))])).expect("a presence");
            }
        }
        let mut manager = manager(database);
        let mut silent = |before: i64| {
            let mut found = manager.read(|tx| alerts::silent_clients(tx, at(before))).expect("a read");
            found.sort_by_key(|client| client.name.clone());
            found.into_iter().map(|client| (client.name, client.seen_at.seconds_since(START))).collect::<Vec<_>>()
        };
        let named = |expected: &[(u8, i64)]| expected.iter().map(|(n, seen)| (format!("PC{n}"), *seen)).collect::<Vec<_>>();
        assert_eq!(silent(0), named(&[]));
        assert_eq!(silent(300), named(&[(1, 0), (7, 0)]));
        assert_eq!(silent(501), named(&[(1, 0), (2, 500), (3, 300), (7, 0)]));
        assert_eq!(silent(1000), named(&[(1, 0), (2, 500), (3, 300), (4, 900), (7, 0)]));
    });
}
