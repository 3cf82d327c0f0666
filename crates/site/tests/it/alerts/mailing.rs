//! How alerts are mailed.

use super::*;

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
