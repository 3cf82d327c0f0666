//! SMTP against Postfix.

use crate::servers::{Smtp, secret};
use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use provost_outbound::smtp::{Mail, MailServer, MailSession, probe};
use provost_store::Credential;
use std::time::{Duration, Instant};

const ALERTS: &str = "alerts@corp.example.test";
const OTHER: &str = "other@corp.example.test";

fn mail(from: &str, marker: &str) -> Mail {
    Mail {
        from: from.to_owned(),
        to: "ada@corp.example.test".to_owned(),
        subject: "A component fails".to_owned(),
        body: format!("marker {marker}\n.\nend\n"),
        message_id: format!("{marker}@lab"),
        date: Timestamp::from_micros(1_795_445_413_000_000),
    }
}

async fn open(server: &MailServer, user: &str, password: &str) -> Result<MailSession, Outcome> {
    let password = secret(password);
    MailSession::open(server, Some(&Credential { user, password: &password })).await.map_err(|failure| failure.outcome)
}

#[tokio::test]
async fn a_mail_arrives_and_the_session_goes_on() {
    let Some(smtp) = Smtp::from_environment() else { return };
    let password = smtp.password(ALERTS);
    assert!(password.expose_text().expect("a text").contains('%'), "the password has what others fail at");
    let mut session = MailSession::open(&smtp.server, Some(&Credential { user: ALERTS, password: &password })).await.expect("a session");
    let marker = format!("m{}", std::process::id());
    for n in 0..2 {
        session.send(&mail(ALERTS, &format!("{marker}.{n}"))).await.expect("it is taken");
    }
    assert!(session.is_alive().await);
    session.quit().await;
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let held = std::fs::read_to_string(smtp.mail.join("ada")).unwrap_or_default();
        if (0..2).all(|n| held.contains(&format!("marker {marker}.{n}\n.\nend"))) {
            break;
        }
        assert!(Instant::now() < until, "the mails did not arrive: {held}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn ways_to_fail_are_told_apart() {
    let Some(smtp) = Smtp::from_environment() else { return };
    assert_eq!(open(&smtp.server, ALERTS, "wrong").await.err(), Some(Outcome::WrongPassword));
    assert_eq!(open(&smtp.server, "nobody@corp.example.test", "wrong").await.err(), Some(Outcome::WrongPassword));
    let untrusted = MailServer { ca_pem: None, ..smtp.server.clone() };
    assert_eq!(open(&untrusted, ALERTS, "wrong").await.err(), Some(Outcome::CertificateNotTrusted));
    let other_name = MailServer { host: "127.0.0.2".to_owned(), ..smtp.server.clone() };
    assert!(matches!(open(&other_name, ALERTS, "wrong").await.err(), Some(Outcome::Unreachable | Outcome::CertificateNotTrusted)));
    let nobody = MailServer { port: 1, ..smtp.server.clone() };
    assert_eq!(open(&nobody, ALERTS, "wrong").await.err(), Some(Outcome::Unreachable));
    let nowhere = MailServer { host: "mail.invalid".to_owned(), ..smtp.server.clone() };
    assert_eq!(open(&nowhere, ALERTS, "wrong").await.err(), Some(Outcome::Unreachable));

    let mut stranger = MailSession::open(&smtp.server, None).await.expect("a session without sign-in");
    let refused = stranger.send(&mail(ALERTS, "x")).await.expect_err("a refusal");
    assert_eq!(refused.outcome, Outcome::LacksRight, "{refused}");
    let password = smtp.password(ALERTS);
    let mut session = MailSession::open(&smtp.server, Some(&Credential { user: ALERTS, password: &password })).await.expect("a session");
    let refused = session.send(&mail(OTHER, "x")).await.expect_err("a refusal");
    assert_eq!(refused.outcome, Outcome::LacksRight, "{refused}");
}

#[tokio::test]
async fn a_probe_sees_what_the_server_does_for_whom() {
    let Some(smtp) = Smtp::from_environment() else { return };
    let password = smtp.password(ALERTS);
    let seen = probe(&smtp.server, Some(&Credential { user: ALERTS, password: &password }), ALERTS, OTHER).await.expect("a look");
    assert!(!seen.auth_before_tls);
    assert_eq!((seen.mail_before_sign_in.accepted, seen.mail_before_sign_in.code / 10), (false, 55), "{seen:?}");
    assert_eq!(seen.signed_in, Some(Ok(())));
    assert_eq!(seen.own_sender.as_ref().map(|answer| (answer.accepted, answer.code)), Some((true, 250)), "{seen:?}");
    assert_eq!(seen.other_sender.as_ref().map(|answer| (answer.accepted, answer.code)), Some((false, 553)), "{seen:?}");
    let wrong = secret("wrong");
    let seen = probe(&smtp.server, Some(&Credential { user: ALERTS, password: &wrong }), ALERTS, OTHER).await.expect("a look");
    assert_eq!(seen.signed_in.expect("a try").map_err(|failure| failure.outcome), Err(Outcome::WrongPassword));
    assert_eq!((seen.own_sender, seen.other_sender), (None, None));
}
