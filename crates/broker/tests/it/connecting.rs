//! Who connects, in which order, and what is written down.

use crate::place::{Place, secret, smtp, squid};
use provost_broker::{Asker, Endpoint, Failure, Mail, MailEndpoint, ProxyEndpoint, Refused};
use provost_catalog::accounts::{AccountKind, Use};
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::accounts::resolution::{Identity, Unresolved};
use provost_domain::accounts::verification::Standing;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use std::sync::Mutex;
use std::time::Duration;

const ALERTS: &str = "alerts@corp.example.test";

/// A computer whose answers are written down beforehand, by account.
struct Computer {
    answers: Vec<(&'static str, Outcome)>,
    asked: Mutex<Vec<String>>,
    /// How long it takes to answer.
    takes: Duration,
}

impl Computer {
    fn new(answers: &[(&'static str, Outcome)]) -> Self {
        Self { answers: answers.to_vec(), asked: Mutex::default(), takes: Duration::ZERO }
    }

    fn answer(&self, who: &str) -> Result<String, Failure> {
        self.asked.lock().expect("a lock").push(who.to_owned());
        match self.answers.iter().find(|(name, _)| *name == who) {
            Some((_, Outcome::Succeeded)) => Ok(who.to_owned()),
            Some((_, outcome)) => Err(Failure::new(*outcome, "sign in", "as it was told")),
            None => Err(Failure::new(Outcome::Broken, "sign in", format!("nobody expected {who}"))),
        }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("a lock"))
    }
}

impl Endpoint for Computer {
    type Session = String;

    fn object(&self) -> &str {
        "LAB"
    }

    fn address(&self) -> String {
        "smb://ws1.corp.example.test".to_owned()
    }

    fn host(&self) -> &str {
        "ws1.corp.example.test"
    }

    fn authenticates(&self) -> bool {
        true
    }

    async fn open(&self, credential: Option<Credential<'_>>) -> Result<String, Failure> {
        let answer = self.answer(credential.as_ref().map_or("nobody", |credential| credential.user));
        tokio::time::sleep(self.takes).await;
        answer
    }

    async fn open_as_computer(&self) -> Result<String, Failure> {
        self.answer("computer")
    }

