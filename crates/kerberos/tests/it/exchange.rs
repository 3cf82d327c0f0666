//! Both sides of an exchange, and what they say to each other afterwards.

use crate::kdc::Kdc;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Acceptor, Credential, Initiator, Mechanism, Sealing};

const HTTP: &str = "HTTP@site.mit.example.test";

/// Lets both sides speak until they are done; the client's name as the server learnt it, and both ends.
fn exchange(initiator: Initiator, acceptor: Acceptor) -> (String, Sealing, Sealing) {
    let (mut initiator, mut acceptor) = (initiator, acceptor);
    let mut client = None;
    let mut step = initiator.step(None).expect("a step");
    for _ in 0..5 {
        let Some(token) = step.token else { break };
        let accepted = acceptor.step(&token).expect("a step");
        client = accepted.client;
        let Some(token) = accepted.token else { break };
        step = initiator.step(Some(&token)).expect("a step");
    }
    assert!(step.complete);
    (client.expect("a name"), initiator.session().expect("a session"), acceptor.session().expect("a session"))
}

#[test]
fn the_server_learns_who_the_client_is_and_what_they_say_is_sealed() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let credential = kdc.sign_in("ada");
    for mechanism in [Mechanism::Kerberos, Mechanism::Spnego] {
        let initiator = Initiator::new(&credential, HTTP, mechanism).expect("an initiator");
        let acceptor = Acceptor::new(&kdc.keytab("http"), None).expect("an acceptor");
        let (client, mut ours, mut theirs) = exchange(initiator, acceptor);
        assert_eq!(client, "ada@MIT.EXAMPLE.TEST");

        let megabyte: Vec<u8> = (0..1 << 20).map(|i: u32| (i % 251) as u8).collect();
        let sealed = ours.wrap(&megabyte).expect("a message");
        assert!(!sealed.windows(64).any(|piece| piece == &megabyte[..64]), "it can be read on the way");
        assert!(theirs.unwrap(&sealed).expect("the message") == megabyte);
        let answer = theirs.wrap(b"").expect("a message");
        assert_eq!(ours.unwrap(&answer).expect("the message"), b"");

        let key = ours.key().expect("a key");
        assert!(key.len() >= 16 && key == theirs.key().expect("a key"), "both sides agree on one key");

        // SASL's choice of a layer is only signed, and is never taken for a message.
        let choice = theirs.wrap_signed(&[7, 0, 16, 0]).expect("a choice");
        assert_eq!(ours.unwrap_signed(&choice).expect("the choice"), [7, 0, 16, 0]);
        let bare = theirs.wrap_signed(b"a message in clear").expect("a message");
        assert_eq!(ours.unwrap(&bare).expect_err("a refusal").outcome, Outcome::Broken);
    }
}

#[test]
fn what_was_changed_repeated_or_reordered_is_refused() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let credential = kdc.sign_in("ada");
    let both = || {
        let initiator = Initiator::new(&credential, HTTP, Mechanism::Kerberos).expect("an initiator");
        let (_, ours, theirs) = exchange(initiator, Acceptor::new(&kdc.keytab("http"), Some(HTTP)).expect("an acceptor"));
        (ours, theirs)
    };
    let (mut ours, mut theirs) = both();
    let sealed = ours.wrap(b"pay ada 10").expect("a message");
    for at in [0, sealed.len() / 2, sealed.len() - 1] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(theirs.unwrap(&changed).is_err(), "byte {at} was changed");
    }
    for length in [0, 1, 15, sealed.len() - 1] {
        assert!(theirs.unwrap(&sealed[..length]).is_err(), "cut to {length}");
    }
    assert_eq!(theirs.unwrap(&sealed).expect("the message"), b"pay ada 10");
    let repeated = theirs.unwrap(&sealed).expect_err("a refusal");
    assert!(repeated.detail.contains("came before"), "{repeated}");

    let (mut ours, mut theirs) = both();
    let (first, second) = (ours.wrap(b"first").expect("a message"), ours.wrap(b"second").expect("a message"));
    assert!(theirs.unwrap(&second).is_err(), "out of order");
    drop(first);
    // Another exchange has another key.
    let (_, mut others) = both();
    assert!(others.unwrap(&second).is_err());
}

#[test]
fn a_token_is_taken_once() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let credential = kdc.sign_in("ada");
    for mechanism in [Mechanism::Kerberos, Mechanism::Spnego] {
        let mut initiator = Initiator::new(&credential, HTTP, mechanism).expect("an initiator");
        let token = initiator.step(None).expect("a step").token.expect("a token");
        let acceptor = || Acceptor::new(&kdc.keytab("http"), None).expect("an acceptor");
        assert_eq!(acceptor().step(&token).expect("a step").client.as_deref(), Some("ada@MIT.EXAMPLE.TEST"));
        let failure = acceptor().step(&token).expect_err("a refusal");
        assert_eq!(failure.outcome, Outcome::RefusedByRule, "{mechanism:?}: {failure}");
    }
}

