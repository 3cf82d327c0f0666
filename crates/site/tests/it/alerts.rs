use crate::place::{NOW, Place, each, pass, try_pass};
use provost_catalog::components::ComponentName;
use provost_catalog::database::Principal;
use provost_domain::alerts::{Alert, AlertRule, ClientSilent, ComponentFailing, GIVEN_UP_SECONDS, Source, StatusMessages};
use provost_domain::status::Severity;
use provost_domain::{Approval, SmsId, Timestamp};
use provost_runtime::Pass;
use provost_runtime::supervisor::Event;
use provost_site::alert_notification_manager::{OutgoingMail, Post, PostResult};
use provost_site::component_status::ComponentStatus;
use provost_site::status_writer::Raised;
use provost_store::alerts::mails::{self, Queued};
use provost_store::alerts::{self, rules};
use provost_store::clients::{self, Client};
use provost_store::presence;
use provost_store::servers::{self, MailServer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A mail server: keeps what it takes, and answers as it is told.
#[derive(Clone)]
struct Postbox {
    taken: Arc<Mutex<Vec<OutgoingMail>>>,
    answer: Arc<Mutex<PostResult>>,
    tried: Arc<Mutex<usize>>,
}

impl Postbox {
    fn new() -> Self {
        Self { taken: Arc::default(), answer: Arc::new(Mutex::new(PostResult::Ok)), tried: Arc::default() }
    }

    fn post(&self) -> Post {
        let postbox = self.clone();
        Arc::new(move |mail| {
            *lock(&postbox.tried) += 1;
            let answer = lock(&postbox.answer).clone();
            if answer == PostResult::Ok {
                lock(&postbox.taken).push(mail.clone());
            }
            answer
        })
    }

    fn answers(&self, answer: PostResult) {
        *lock(&self.answer) = answer;
    }

    /// How often mail was tried since the last time.
    fn tried(&self) -> usize {
        std::mem::take(&mut lock(&self.tried))
    }

    /// Takes the mail out.
    fn taken(&self) -> Vec<OutgoingMail> {
        std::mem::take(&mut lock(&self.taken))
    }

    fn headings(&self) -> Vec<String> {
        self.taken().into_iter().map(|mail| mail.heading).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn later() -> PostResult {
    PostResult::Later { outcome: "nobody answers".to_owned() }
}

fn set_server(place: &Place<'_>, host: &str) {
    let server = MailServer { host: host.to_owned(), port: 587, authenticates: true, ca_pem: None, sender: "provost@corp.example".to_owned() };
    place.act(|tx| servers::set_mail_server(tx, place.site(), &server));
}

fn set_rule(place: &Place<'_>, name: &str, source: Source) {
    let rule = AlertRule::new(name, source, &["ops@corp.example".to_owned()], true).expect("a rule");
    assert!(place.act(|tx| rules::insert(tx, &rule, "ada", place.clock.now())));
}

fn errors() -> Source {
    Source::StatusMessage(StatusMessages { severity: Severity::Error, component: None, number: None })
}

fn raise(place: &Place<'_>, number: u16, severity: Severity) {
    place.surroundings.status.raise(ComponentName::StateSystem, vec![Raised::new(number, severity, ["why".to_owned()])]);
    pass(&mut place.status());
}

fn all(place: &Place<'_>) -> Vec<Alert> {
    let mut all = place.look(|tx| alerts::newest(tx, false, i64::MAX, 10_000));
    all.reverse();
    all
}

fn queued(place: &Place<'_>) -> Vec<Queued> {
    let mut queued = place.look(|tx| mails::newest(tx, i64::MAX, 10_000));
    queued.reverse();
    queued
}

fn go(place: &Place<'_>, seconds: i64) -> Timestamp {
    let at = place.clock.now().plus_seconds(seconds);
    place.clock.set(at);
    at
}

fn client(n: u32) -> Client {
    let mut random = [0; 16];
    random[..4].copy_from_slice(&n.to_be_bytes());
    Client {
        smsid: SmsId::from_random(random),
        resource_id: None,
        public_key: format!("key {n}"),
        certificate: None,
        approval: Approval::Approved,
        approved_by: None,
        approved_at: Some(NOW),
        registered_at: NOW,
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
    }
}

fn add_clients(place: &Place<'_>, count: u32) -> Vec<SmsId> {
    let clients: Vec<Client> = (1..=count).map(client).collect();
    place.connect(Principal::DiscoveryDataManager).write(|tx| clients.iter().try_for_each(|client| clients::put(tx, client))).expect("clients");
    clients.iter().map(|client| client.smsid).collect()
}

fn see(place: &Place<'_>, clients: &[SmsId], at: Timestamp) {
    let seen: Vec<_> = clients.iter().map(|smsid| (*smsid, at)).collect();
    place.connect(Principal::NotificationManager).write(|tx| presence::record(tx, &seen)).expect("presences");
}

#[test]
fn a_status_message_is_mailed_once_and_counted() {
    each(|place| {
        set_server(place, "mail");
        raise(place, 4001, Severity::Error);
        go(place, 1);
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        pass(&mut manager);
        assert!(all(place).is_empty(), "what happened before the rule was set is past");
        for _ in 0..3 {
            raise(place, 4001, Severity::Error);
        }
        raise(place, 4002, Severity::Warning);
        raise(place, 4001, Severity::Error);
        pass(&mut manager);
        let alerts = all(place);
        assert_eq!(alerts.iter().map(|alert| (alert.subject.as_str(), alert.occurrences)).collect::<Vec<_>>(), [("PV4001 of state-system on site-server", 4)]);
        let sent = postbox.taken();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].sender.as_str(), sent[0].recipient.as_str(), sent[0].created_at), ("provost@corp.example", "ops@corp.example", place.clock.now()));
        assert!(sent[0].heading.starts_with(&format!("Provost {}: PV4001, ", place.site())) && sent[0].body.contains("why"), "{sent:?}");
        let row = &queued(place)[0];
        assert_eq!((row.sent_at, row.attempts, row.next_at), (Some(place.clock.now()), 1, None));
        // The same and another, a little later.
        go(place, HOUR);
        raise(place, 4001, Severity::Error);
        raise(place, 4003, Severity::Error);
        pass(&mut manager);
        pass(&mut manager);
        assert_eq!(all(place).iter().map(|alert| alert.occurrences).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(postbox.taken().len(), 1, "the first is not mailed again");
        // A day on, the first lasts and the second is over.
        go(place, DAY - HOUR);
        raise(place, 4001, Severity::Error);
        pass(&mut manager);
        assert_eq!(postbox.headings().len(), 1, "a reminder");
        go(place, HOUR);
        pass(&mut manager);
        let headings = postbox.headings();
        assert!(headings.len() == 1 && headings[0].contains(", over: PV4003"), "{headings:?}");
        let alerts = all(place);
        assert_eq!((alerts[0].closed_at, alerts[1].closed_at), (None, Some(place.clock.now())));
    });
}

#[test]
fn a_failing_component_is_told_after_its_minutes_and_when_it_recovers() {
    each(|place| {
        set_server(place, "mail");
        let wanted = |component: Option<&str>| Source::ComponentFailing(ComponentFailing { component: component.map(str::to_owned), minutes: 10 });
        set_rule(place, "one", wanted(Some("state-system")));
        set_rule(place, "other", wanted(Some("inventory-data-loader")));
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        let components = ComponentStatus::new(place.surroundings.clone());
        let mut connection = place.connect(Principal::SiteComponentManager);
        let mut note = |event: &Event| {
            components.note(ComponentName::StateSystem, event);
            components.write(&mut connection).expect("written");
        };
        note(&Event::Started);
        note(&Event::Failing { reason: "the disk is full".to_owned() });
        go(place, 5 * 60);
        note(&Event::Failing { reason: "the disk is away".to_owned() });
        pass(&mut manager);
        assert!(all(place).is_empty());
        go(place, 5 * 60);
        pass(&mut manager);
        pass(&mut manager);
        let headings = postbox.headings();
        assert!(headings.len() == 1 && headings[0].contains("State system has been failing since"), "{headings:?}");
        assert_eq!(all(place)[0].subject, "state-system");
        note(&Event::Failing { reason: "the disk is on fire".to_owned() });
        pass(&mut manager);
        assert!(all(place)[0].words.contains("on fire") && postbox.taken().is_empty(), "another reason is no other alert");
        go(place, DAY);
        pass(&mut manager);
        assert!(postbox.headings()[0].contains(", still: State system"));
        note(&Event::Recovered);
        pass(&mut manager);
        pass(&mut manager);
        assert!(postbox.headings()[0].contains(", over: State system"));
        assert_eq!(all(place)[0].closed_at, Some(place.clock.now()));
    });
}

#[test]
fn a_silent_client_is_told_and_when_it_speaks_again() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "day", Source::ClientSilent(ClientSilent { hours: 24 }));
        set_rule(place, "week", Source::ClientSilent(ClientSilent { hours: 7 * 24 }));
        let clients = add_clients(place, 3);
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        pass(&mut manager);
        see(place, &clients[1..], go(place, 20 * HOUR));
        go(place, 4 * HOUR + 1);
        pass(&mut manager);
        let headings = postbox.headings();
        assert!(headings.len() == 1 && headings[0].contains(": PC1 ("), "{headings:?}");
        see(place, &clients[..1], go(place, 60));
        pass(&mut manager);
        assert!(postbox.taken().is_empty(), "clients are looked at every few minutes");
        go(place, 300);
        pass(&mut manager);
        assert!(postbox.headings()[0].contains(", over: PC1 ("));
        // Blocked, it is not waited for any more.
        go(place, 10 * DAY);
        pass(&mut manager);
        assert_eq!(all(place).iter().filter(|alert| alert.closed_at.is_none()).count(), 6);
        postbox.taken();
        place.act(|tx| clients::set_approval(tx, clients[2], Approval::Blocked, "ada", place.clock.now()));
        go(place, 300);
        pass(&mut manager);
        assert_eq!(postbox.headings().iter().filter(|heading| heading.contains(", over: PC3 (")).count(), 2);
    });
}

