use crate::place::{Identity, NOW, each, pass};
use provost_catalog::components::ComponentName;
use provost_domain::status::Severity;
use provost_site::status_writer::Raised;
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::Kind;

fn report(count: usize) -> StatusReport {
    let status =
        Status { number: 4711, severity: Severity::Warning, component: "agent".to_owned(), at: NOW, insertions: vec!["one".to_owned(), "ä\"".to_owned()] };
    StatusReport { messages: vec![status; count] }
}

#[test]
fn messages_of_clients_and_of_the_site_become_rows() {
    each(|place| {
        let identity = Identity::new("pc1");
        place.register(&identity);
        place.deposit(Kind::Status, Some(identity.smsid), &serde_json::to_vec(&report(3)).expect("JSON"));
        let raised = Raised::new(4002, Severity::Error, ["two".to_owned()]);
        place.surroundings.status.raise(ComponentName::StateSystem, vec![raised]);
        pass(&mut place.status());
        let rows = place.rows("SELECT number, severity, component, system, smsid, insertions, ordinal FROM status_message ORDER BY record_id", &[]);
        assert_eq!(rows.len(), 4);
        assert_eq!((rows[0].integer(0), rows[0].text(1), rows[0].text(3)), (Ok(4711), Ok("warning"), Ok("PC1")));
        assert_eq!((rows[0].text(4), rows[2].integer(6)), (Ok(identity.smsid.to_string().as_str()), Ok(2)));
        assert_eq!(rows[0].text(5), Ok(r#"["one","ä\""]"#));
        assert_eq!((rows[3].text(2), rows[3].text(3), rows[3].optional_text(4)), (Ok("state-system"), Ok("site-server"), Ok(None)));
    });
}

#[test]
fn what_one_pass_has_to_say_is_bounded() {
    each(|place| {
        let raised = vec![Raised::new(4001, Severity::Error, ["x".repeat(100_000)]); 500];
        place.surroundings.status.raise(ComponentName::StateSystem, raised);
        assert_eq!(place.raised().len(), 50);
        assert!(place.reasons(Kind::Status).is_empty());
        let last = place.rows("SELECT insertions FROM status_message ORDER BY record_id DESC", &[]);
        assert!(last[0].text(0).expect("text").contains("and 450 more"));
    });
}

#[test]
fn old_messages_go_after_a_month() {
    each(|place| {
        place.deposit(Kind::Status, None, &serde_json::to_vec(&report(1)).expect("JSON"));
        let mut manager = place.status();
        pass(&mut manager);
        place.clock.set(NOW.plus_seconds(29 * 24 * 3600));
        pass(&mut manager);
        assert_eq!(place.number("SELECT count(*) FROM status_message", &[]), 1);
        place.clock.set(NOW.plus_seconds(31 * 24 * 3600));
        pass(&mut manager);
        assert_eq!(place.number("SELECT count(*) FROM status_message", &[]), 0);
    });
}
