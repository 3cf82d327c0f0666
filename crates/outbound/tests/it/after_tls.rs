//! SMTP servers with a trusted certificate that behave badly behind it.

use crate::authority::Authority;
use crate::peer::{Heard, peer, script};
use crate::servers::secret;
use provost_domain::Failure;
use provost_domain::Timestamp;
use provost_domain::outcome::Outcome;
use provost_outbound::smtp::{Mail, MailServer, MailSession};
use provost_store::Credential;

const USER: &str = "ada";
const PASSWORD: &str = "p%40ss wörd";
/// What AUTH PLAIN says for them, and how AUTH LOGIN says the password.
const PLAIN: &str = "AGFkYQBwJTQwc3Mgd8O2cmQ=";
const LOGIN: &str = "cCU0MHNzIHfDtnJk";

/// A server that is trusted, whose script after TLS is `told`; the first is its answer to `EHLO`.
struct Peer {
    server: MailServer,
    plain: Heard,
    secured: Heard,
}

async fn trusted(told: &'static [&'static str]) -> Peer {
    let authority = Authority::new();
    let acceptor = authority.server("localhost", 30);
    let secured = Heard::default();
    let behind = secured.clone();
    let (port, plain) = peer(move |mut stream, heard| {
        let (acceptor, behind) = (acceptor.clone(), behind.clone());
        async move {
            if !heard.before_tls(&mut stream).await {
                return;
            }
            if let Ok(stream) = acceptor.accept(stream).await {
                script(stream, behind, "", told).await;
            }
        }
    })
    .await;
    let server = MailServer { host: "localhost".to_owned(), port, ca_pem: Some(authority.pem()), hello: "site".to_owned() };
    Peer { server, plain, secured }
}

impl Peer {
    async fn open(&self) -> Result<MailSession, Failure> {
        let password = secret(PASSWORD);
        let opened = MailSession::open(&self.server, Some(&Credential { user: USER, password: &password })).await;
        // Whatever happens behind TLS: nothing of it was said before.
        assert!(!self.plain.text().contains("AUTH"), "{}", self.plain.text());
        opened
    }

    async fn refusal(&self) -> Failure {
        let failure = self.open().await.err().expect("a refusal");
        for secret in [PASSWORD, PLAIN, LOGIN] {
            assert!(!failure.to_string().contains(secret), "{failure}");
        }
        failure
    }
}

fn mail() -> Mail {
    Mail {
        from: "alerts@corp.example.test".to_owned(),
        to: "ada@corp.example.test".to_owned(),
        subject: "x".to_owned(),
        body: "x\n".to_owned(),
        message_id: "x@lab".to_owned(),
        date: Timestamp::from_micros(1_795_445_413_000_000),
    }
}

#[tokio::test]
async fn the_password_is_said_once_as_the_server_offers() {
    let plain = trusted(&["250-x\r\n250 AUTH LOGIN PLAIN\r\n", "235 yes\r\n", "250 still here\r\n"]).await;
    let mut session = plain.open().await.expect("a session");
    assert!(session.is_alive().await);
    assert_eq!(plain.secured.text(), format!("EHLO site\r\nAUTH PLAIN {PLAIN}\r\nNOOP\r\n"));

    let login = trusted(&["250-x\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 yes\r\n"]).await;
    login.open().await.expect("a session");
    assert_eq!(login.secured.text(), format!("EHLO site\r\nAUTH LOGIN\r\nYWRh\r\n{LOGIN}\r\n"));
}

