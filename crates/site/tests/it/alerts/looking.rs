//! What is looked at, and what becomes an alert.

use super::*;

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
        let components = ComponentStatus::new(place.surroundings.clone(), std::sync::Arc::new(|_| {}));
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