#[test]
fn a_thousand_alerts_make_one_pass_and_one_mail() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "silent", Source::ClientSilent(ClientSilent { hours: 24 }));
        let clients = add_clients(place, 1000);
        go(place, DAY + 1);
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        assert_eq!(try_pass(&mut manager), Ok(Pass::Idle));
        assert_eq!(all(place).len(), 1000);
        let sent = postbox.taken();
        assert!(sent.len() == 1 && sent[0].heading.contains("1000 alerts of rule silent") && sent[0].body.contains("and 950 more."), "{sent:?}");
        see(place, &clients, go(place, 300));
        assert_eq!(try_pass(&mut manager), Ok(Pass::Idle));
        assert!(all(place).iter().all(|alert| alert.closed_at.is_some()));
        assert!(postbox.headings()[0].contains(", over: 1000 alerts"));
        // Closed alerts and their mail go after a month.
        go(place, 31 * DAY);
        see(place, &clients, place.clock.now());
        pass(&mut manager);
        assert!(all(place).is_empty() && queued(place).is_empty());
    });
}

#[test]
fn a_rule_that_is_removed_takes_its_alerts_along_and_one_that_is_off_misses_what_happens() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        raise(place, 4001, Severity::Error);
        pass(&mut manager);
        assert_eq!(postbox.taken().len(), 1);
        let name = "errors".parse().expect("a name");
        place.act(|tx| rules::set_enabled(tx, &name, false));
        raise(place, 4001, Severity::Error);
        pass(&mut manager);
        assert!(all(place)[0].closed_at.is_some());
        place.act(|tx| rules::set_enabled(tx, &name, true));
        pass(&mut manager);
        assert!(postbox.taken().is_empty(), "what happened meanwhile is past");
        raise(place, 4001, Severity::Error);
        pass(&mut manager);
        assert_eq!((all(place).len(), postbox.taken().len()), (2, 1));
        place.act(|tx| rules::remove(tx, &name));
        pass(&mut manager);
        assert!(all(place)[1].closed_at.is_some() && postbox.taken().is_empty());
        let cursors = place.connect(Principal::AlertNotificationManager).read(alerts::cursors).expect("a read");
        assert!(cursors.is_empty(), "{cursors:?}");
    });
}