#[test]
fn two_accounts_of_one_process_do_not_mix() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let (ada, ben) = (kdc.sign_in("ada"), kdc.sign_in("ben"));
    let site = Credential::with_keytab("SITE$@MIT.EXAMPLE.TEST", &kdc.keytab("site")).expect("a credential");
    let whom = |credential: &Credential| {
        let initiator = Initiator::new(credential, HTTP, Mechanism::Spnego).expect("an initiator");
        exchange(initiator, Acceptor::new(&kdc.keytab("http"), None).expect("an acceptor")).0
    };
    std::thread::scope(|scope| {
        for (credential, name) in [(&ada, "ada"), (&ben, "ben"), (&site, "SITE$")] {
            scope.spawn(move || {
                for _ in 0..5 {
                    assert_eq!(whom(credential), format!("{name}@MIT.EXAMPLE.TEST"));
                }
            });
        }
    });
    // One that began keeps its tickets when the credential goes; the others keep theirs.
    let mut begun = Initiator::new(&ada, HTTP, Mechanism::Spnego).expect("an initiator");
    drop(ada);
    assert!(begun.step(None).expect("a step").token.is_some());
    assert_eq!(whom(&ben), "ben@MIT.EXAMPLE.TEST");
}

#[test]
fn a_service_that_nobody_knows_and_a_keytab_for_another_are_told_apart() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let credential = kdc.sign_in("ada");
    let mut initiator = Initiator::new(&credential, "HTTP@unknown.mit.example.test", Mechanism::Spnego).expect("an initiator");
    let failure = initiator.step(None).expect_err("a refusal");
    assert_eq!(failure.outcome, Outcome::NothingSafe, "{failure}");

    let mut initiator = Initiator::new(&credential, HTTP, Mechanism::Spnego).expect("an initiator");
    let token = initiator.step(None).expect("a step").token.expect("a token");
    let mut other = Acceptor::new(&kdc.keytab("ldap"), None).expect("an acceptor");
    assert_eq!(other.step(&token).expect_err("a refusal").outcome, Outcome::Broken);
    let failure = Acceptor::new(&kdc.keytab("ldap"), Some(HTTP)).err().expect("a refusal");
    assert_eq!(failure.outcome, Outcome::RefusedByRule, "{failure}");
    assert_eq!(Acceptor::new(&kdc.folder.join("none"), None).err().expect("a refusal").outcome, Outcome::RefusedByRule);
}

#[test]
fn ntlm_and_nonsense_are_refused() {
    let Some(kdc) = Kdc::from_environment() else { return };
    // NTLM by itself, and as the only choice in SPNEGO (NegTokenInit with 1.3.6.1.4.1.311.2.2.10).
    let ntlm = [&b"NTLMSSP\0\x01\0\0\0\x97\x82\x08\xe2"[..], &[0; 16]].concat();
    let spnego = [
        &b"\x60\x3c\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x32\x30\x30\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a\xa2\x1e\x04\x1c"[..],
        &ntlm[..28],
    ]
    .concat();
    for token in [&ntlm[..], &spnego] {
        let mut acceptor = Acceptor::new(&kdc.keytab("http"), None).expect("an acceptor");
        match acceptor.step(token) {
            Err(failure) => assert!(matches!(failure.outcome, Outcome::NothingSafe | Outcome::Broken), "{failure}"),
            // SPNEGO may ask for another choice; it has not learnt a name and does not speak NTLM.
            Ok(accepted) => {
                assert_eq!(accepted.client, None);
                assert!(!accepted.token.unwrap_or_default().windows(7).any(|piece| piece == b"NTLMSSP"));
            }
        }
    }
    for token in [&b""[..], b"\x60", b"\x60\x84\xff\xff\xff\xff", &[0x60; 4096], b"GET / HTTP/1.1"] {
        let mut acceptor = Acceptor::new(&kdc.keytab("http"), None).expect("an acceptor");
        assert!(acceptor.step(token).is_err(), "{token:?}");
    }
}

#[test]
fn a_session_is_of_a_complete_exchange_only() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let credential = kdc.sign_in("ada");
    let mut initiator = Initiator::new(&credential, HTTP, Mechanism::Kerberos).expect("an initiator");
    assert!(!initiator.step(None).expect("a step").complete, "the server has not proved itself");
    assert_eq!(initiator.session().err().expect("a refusal").outcome, Outcome::NothingSafe);
    for service in ["", "HTTP", "@host", "HTTP@", "HTTP@a\nb"] {
        assert_eq!(Initiator::new(&credential, service, Mechanism::Spnego).err().expect("a refusal").outcome, Outcome::RefusedByRule, "{service:?}");
    }
}
