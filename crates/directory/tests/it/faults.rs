//! What happens to a domain controller, or to an account, while it is read. Each test names the sentence of the seed that it
//! proves, does it the right way, then the forbidden way.

use crate::controller::{BASE, Controller, Way, contact};
use provost_directory::{Ended, Place, Scope, Session, SignIn};
use provost_domain::outcome::Outcome;
use provost_lab::authority::Validity;
use provost_lab::lab::{Lab, OwnLab, Settings};
use provost_lab::population::fleet;
use provost_lab::topology::CORP;
use provost_sd::Dacl;
use provost_store::Credential;
use provost_store::keys::Secret;
use std::ops::ControlFlow;
use std::time::Duration;

/// How the controller of a test's own lab is reached by TLS. Kerberos is not tried there: its library knows the controllers
/// of the run only.
fn place_of(lab: &Lab) -> Place {
    let ca_pem = Some(std::fs::read(lab.authority()).expect("the authority"));
    Place { dns_domain: CORP.dns.to_owned(), dns_servers: lab.dns_servers(&CORP), ca_pem, ..Place::default() }
}

/// A unit with 2,500 contacts: more than a page, so that the rest has to be asked for.
fn many_contacts(lab: &Lab) -> String {
    let unit = format!("OU=Many,{}", fleet(&CORP));
    let mut changes = vec![provost_lab::change::Change::unit(&unit)];
    changes.extend((0..2500).map(|n| contact(format!("CN=C{n:05},{unit}"))));
    lab.change(&CORP, &changes).expect("the controller takes them");
    unit
}

async fn open(lab: &Lab, place: &Place, user: &str) -> Result<Session, provost_domain::Failure> {
    let password = Secret::new(lab.password(&CORP, user).into_bytes());
    Session::open(place, SignIn::Password(Credential { user: &format!("{user}@{}", CORP.dns), password: &password })).await
}

/// adsystem-01: computers are discovered from the locations that were chosen.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_dies_in_the_middle_of_a_search_is_told_and_another_day_all_is_read() {
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let place = place_of(&lab);
    let unit = many_contacts(&lab);
    let mut session = open(&lab, &place, "svc-ad-systems").await.expect("a session");
    let mut seen = 0;
    let failure = session
        .search(&unit, Scope::Subtree, "(objectClass=contact)", &["cn"], |_| {
            seen += 1;
            if seen == 1 {
                lab.stop_servers("dc1").expect("it stops");
            }
            ControlFlow::Continue(())
        })
        .await
        .expect_err("the rest is not there");
    assert!(matches!(failure.outcome, Outcome::Broken | Outcome::Unreachable), "{failure}");
    assert!(failure.detail.contains("entries"), "it is told how far it came: {failure}");
    assert!((1..2500).contains(&seen), "{seen} came before it died");
    assert!(!session.is_alive().await);

    let refused = open(&lab, &place, "svc-ad-systems").await.err().expect("nobody answers");
    assert_eq!(refused.outcome, Outcome::Unreachable, "{refused}");
    lab.start_servers("dc1").expect("it starts");
    let mut session = open(&lab, &place, "svc-ad-systems").await.expect("a session");
    let found = session.search(&unit, Scope::Subtree, "(objectClass=contact)", &["cn"], |_| ControlFlow::Continue(())).await.expect("a search");
    assert_eq!((found.entries, found.ended), (2500, Ended::Complete));
}

/// adsystem-01: a controller that is cut off, so that nobody is told that the connection ended, is given up long before the two
/// minutes that one may work on a page.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_is_cut_off_without_a_word_is_given_up_in_the_middle_of_a_search() {
    const GIVEN_UP: Duration = Duration::from_secs(90);
    let Some(lab) = OwnLab::beside(&["dc1"]) else { return };
    let place = place_of(&lab);
    let unit = many_contacts(&lab);
    let mut session = open(&lab, &place, "svc-ad-systems").await.expect("a session");
    let mut seen = 0;
    let search = session.search(&unit, Scope::Subtree, "(objectClass=contact)", &["cn"], |_| {
        seen += 1;
        if seen == 1 {
            lab.cut("dc1").expect("cut off");
        }
        ControlFlow::Continue(())
    });
    let failure = tokio::time::timeout(GIVEN_UP, search).await.expect("it is given up in time").expect_err("the rest is not there");
    assert!(failure.outcome == Outcome::Broken && failure.detail.contains("no sign of life for 30 s"), "{failure}");
    assert!(!session.is_alive().await);
    lab.mend("dc1").expect("mended");
    assert!(open(&lab, &place, "svc-ad-systems").await.expect("a session").is_alive().await);
}

