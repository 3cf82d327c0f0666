use crate::place::{Identity, Place, each};
use provost_broker::{Broker, Parts};
use provost_catalog::components::COMPONENTS;
use provost_domain::SmsId;
use provost_domain::alerts::{AlertRule, Source, StatusMessages};
use provost_domain::status::Severity;
use provost_runtime::Bells;
use provost_site::{Ingredients, Site};
use provost_store::vault::Vault;
use provost_store::{alerts, clients};
use provost_wire::client::state::{State, StateReport};
use provost_wire::envelope::Kind;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

fn start(place: &Place<'_>, runtime: &Runtime) -> Site {
    let vault = Vault::open(&place.opened.keys, None, place.site(), &[]).expect("a vault");
    let broker = Broker::new(Parts {
        database: place.opened.database.clone(),
        opener: vault.opener(),
        ledger: place.ledger.clone(),
        clock: place.clock.clone(),
        domain: "corp.example".to_owned(),
        host: "site-server.corp.example".to_owned(),
        directories: provost_broker::Directories::default(),
        runtime: runtime.handle().clone(),
    });
    let ingredients = Ingredients {
        database: place.opened.database.clone(),
        inboxes: place.inboxes.clone(),
        authority: std::sync::Arc::clone(&place.authority),
        ledger: place.ledger.clone(),
        bells: Bells::default(),
        clock: place.clock.clone(),
        system: "site-server".to_owned(),
        broker: broker.expect("a broker"),
        keeper: vault.keeper(),
        told: std::sync::Arc::new(|_| {}),
    };
    Site::start(ingredients).expect("a site")
}

/// Waits until something is so, and gives it.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn certificate(place: &Place<'_>, smsid: SmsId) -> Option<String> {
    place.look(|tx| clients::certificate_pem(tx, smsid))
}

#[test]
fn a_running_site_loads_what_drops_into_its_inboxes_and_says_what_it_is_doing() {
    let runtime = Runtime::new().expect("an event loop");
    each(|place| {
        let before = Identity::new("before");
        place.deposit_registration(&before, None);
        let site = start(place, &runtime);
        until("what lay there at the start", || certificate(place, before.smsid));
        // Nobody rings a bell: the inbox monitor does.
        let identity = Identity::new("pc1");
        place.deposit_registration(&identity, None);
        until("a registration", || certificate(place, identity.smsid));
        until("the site's policy", || (place.number("SELECT count(*) FROM policy", &[]) == 1).then_some(()));
        let state = State { serial: 1, topic_type: 800, topic_id: String::new(), state_id: 400, at: place.clock.now(), parameters: Vec::new() };
        let report = StateReport { resync: false, messages: vec![state] };
        place.deposit(Kind::State, Some(identity.smsid), &serde_json::to_vec(&report).expect("JSON"));
        until("a state message", || (place.number("SELECT count(*) FROM state_message", &[]) == 1).then_some(()));
        place.deposit(Kind::Heartbeat, Some(identity.smsid), b"no heartbeat");
        until("a status message about a bad file", || {
            let found = place.rows("SELECT severity FROM status_message WHERE number = 4001", &[]);
            found.first().map(|row| assert_eq!(row.text(0), Ok(Severity::Error.word())))
        });
        let running = "SELECT count(*) FROM component_state WHERE state = 'running'";
        until("that all run", || (place.number(running, &[]) == 15).then_some(()));
        site.stop();
        let states = place.rows("SELECT component, state, passes FROM component_state", &[]);
        assert_eq!(states.len(), 15);
        for row in &states {
            assert!(COMPONENTS.iter().any(|c| Ok(c.id) == row.text(0)), "{row:?}");
            assert_eq!(row.text(1), Ok("stopped"), "{row:?}");
            assert!(row.integer(2).expect("a number") > 0, "{row:?}");
        }
    });
}

#[test]
fn a_second_start_goes_on_where_the_first_ended() {
    let runtime = Runtime::new().expect("an event loop");
    each(|place| {
        let identity = Identity::new("pc1");
        let site = start(place, &runtime);
        place.deposit_registration(&identity, None);
        let first = until("a registration", || certificate(place, identity.smsid));
        site.stop();
        place.deposit_registration(&identity, None);
        let site = start(place, &runtime);
        until("that the inbox is empty", || place.waiting(Kind::Registration).is_empty().then_some(()));
        site.stop();
        assert_eq!(certificate(place, identity.smsid), Some(first));
        assert_eq!(place.number("SELECT count(*) FROM client", &[]), 1);
    });
}

#[test]
fn what_happens_in_a_running_site_becomes_an_alert_that_waits_for_a_mail_server() {
    let runtime = Runtime::new().expect("an event loop");
    each(|place| {
        let source = Source::StatusMessage(StatusMessages { severity: Severity::Error, component: None, number: Some(4001) });
        let rule = AlertRule::new("bad-files", source, &["ops@corp.example".to_owned()], true).expect("a rule");
        place.act(|tx| alerts::rules::insert(tx, &rule, "ada", place.clock.now()));
        place.deposit(Kind::Heartbeat, Some(Identity::new("pc1").smsid), b"no heartbeat");
        let site = start(place, &runtime);
        // Bells lead from the inbox to the status message and on to the alert.
        until("an alert", || place.look(|tx| alerts::newest(tx, true, i64::MAX, 1)).pop());
        until("that it is said", || (place.number("SELECT count(*) FROM status_message WHERE number = 2401", &[]) == 1).then_some(()));
        assert_eq!(place.number("SELECT count(*) FROM alert_mail WHERE sent_at IS NULL AND attempts = 0", &[]), 1);
        site.stop();
    });
}