    async fn is_alive(_: &mut String) -> bool {
        true
    }
}

fn push_place() -> Place {
    let place = Place::new();
    for name in ["CORP\\a", "CORP\\b"] {
        place.bind(AccountKind::ClientPushInstallation, "LAB", name, &secret("x"));
    }
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_a_list_are_tried_in_order_and_the_site_server_only_where_it_is_switched_on() {
    let place = push_place();
    let refused = Computer::new(&[("CORP\\a", Outcome::LacksRight), ("CORP\\b", Outcome::WrongPassword), ("computer", Outcome::Succeeded)]);
    let connect = async |computer: &Computer| place.broker.connect(Use::PushClient, computer, "client-config-manager", Asker::Component).await;

    let off = connect(&refused).await.err().expect("a refusal");
    assert!(matches!(off, Refused::Unresolved { why: Unresolved::SwitchedOff(Use::PushClient), .. }), "{off}");
    assert_eq!(refused.asked(), Vec::<String>::new(), "nothing was connected to");
    assert!(place.uses().is_empty());

    place.allow("push-client");
    let tried = connect(&refused).await.err().expect("a refusal");
    assert_eq!(refused.asked(), ["CORP\\a", "CORP\\b"]);
    assert_eq!((tried.code(), tried.outcome()), (code::SIGN_IN_WRONG_PASSWORD, Outcome::WrongPassword));

    place.allow("push-as-site-server");
    let session = connect(&refused).await.expect("a session");
    assert_eq!(session.identity(), Identity::SiteServerComputer);
    assert_eq!(refused.asked(), ["CORP\\a", "computer"], "a password that was refused is not tried again");
    let outcomes: Vec<(String, String)> = place.uses().into_iter().map(|used| (used.account, used.outcome)).collect();
    let of = |account: &str, outcome: &str| (account.to_owned(), outcome.to_owned());
    assert_eq!(
        outcomes,
        [
            of("CORP\\a", "lacks-right"),
            of("CORP\\b", "wrong-password"),
            of("CORP\\a", "lacks-right"),
            of("CORP\\b", "refused-by-rule"),
            of("the site server's computer account", "succeeded")
        ]
    );
    assert_eq!(place.ledger().len(), 5, "each attempt is an entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_that_many_try_at_once_reaches_the_server_once() {
    let place = Place::new();
    place.bind(AccountKind::ClientPushInstallation, "LAB", "CORP\\a", &secret("x"));
    place.allow("push-client");
    let computer = Computer { takes: Duration::from_millis(200), ..Computer::new(&[("CORP\\a", Outcome::WrongPassword)]) };
    let connect = async || place.broker.connect(Use::PushClient, &computer, "test", Asker::Component).await.err().expect("a refusal").outcome();
    let (one, other) = tokio::join!(connect(), connect());
    assert_eq!(computer.asked(), ["CORP\\a"]);
    let mut outcomes = [one, other];
    outcomes.sort_by_key(|outcome| outcome.id());
    assert_eq!(outcomes, [Outcome::RefusedByRule, Outcome::WrongPassword]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_answers_nobody() {
    for outcome in [Outcome::Unreachable, Outcome::CertificateNotTrusted, Outcome::NothingSafe, Outcome::Broken] {
        let place = push_place();
        place.allow("push-client");
        let computer = Computer::new(&[("CORP\\a", outcome), ("CORP\\b", Outcome::Succeeded)]);
        let refused = place.broker.connect(Use::PushClient, &computer, "test", Asker::Component).await.err().expect("a refusal");
        assert_eq!((computer.asked(), refused.outcome()), (vec!["CORP\\a".to_owned()], outcome));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_account_is_left_out_and_nobody_steps_in_when_all_are() {
    let place = push_place();
    place.allow("push-client");
    place.allow("push-as-site-server");
    let computer = Computer::new(&[("CORP\\a", Outcome::Succeeded), ("CORP\\b", Outcome::Succeeded), ("computer", Outcome::Succeeded)]);
    let connect = async || place.broker.connect(Use::PushClient, &computer, "test", Asker::Component).await;
    let bindings = place.database.connect(provost_catalog::database::Principal::Broker).expect("a connection").read(provost_store::accounts::bindings::list);
    let bindings = bindings.expect("a read");
    place.stand(&bindings[0], Standing::Blocked);
    assert_eq!(connect().await.expect("a session").account(), "CORP\\b");
    place.stand(&bindings[1], Standing::Blocked);
    let refused = connect().await.err().expect("nobody is left");
    assert!(matches!(refused, Refused::Unresolved { why: Unresolved::Blocked(_), .. }));
    let told = refused.to_string();
    assert!(told.ends_with("what helps: provost verify 'CORP\\a'; provost verify 'CORP\\b'"), "each is told by its name: {told}");
    assert_eq!(computer.asked(), ["CORP\\b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_ledger_there_is_no_session() {
    let place = push_place();
    place.allow("push-client");
    let owner = rusqlite::Connection::open(place.folder.path().join("site.db")).expect("the database file");
    owner.execute_batch("DROP TABLE ledger").expect("a ledger that is gone");
    let computer = Computer::new(&[("CORP\\a", Outcome::Succeeded)]);
    let refused = place.broker.connect(Use::PushClient, &computer, "test", Asker::Component).await.err();
    assert!(matches!(refused, Some(Refused::Store(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_try_a_refused_password_once_more_and_a_new_one_is_tried_at_once() {
    let place = Place::new();
    place.allow("push-client");
    let binding = place.bind(AccountKind::ClientPushInstallation, "LAB", "CORP\\a", &secret("old"));
    let computer = Computer::new(&[("CORP\\a", Outcome::WrongPassword)]);
    let connect = async |asker| place.broker.connect(Use::PushClient, &computer, "test", asker).await.err().expect("a refusal").outcome();
    assert_eq!(connect(Asker::Component).await, Outcome::WrongPassword);
    for asker in [Asker::Component, Asker::Component] {
        assert_eq!(connect(asker).await, Outcome::RefusedByRule);
    }
    assert_eq!(connect(Asker::Person).await, Outcome::WrongPassword);
    assert_eq!(connect(Asker::Person).await, Outcome::RefusedByRule);
    assert_eq!(computer.asked().len(), 2);
    place.new_password(&binding, &secret("new"));
    assert_eq!(connect(Asker::Component).await, Outcome::WrongPassword, "another password is another matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_mailed_as_the_bound_account_and_the_session_is_reused_under_it_alone() {
    let Some((server, password)) = smtp(ALERTS) else { return };
    let place = Place::new();
    let endpoint = MailEndpoint::new(&server, "LAB", "site.corp.example.test");
    let connect = async || place.broker.connect(Use::SendAlertMail, &endpoint, "alert-notification-manager", Asker::Component).await;
    let nobody = connect().await.err().expect("a refusal");
    assert!(matches!(nobody, Refused::Unresolved { why: Unresolved::Mandatory(AccountKind::SmtpServerConnection, _), .. }), "{nobody}");

    let binding = place.bind(AccountKind::SmtpServerConnection, "LAB", ALERTS, &password);
    let mail = |n: i64| Mail {
        from: ALERTS.to_owned(),
        to: "ada@corp.example.test".to_owned(),
        subject: "Test".to_owned(),
        body: "Test".to_owned(),
        message_id: format!("broker.{n}@lab"),
        date: Timestamp::from_micros(1_795_445_413_000_000),
    };
    for n in 0..3 {
        let mut session = connect().await.expect("a session");
        assert_eq!((session.account(), session.identity()), (ALERTS, Identity::Bound(binding.binding_id)));
        session.connection().send(&mail(n)).await.expect("it is taken");
        session.keep();
    }
    place.new_password(&binding, &secret("wrong by now"));
    let refused = connect().await.err().expect("the session of the old password is not reused");
    assert_eq!(refused.outcome(), Outcome::WrongPassword);

    let entries: Vec<serde_json::Value> = place.ledger().iter().map(|entry| serde_json::from_str(&entry.detail).expect("JSON")).collect();
    let of = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("outcome"), ["succeeded", "succeeded", "succeeded", "wrong-password"]);
    assert_eq!(of("reused"), [false, true, true, false]);
    assert_eq!(of("as"), [ALERTS; 4]);
    assert_eq!(place.ledger()[0].object, endpoint.address());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_is_passed_as_the_bound_account_for_each_of_the_three_kinds() {
    for operation in [Use::SynchronizeAssetIntelligence, Use::ReachExchangeOnline, Use::SynchronizeUpdates] {
        let Some((server, user, password)) = squid(operation) else { return };
        let place = Place::new();
        let (host, port) = server.allowed[0].rsplit_once(':').expect("host and port");
        let endpoint = ProxyEndpoint::new(&server, host, port.parse().expect("a port"));
        place.bind(operation.account().kind, "cm01", &user, &password);
        let mut session = place.broker.connect(operation, &endpoint, "test", Asker::Component).await.expect("a session");
        let answer = session.connection().get("/catalog.txt", 1 << 20).await.expect("an answer");
        assert_eq!(answer.status, 200);
        let forbidden = ProxyEndpoint::new(&server, "forbidden.example.test", 443);
        let refused = place.broker.connect(operation, &forbidden, "test", Asker::Component).await.err().expect("a refusal");
        assert_eq!((refused.outcome(), refused.code()), (Outcome::LacksRight, code::SIGN_IN_LACKS_RIGHT));
    }
}