/// adsystem-01: the server process of a controller hangs, and its computer still takes connections for it. The next one is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_whose_server_hangs_is_left_for_the_next_one() {
    // Twice as long as is said: four seconds for a connection, fifteen for everything after it.
    const LIMIT: Duration = Duration::from_secs(40);
    let Some(lab) = OwnLab::beside(&["dc1", "dc2"]) else { return };
    let hosts = ["dc1", "dc2"].map(|host| format!("{host}.{}", CORP.dns)).to_vec();
    let dc2 = lab.dns_servers(&CORP).into_iter().last().into_iter().collect();
    let place = Place { hosts: hosts.clone(), dns_servers: dc2, ..place_of(&lab) };
    lab.hang("dc1").expect("it hangs");
    let session = tokio::time::timeout(LIMIT, open(&lab, &place, "svc-ad-systems")).await.expect("in time").expect("a session with the other");
    assert_eq!(session.controller(), hosts[1]);
    let [(hung, why)] = session.not_usable() else { panic!("{:?}", session.not_usable()) };
    assert!(*hung == hosts[0] && why.outcome == Outcome::Broken && why.detail.contains("no answer within"), "{why}");
    lab.wake("dc1").expect("it goes on");
    let session = open(&lab, &place, "svc-ad-systems").await.expect("a session");
    assert_eq!(session.controller(), hosts[0]);
}

/// adgroup-04: the account must have Read on the locations. One that is locked while it reads is not tried again and again.
#[tokio::test]
async fn an_account_that_is_locked_during_a_run_reads_to_its_end_and_is_refused_at_the_next() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut session = dc.session(Way::Tls, "svc-crp-db").await;
    dc.lab.lock_account(&CORP, "svc-crp-db").expect("it is locked");
    let found = session.search(&fleet(&CORP), Scope::Subtree, "(objectClass=group)", &["cn"], |_| ControlFlow::Continue(())).await;
    assert!(found.is_ok_and(|found| found.entries > 0 && found.ended == Ended::Complete), "what was begun goes on");

    let next = dc.open(Way::Tls, "svc-crp-db@corp.example.test", &dc.password("svc-crp-db")).await.err().expect("a refusal");
    assert_eq!(next.outcome, Outcome::Locked, "{next}");
    dc.lab.unlock_account(&CORP, "svc-crp-db").expect("it is unlocked");
    assert!(dc.session(Way::Tls, "svc-crp-db").await.is_alive().await);
}

/// adgroup-01: members of groups are discovered. What names nobody any more is kept as it is, and is nobody.
#[tokio::test]
async fn the_sid_of_an_account_that_was_deleted_is_shown_and_names_nobody() {
    let Some(dc) = Controller::of_this_run() else { return };
    let mut session = dc.session(Way::Tls, "svc-ad-groups").await;
    let groups = format!("OU=Groups,{}", fleet(&CORP));
    let descriptor = session.descriptor(&groups).await.expect("an answer").seen().expect("a descriptor");
    let Dacl::List(list) = descriptor.dacl else { panic!("the unit has a list") };
    let mut nobody = Vec::new();
    let trustees: std::collections::BTreeSet<String> = list.aces.iter().map(|ace| ace.trustee.to_string()).filter(|sid| sid.starts_with(CORP.sid)).collect();
    for sid in &trustees {
        let found =
            session.search(BASE, Scope::Subtree, &format!("(objectSid={sid})"), &["sAMAccountName"], |_| ControlFlow::Continue(())).await.expect("a search");
        if found.entries == 0 {
            nobody.push(sid.clone());
        }
    }
    assert_eq!(nobody.len(), 1, "the leaver, of {trustees:?}");
    assert!(trustees.len() > 1, "the others are found");
}

/// adsystem-01, and what a stranger could do with an authority that ended years ago: nobody is told the password.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_has_ended_is_not_trusted_however_well_it_signed() {
    let Some(run) = Lab::of_this_run() else { return };
    let labs = run.folder().parent().expect("a lab lies in the folder of all labs");
    let lab = OwnLab::start(&Settings { validity: Validity::Expired, ..Settings::new(labs, &["dc1"]) }).expect("the lab starts");
    let place = place_of(&lab);
    let Err(failure) = open(&lab, &place, "svc-ad-systems").await else { panic!("it signed in") };
    assert_eq!(failure.outcome, Outcome::CertificateNotTrusted, "{failure}");
    assert!(failure.detail.contains("ended on 2021-01-01"), "{failure}");
}
