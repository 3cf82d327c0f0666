//! What a domain controller of Active Directory writes into tickets.

use provost_domain::outcome::Outcome;
use provost_kerberos::{Accepted, Acceptor, Credential, Initiator, Mechanism, NotTold, membership_now};
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;

const HTTP: &str = "HTTP@site1.corp.example.test";

fn accepted(lab: &Lab, person: &str) -> Accepted {
    let credential = Credential::with_password(&format!("{person}@CORP.EXAMPLE.TEST"), lab.password(&CORP, person).as_bytes()).expect("a credential");
    let token = Initiator::new(&credential, HTTP, Mechanism::Spnego).expect("an initiator").step(None).expect("a step").token.expect("a token");
    let mut acceptor = Acceptor::new(&lab.keytab(&CORP, "site1").expect("a keytab"), None).expect("an acceptor");
    acceptor.step(&token).expect("a step")
}

#[test]
fn a_ticket_tells_the_groups_of_its_client_nested_ones_too() {
    let Some(lab) = Lab::of_this_run() else { return };
    let ada = accepted(&lab, "ada");
    assert_eq!(ada.client.as_deref(), Some("ada@CORP.EXAMPLE.TEST"));
    let (ada, ben) = (ada.membership.expect("groups"), accepted(&lab, "ben").membership.expect("groups"));
    assert_eq!((ada.name.as_str(), ada.domain.as_str(), ben.name.as_str()), ("ada", "CORP", "ben"));
    assert_ne!(ada.user, ben.user);
    // Site Operators, and by way of it Provost Administrators, which is local to the domain.
    let more: Vec<_> = ada.groups.iter().filter(|group| !ben.groups.contains(group)).collect();
    assert_eq!(more.len(), 2, "{more:?}");
    assert!(more.iter().all(|group| group.domain() == ada.user.domain() && ada.is_or_is_in(group) && !ben.is_or_is_in(group)));
}

#[test]
fn a_domain_controller_tells_refusals_apart() {
    let Some(lab) = Lab::of_this_run() else { return };
    for (person, outcome) in [
        ("emil", Outcome::MustChangePassword),
        ("gustav", Outcome::MustChangePassword),
        ("carla", Outcome::LockedOrDisabled),
        ("frida", Outcome::LockedOrDisabled),
        ("nobody", Outcome::NoSuchAccount),
    ] {
        let failure = Credential::with_password(&format!("{person}@CORP.EXAMPLE.TEST"), lab.password(&CORP, person).as_bytes()).err().expect("a refusal");
        assert_eq!(failure.outcome, outcome, "{person}: {failure}");
    }
    let failure = Credential::with_password("ben@CORP.EXAMPLE.TEST", b"another password").err().expect("a refusal");
    assert_eq!(failure.outcome, Outcome::WrongPassword, "{failure}");
}

#[test]
fn a_computer_learns_who_somebody_is_now_without_them() {
    let Some(lab) = Lab::of_this_run() else { return };
    let keytab = lab.keytab(&CORP, "site1").expect("a keytab");
    let now = |person: &str| membership_now(&keytab, "SITE1$@CORP.EXAMPLE.TEST", &format!("{person}@CORP.EXAMPLE.TEST"));
    let (with_ticket, without) = (accepted(&lab, "ada").membership.expect("groups"), now("ada").expect("groups"));
    assert_eq!(without.user, with_ticket.user);
    // Who said that it is them is told apart (S-1-18-1, S-1-18-2); groups are the same.
    let of_domain = |group: &&provost_sd::Sid| group.domain() == with_ticket.user.domain();
    assert!(with_ticket.groups.iter().filter(of_domain).eq(without.groups.iter().filter(of_domain)), "{without:?}");
    for person in ["carla", "dora", "frida", "nobody"] {
        assert!(matches!(now(person), Err(NotTold::Refused(_))), "{person}: {:?}", now(person));
    }
    // What is wrong with this machine says nothing of the person.
    let other = membership_now(&keytab, "DC1$@CORP.EXAMPLE.TEST", "ada@CORP.EXAMPLE.TEST");
    assert!(matches!(other, Err(NotTold::Unknown(_))), "{other:?}");
    let gone = membership_now(&keytab, "SITE1$@ELSEWHERE.EXAMPLE.TEST", "ada@CORP.EXAMPLE.TEST");
    assert!(matches!(gone, Err(NotTold::Unknown(_))), "{gone:?}");
}