#[test]
fn mail_is_tried_again_and_given_up_after_three_days() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        postbox.answers(later());
        let mut manager = place.alerts(&postbox.post());
        raise(place, 4001, Severity::Error);
        let start = place.clock.now();
        let mut waits = Vec::new();
        loop {
            let before = place.clock.now();
            pass(&mut manager);
            pass(&mut manager);
            let mail = queued(place).remove(0);
            assert_eq!((postbox.tried(), mail.attempts), (1, i64::try_from(waits.len()).expect("few") + 1), "one attempt when it is due");
            assert_eq!(mail.trouble.as_deref(), Some("nobody answers"));
            let Some(next) = mail.next_at else {
                assert_eq!(mail.given_up_at, Some(place.clock.now()));
                break;
            };
            waits.push(next.seconds_since(before));
            place.clock.set(next);
            // Status messages would keep the alert open and remind of it; this is about the first mail.
            place.act(|tx| rules::remove(tx, &"errors".parse().expect("a name")));
        }
        assert_eq!(place.clock.now().seconds_since(start), GIVEN_UP_SECONDS);
        for (waited, base) in waits.iter().zip([60, 300, 900, 3600, 3600, 3600]) {
            assert!((base..=base + base / 4).contains(waited), "{waits:?}");
        }
        let said = place.raised();
        assert_eq!(said.iter().filter(|number| **number == 2402).count(), 2, "when it began and when it was given up: {said:?}");
        go(place, 10 * DAY);
        pass(&mut manager);
        assert_eq!(postbox.tried(), 0);
    });
}

