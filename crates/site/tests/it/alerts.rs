//! Alerts: what is looked at, what is mailed, and a mail server that answers as it is told.

mod looking;
mod mailing;

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