#[tokio::test]
async fn ways_to_fail_behind_tls_are_told_apart() {
    for (told, outcome) in [
        // Offered before TLS is not offered after it.
        (&["250 x\r\n"][..], Outcome::NothingSafe),
        (&["250-x\r\n250 AUTH NTLM GSSAPI XOAUTH2\r\n"], Outcome::NothingSafe),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "535 5.7.8 no\r\n"], Outcome::WrongPassword),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "535 5.7.8 no: p%40ss wörd\r\n"], Outcome::WrongPassword),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "501 cannot decode AGFkYQBwJTQwc3Mgd8O2cmQ=\r\n"], Outcome::WrongPassword),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "534 5.7.9 too weak\r\n"], Outcome::NothingSafe),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "525 5.7.13 disabled\r\n"], Outcome::Disabled),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "432 4.7.12 a new password is needed\r\n"], Outcome::Expired),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "454 4.7.0 later\r\n"], Outcome::Unreachable),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "334 and more\r\n"], Outcome::Broken),
        (&["250-x\r\n250 AUTH PLAIN\r\n", "AGFkYQBwJTQwc3Mgd8O2cmQ=\r\n"], Outcome::Broken),
        (&["250-x\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", "535 no\r\n"], Outcome::WrongPassword),
        (&["550 go away\r\n"], Outcome::Broken),
    ] {
        let peer = trusted(told).await;
        let failure = peer.refusal().await;
        assert_eq!(failure.outcome, outcome, "{told:?}: {failure}");
        assert!(peer.secured.count("AUTH ") <= 1, "one attempt only: {}", peer.secured.text());
        if outcome == Outcome::NothingSafe && told.len() == 1 {
            assert_eq!(peer.secured.text(), "EHLO site\r\n");
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_closes_or_never_ends_behind_tls_is_broken() {
    let hanging = |told: &'static [&'static str]| async move { assert_eq!(trusted(told).await.refusal().await.outcome, Outcome::Broken) };
    tokio::join!(hanging(&[]), hanging(&["250-x\r\n250 AUTH PLAIN\r\n"]), hanging(&["250-x\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n"]));
    let endless: &'static str = "2".repeat(200_000).leak();
    for told in [&["250-x\r\n250 AUTH PLAIN\r\n", "!"][..], &["!"], vec![endless].leak(), vec!["250-x\r\n250 AUTH PLAIN\r\n", endless].leak()] {
        let failure = trusted(told).await.refusal().await;
        assert_eq!(failure.outcome, Outcome::Broken, "{failure}");
    }
}

#[tokio::test]
async fn a_session_that_failed_is_not_used_again() {
    let endless: &'static str = "2".repeat(200_000).leak();
    for (answer, outcome) in
        [("!", Outcome::Broken), (endless, Outcome::Broken), ("451 later\r\n", Outcome::Unreachable), ("550 never\r\n", Outcome::LacksRight)]
    {
        let told: Vec<&'static str> = vec!["250-x\r\n250 AUTH PLAIN\r\n", "235 yes\r\n", answer, "250 this is late\r\n", "250 and this\r\n"];
        let mut session = trusted(told.leak()).await.open().await.expect("a session");
        let failure = session.send(&mail()).await.expect_err("a refusal");
        assert_eq!(failure.outcome, outcome, "{failure}");
        if answer == endless {
            assert!(failure.detail.contains("more than"), "it is not read to its end: {failure}");
        }
        assert!(!session.is_alive().await);
    }
}

#[tokio::test]
async fn a_session_that_nobody_waited_for_is_not_used_again() {
    // The first question is not answered while somebody waits, the next is: with what belongs to the first.
    let peer = trusted(&["250-x\r\n250 AUTH PLAIN\r\n", "235 yes\r\n", "", "250 this belongs to the first\r\n"]).await;
    let mut session = peer.open().await.expect("a session");
    let (mail, heard) = (mail(), async {
        while peer.secured.count("MAIL") == 0 {
            tokio::task::yield_now().await;
        }
    });
    tokio::select! {
        sent = session.send(&mail) => panic!("it was not answered: {sent:?}"),
        () = heard => {}
    }
    assert!(!session.is_alive().await);
}

#[tokio::test]
async fn what_cannot_be_said_is_not_said() {
    let peer = trusted(&["250-x\r\n250 AUTH PLAIN\r\n"]).await;
    for (user, password) in [("ada\0root", &b"x"[..]), ("ada", b"a\0b"), ("ada", b"\xff\xfe")] {
        let password = provost_store::keys::Secret::new(password.to_vec());
        let failure = MailSession::open(&peer.server, Some(&Credential { user, password: &password })).await.err().expect("a refusal");
        assert_eq!(failure.outcome, Outcome::RefusedByRule, "{failure}");
    }
    for hello in ["", "site\r\nMAIL FROM:<a@b.test>", "two words"] {
        let server = MailServer { hello: hello.to_owned(), ..peer.server.clone() };
        assert_eq!(MailSession::open(&server, None).await.err().expect("a refusal").outcome, Outcome::RefusedByRule);
    }
    assert_eq!(peer.secured.count("AUTH"), 0);
}