#[test]
fn a_refused_mail_is_given_up_and_the_others_are_sent() {
    each(|place| {
        set_server(place, "mail");
        let rule = AlertRule::new("errors", errors(), &["gone@corp.example".to_owned(), "ops@corp.example".to_owned()], true).expect("a rule");
        place.act(|tx| rules::insert(tx, &rule, "ada", NOW));
        raise(place, 4001, Severity::Error);
        let post: Post = Arc::new(|mail| match mail.recipient.as_str() {
            "gone@corp.example" => PostResult::Never { outcome: "550 no such user".to_owned() },
            _ => PostResult::Ok,
        });
        pass(&mut place.alerts(&post));
        let mails = queued(place);
        assert_eq!((mails[0].given_up_at, mails[0].trouble.as_deref()), (Some(NOW), Some("550 no such user")));
        assert_eq!(mails[1].sent_at, Some(NOW));
        assert!(place.raised().contains(&2402));
    });
}

#[test]
fn a_server_that_is_away_is_not_asked_for_every_mail() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        postbox.answers(later());
        let mut manager = place.alerts(&postbox.post());
        for number in 4001..4010 {
            raise(place, number, Severity::Error);
        }
        pass(&mut manager);
        assert_eq!((queued(place).len(), postbox.tried()), (9, 3));
        pass(&mut manager);
        assert_eq!(postbox.tried(), 0);
        // Another server is tried at once.
        postbox.answers(PostResult::Ok);
        set_server(place, "other");
        pass(&mut manager);
        assert_eq!(postbox.taken().len(), 9);
    });
}

#[test]
fn without_a_server_mail_waits_and_that_is_said_once() {
    each(|place| {
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        pass(&mut manager);
        assert!(place.raised().is_empty(), "nothing waits");
        raise(place, 4001, Severity::Error);
        for _ in 0..3 {
            pass(&mut manager);
            pass(&mut place.status());
        }
        assert_eq!(place.raised().iter().filter(|number| **number == 2401).count(), 1);
        assert_eq!(postbox.tried(), 0);
        let waiting = queued(place);
        assert_eq!(waiting.len(), 2, "that no server is set is an error, and told as well");
        set_server(place, "mail");
        pass(&mut manager);
        assert_eq!(postbox.taken().len(), 2);
        // Away again, and for long: nobody wants that mail any more.
        place.act(servers::remove_mail_server);
        raise(place, 4002, Severity::Error);
        pass(&mut manager);
        go(place, GIVEN_UP_SECONDS);
        pass(&mut manager);
        let last = queued(place);
        assert!(last[2].given_up_at.is_some() && last[2].trouble.as_deref().is_some_and(|trouble| trouble.contains("no SMTP server")), "{last:?}");
    });
}

