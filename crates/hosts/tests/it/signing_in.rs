//! Ways to a session, and what is not taken for one.

use crate::controller::Controller;
use crate::relay::Relay;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_hosts::{Holders, Policy, Session};
use provost_kerberos::Credential;
use provost_lab::topology::{CORP, FABRIKAM};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const RIGHT: &str = "SeDebugPrivilege";

async fn look(addresses: &[SocketAddr], credential: &Credential) -> Result<Holders, Failure> {
    let session = Session::open(&Controller::at(addresses), credential).await?;
    assert_eq!(session.host(), "dc1.corp.example.test");
    Policy::open(&session).await?.holders(RIGHT).await
}

#[tokio::test]
async fn an_ordinary_account_and_a_computer_sign_in_and_see_the_same() {
    let Some(dc) = Controller::of_this_run() else { return };
    let keytab = dc.lab.keytab(&CORP, "site1").expect("a keytab");
    let computer = Credential::with_keytab("SITE1$@CORP.EXAMPLE.TEST", &keytab).expect("tickets");
    let seen = look(&[dc.address()], &dc.credential("ben")).await.expect("holders");
    assert!(matches!(&seen, Holders::Known(holders) if !holders.is_empty()), "{seen:?}");
    assert_eq!(look(&[dc.address()], &computer).await, Ok(seen));
}

#[tokio::test]
async fn whatever_answer_is_changed_on_the_way_nothing_is_believed() {
    let Some(dc) = Controller::of_this_run() else { return };
    let credential = dc.credential("ben");
    let untouched = Relay::changing(dc.address(), usize::MAX).await;
    look(&[untouched.address], &credential).await.expect("holders");
    let messages = untouched.passed();
    assert!(messages > 8, "{messages}");
    for number in 0..messages {
        let relay = Relay::changing(dc.address(), number).await;
        let failure = look(&[relay.address], &credential).await.err().unwrap_or_else(|| panic!("message {number} was changed and believed"));
        eprintln!("{number}: {failure}");
        assert!(matches!(failure.outcome, Outcome::Broken | Outcome::NothingSafe), "{number}: {failure}");
    }
}

#[tokio::test]
async fn tickets_of_a_domain_that_is_not_trusted_sign_nobody_in() {
    let Some(dc) = Controller::of_this_run() else { return };
    if dc.lab.host("dc3").is_err() {
        eprintln!("\n{}: this lab has no dc3 ***\n", provost_lab::lab::SKIPPED);
        return;
    }
    let password = dc.lab.password(&FABRIKAM, "ben");
    let stranger = Credential::with_password(&format!("ben@{}", FABRIKAM.realm), password.as_bytes()).expect("tickets");
    assert!(look(&[dc.address()], &stranger).await.is_err());
}

/// A peer that says this once it was asked, and closes.
async fn peer(says: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(says).await;
        }
    });
    address
}

#[tokio::test]
async fn a_peer_that_does_not_speak_smb_gets_no_ticket_and_is_told_from_one_that_does_not_answer() {
    let Some(dc) = Controller::of_this_run() else { return };
    let credential = dc.credential("ben");
    let refusing: SocketAddr = "127.0.0.1:1".parse().expect("an address");
    let failure = look(&[refusing], &credential).await.expect_err("nobody is there");
    assert!(failure.outcome == Outcome::Unreachable && failure.detail.contains("127.0.0.1:1"), "{failure}");
    for says in [&b""[..], b"HTTP/1.1 400 Bad Request\r\n\r\n", &[0, 0xff, 0xff, 0xff, 1, 2, 3], &[0, 0, 0, 4, 0xfe, b'S', b'M', b'B']] {
        let failure = look(&[peer(says).await], &credential).await.expect_err("no host");
        assert!(matches!(failure.outcome, Outcome::Broken | Outcome::Unreachable), "{says:?}: {failure}");
    }
    look(&[refusing, dc.address()], &credential).await.expect("the second address answers");
}
