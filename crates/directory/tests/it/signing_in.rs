//! Ways to sign in, and to be refused.

use crate::controller::{Controller, WAYS, Way};
use provost_directory::{Place, Session, SignIn};
use provost_domain::outcome::Outcome;
use provost_lab::topology::CORP;
use provost_store::keys::Secret;
use std::net::SocketAddr;

#[tokio::test]
async fn every_form_of_a_name_signs_in_and_the_controller_says_who_it_is() {
    let Some(dc) = Controller::of_this_run() else { return };
    let password = dc.password("ben");
    let ben = format!("CN=Ben Ordinary,OU=People,OU=Provost,{}", CORP.base);
    let names = ["ben@corp.example.test", "corp.example.test\\ben", "CORP\\ben", "ben", ben.as_str()];
    for (way, user) in WAYS.iter().flat_map(|way| names.map(|name| (*way, name))) {
        let opened = dc.open(way, user, &password).await;
        if way == Way::Kerberos && user.contains('=') {
            assert_eq!(opened.err().map(|failure| failure.outcome), Some(Outcome::RefusedByRule), "Kerberos knows no distinguished names");
            continue;
        }
        let mut session = opened.unwrap_or_else(|failure| panic!("{way:?} {user}: {failure}"));
        assert!(session.is_alive().await);
        let root = session.root();
        assert_eq!(root.dns_domain().as_deref(), Some(CORP.dns));
        assert_eq!(root.dns_forest().as_deref(), Some(CORP.dns));
        assert_eq!(root.host, "dc1.corp.example.test");
        assert_eq!(root.ad_site.as_deref(), Some("Default-First-Site-Name"));
        assert!(root.highest_usn > 0 && root.invocation_id.is_some());
    }
}

#[tokio::test]
async fn a_computer_signs_in_with_its_keytab_and_only_with_its_own() {
    let Some(dc) = Controller::of_this_run() else { return };
    let keytab = dc.lab.keytab(&CORP, "site1").expect("a keytab");
    let sign_in = |principal| SignIn::ComputerAccount { principal, keytab: &keytab };
    let mut session = Session::open(&dc.place, sign_in("SITE1$@CORP.EXAMPLE.TEST")).await.expect("a session, whatever is said about TLS");
    assert!(session.is_alive().await);
    assert!(Session::open(&dc.place, sign_in("DC1$@CORP.EXAMPLE.TEST")).await.is_err());
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let Some(dc) = Controller::of_this_run() else { return };
    let wrong = Secret::new(b"wrong".to_vec());
    let refused = async |way: Way, user: &str, password: &Secret| {
        let opened = dc.open(way, &format!("{user}@{}", CORP.dns), password).await;
        opened.err().unwrap_or_else(|| panic!("{way:?} {user} signs in")).outcome
    };
    for way in WAYS {
        assert_eq!(refused(way, "svc-viewer", &wrong).await, Outcome::WrongPassword, "{way:?}");
        assert_eq!(refused(way, "svc-viewer", &Secret::new(Vec::new())).await, Outcome::RefusedByRule, "{way:?}");
        assert_eq!(refused(way, "emil", &dc.password("emil")).await, Outcome::MustChangePassword, "{way:?}");
        // The lab says which lab this is; over TLS the controller gives the reason, with Kerberos it gives one for three.
        for (user, over_tls) in [("carla", Outcome::Disabled), ("dora", Outcome::Expired), ("frida", Outcome::Locked)] {
            let told = refused(way, user, &dc.password(user)).await;
            let expected = if way == Way::Tls { over_tls } else { Outcome::LockedOrDisabled };
            assert_eq!(told, expected, "{way:?} {user}");
        }
    }
    assert_eq!(refused(Way::Tls, "gustav", &dc.password("gustav")).await, Outcome::Expired);
    assert_eq!(refused(Way::Tls, "nobody", &wrong).await, Outcome::WrongPassword, "Samba does not tell who exists");
    assert_eq!(refused(Way::Kerberos, "nobody", &wrong).await, Outcome::NoSuchAccount);
}

#[tokio::test]
async fn a_controller_that_cannot_be_reached_or_trusted_is_passed_over_and_a_refusal_is_not_repeated() {
    let Some(mut dc) = Controller::of_this_run() else { return };
    let password = dc.password("ben");
    for way in WAYS {
        dc.place.hosts = vec!["127.0.0.1:1".to_owned(), "dc1.corp.example.test".to_owned()];
        dc.open(way, "ben", &password).await.unwrap_or_else(|failure| panic!("the second answers: {failure}"));

        dc.place.hosts = vec!["127.0.0.1:1".to_owned(), "nowhere.corp.example.test".to_owned()];
        let failure = dc.open(way, "ben", &password).await.err().expect("nobody answers");
        assert_eq!(failure.outcome, Outcome::Unreachable);
        assert!(failure.detail.contains("127.0.0.1") && failure.detail.contains("nowhere"), "{failure}");

        // Twice the same host: were the second asked too, it would count as well.
        dc.place.hosts = vec!["dc1.corp.example.test".to_owned(); 2];
        let before = bad_passwords(&dc).await;
        let failure = dc.open(way, "svc-source-db", &Secret::new(b"wrong".to_vec())).await.err().expect("a refusal");
        assert_eq!(failure.outcome, Outcome::WrongPassword);
        assert_eq!(bad_passwords(&dc).await, before + 1, "{way:?}: told once, counted once");
    }
    dc.place.hosts.clear();
    dc.place.ca_pem = Some(other_authority());
    let failure = dc.open(Way::Tls, "ben", &password).await.err().expect("not trusted");
    assert_eq!(failure.outcome, Outcome::CertificateNotTrusted);

    dc.place = Place { dns_domain: "elsewhere.example.test".to_owned(), ..dc.place };
    let failure = dc.open(Way::Tls, "ben", &password).await.err().expect("no such domain");
    assert_eq!(failure.outcome, Outcome::Unreachable);
    assert!(failure.detail.contains("elsewhere.example.test"), "{failure}");
}

async fn bad_passwords(dc: &Controller) -> i64 {
    let dn = format!("CN=svc-source-db,OU=Service Accounts,OU=Provost,{}", CORP.base);
    let user = dc.session(Way::Tls, "Administrator").await.read(&dn, &["badPwdCount"]).await.expect("an answer").expect("a user");
    user.number("badPwdCount").unwrap_or(0)
}

/// An authority that has nothing to do with the domain's.
fn other_authority() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    parameters.self_signed(&key).expect("a certificate").pem().into_bytes()
}

#[tokio::test]
async fn name_servers_tell_where_tickets_are_given_or_what_they_do_not_know() {
    let Some(dc) = Controller::of_this_run() else { return };
    let controller = SocketAddr::new(dc.lab.address("dc1").expect("an address"), 88);
    // A site that nobody is in leaves all of the domain.
    for ad_site in [None, Some("Default-First-Site-Name"), Some("Nowhere")] {
        let place = Place { ad_site: ad_site.map(str::to_owned), ..dc.place.clone() };
        assert_eq!(place.ticket_servers().await, Ok(vec![controller]), "{ad_site:?}");
    }
    let place = Place { dns_domain: "nobody.corp.example.test".to_owned(), ..dc.place.clone() };
    let failure = place.ticket_servers().await.expect_err("nobody is there");
    assert!(failure.outcome == Outcome::Unreachable && failure.detail.contains("there is no _kerberos._tcp.dc._msdcs.nobody.corp"), "{failure}");
}