#[test]
fn a_test_is_tried_once_and_before_everything_else() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        let postbox = Postbox::new();
        postbox.answers(later());
        let mut manager = place.alerts(&postbox.post());
        for number in 4001..4010 {
            raise(place, number, Severity::Error);
        }
        let recipient = "ada@corp.example".parse().expect("an address");
        let test = provost_domain::alerts::test_mail(place.site(), &recipient, "ada", NOW, "0123");
        place.act(|tx| mails::enqueue(tx, std::slice::from_ref(&test), NOW));
        pass(&mut manager);
        let test = place.look(|tx| mails::by_key(tx, "test.0123")).expect("the test");
        assert_eq!((test.attempts, test.given_up_at, test.trouble.as_deref()), (1, Some(NOW), Some("nobody answers")));
        assert!(queued(place).iter().filter(|mail| !mail.is_test()).any(|mail| mail.next_at.is_some()));
    });
}

#[test]
fn a_crash_while_sending_sends_the_same_mail_again() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        raise(place, 4001, Severity::Error);
        raise(place, 4002, Severity::Error);
        // The second mail is taken, and the site is gone before that is recorded.
        let taken: Arc<Mutex<Vec<OutgoingMail>>> = Arc::default();
        let into = Arc::clone(&taken);
        let crashing: Post = Arc::new(move |mail| {
            lock(&into).push(mail.clone());
            assert!(lock(&into).len() != 2, "the site crashes");
            PostResult::Ok
        });
        let mut manager = place.alerts(&crashing);
        assert!(catch_unwind(AssertUnwindSafe(|| pass(&mut manager))).is_err());
        drop(manager);
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        pass(&mut manager);
        pass(&mut manager);
        let (before, after) = (lock(&taken).clone(), postbox.taken());
        assert_eq!(before.len(), 2);
        assert_eq!(after, before[1..], "only the unrecorded one, and it is the same mail");
        assert_eq!((all(place).len(), queued(place).len()), (2, 2), "nothing is opened or written twice");
    });
}

#[test]
fn a_crash_while_looking_leaves_all_or_nothing() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        raise(place, 4001, Severity::Error);
        let postbox = Postbox::new();
        // The transaction fails at its last step: alerts and mails are written, the cursor is not.
        place.opened.as_owner(
            "ALTER TABLE alert_cursor RENAME TO alert_cursor_away; CREATE TABLE alert_cursor (rule TEXT PRIMARY KEY, record_id BIGINT CHECK (record_id < 0))",
        );
        if !place.opened.is_sqlite() {
            place.opened.as_owner("GRANT SELECT, INSERT, UPDATE, DELETE ON alert_cursor TO PUBLIC");
        }
        let mut manager = place.alerts(&postbox.post());
        assert!(try_pass(&mut manager).is_err());
        drop(manager);
        assert!(all(place).is_empty() && queued(place).is_empty() && postbox.tried() == 0);
        place.opened.as_owner("DROP TABLE alert_cursor; ALTER TABLE alert_cursor_away RENAME TO alert_cursor");
        let mut manager = place.alerts(&postbox.post());
        pass(&mut manager);
        pass(&mut manager);
        drop(manager);
        // Opened again, it looks on where it was.
        pass(&mut place.alerts(&postbox.post()));
        assert_eq!((all(place).len(), all(place)[0].occurrences, postbox.taken().len()), (1, 1, 1));
    });
}

#[test]
fn many_messages_are_looked_at_in_batches() {
    each(|place| {
        set_server(place, "mail");
        set_rule(place, "errors", errors());
        for _ in 0..60 {
            let raised = (0..50).map(|_| Raised::new(4001, Severity::Error, [])).collect();
            place.surroundings.status.raise(ComponentName::StateSystem, raised);
        }
        pass(&mut place.status());
        let postbox = Postbox::new();
        let mut manager = place.alerts(&postbox.post());
        assert_eq!(try_pass(&mut manager), Ok(Pass::More));
        assert_eq!(all(place)[0].occurrences, 1000);
        drop(manager);
        pass(&mut place.alerts(&postbox.post()));
        assert_eq!((all(place).len(), all(place)[0].occurrences, postbox.taken().len()), (1, 3000, 1));
    });
}
