//! Directories of the lab, as bound accounts and as the site server's computer account.

use crate::place::Place;
use provost_broker::{Asker, Directories, DirectoryEndpoint, Refused};
use provost_catalog::accounts::{AccountKind, Use};
use provost_catalog::rules::code;
use provost_domain::accounts::verification::Standing;
use provost_domain::outcome::Outcome;
use provost_lab::lab::Lab;
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_store::keys::Secret;

const SITE_SERVER: &str = "site1.corp.example.test";

fn endpoint(lab: &Lab, domain: &Domain, object: &str) -> DirectoryEndpoint {
    let keytab = Some(lab.keytab(&CORP, "site1").expect("a keytab"));
    let directories = Directories { dns_servers: lab.dns_servers(domain), ad_site: None, keytab };
    let authority = std::fs::read_to_string(lab.authority()).expect("the authority");
    DirectoryEndpoint::new(&directories, SITE_SERVER, object, domain.dns, &[], Some(&authority))
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_reads_as_the_computer_account_until_another_is_bound() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = Place::new();
    let corp = endpoint(&lab, &CORP, CORP.base);
    let mut session = place.broker.connect(Use::DiscoverUsers, &corp, "discovery", Asker::Component).await.expect("a session");
    assert_eq!(session.account(), "the site server's computer account");
    assert_eq!(session.connection().root().domain_dn, CORP.base);
    session.keep();

    let password = Secret::new(lab.password(&CORP, "svc-ad-users").into_bytes());
    place.bind(AccountKind::ActiveDirectoryUserDiscovery, CORP.base, "svc-ad-users@corp.example.test", &password);
    let session = place.broker.connect(Use::DiscoverUsers, &corp, "discovery", Asker::Component).await.expect("a session");
    assert!(session.account().contains("svc-ad-users"), "{}", session.account());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forest_that_is_not_trusted_is_not_asked_without_an_account() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = Place::new();
    let fabrikam = endpoint(&lab, &FABRIKAM, FABRIKAM.base);
    let refused = place.broker.connect(Use::DiscoverUsers, &fabrikam, "discovery", Asker::Component).await.err().expect("a refusal");
    assert!(matches!(refused, Refused::Unresolved { .. }), "{refused}");

    let wrong = Secret::new(b"wrong".to_vec());
    place.bind(AccountKind::ActiveDirectoryUserDiscovery, FABRIKAM.base, "svc-viewer@fabrikam.example.test", &wrong);
    let refused = place.broker.connect(Use::DiscoverUsers, &fabrikam, "discovery", Asker::Component).await.err().expect("a refusal");
    assert_eq!(refused.outcome(), Outcome::WrongPassword, "{refused}");
}

/// The reader reads by Kerberos, whatever else may be done: a domain controller gives its reason over TLS.
fn over_kerberos(lab: &Lab, object: &str, keytab: bool) -> DirectoryEndpoint {
    let keytab = keytab.then(|| lab.keytab(&CORP, "site1").expect("a keytab"));
    let directories = Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab };
    DirectoryEndpoint::new(&directories, SITE_SERVER, object, CORP.dns, &[], None)
}

fn bind(place: &Place, lab: &Lab, object: &str, account: &str) -> provost_store::accounts::Binding {
    let password = Secret::new(lab.password(&CORP, account).into_bytes());
    place.bind(AccountKind::ActiveDirectoryUserDiscovery, object, &format!("{account}@{}", CORP.dns), &password)
}

async fn refusal(place: &Place, endpoint: &DirectoryEndpoint) -> Refused {
    place.broker.connect(Use::DiscoverUsers, endpoint, "discovery", Asker::Component).await.err().expect("a refusal")
}

const REVOKED: &[(&str, Outcome, u16)] = &[
    ("carla", Outcome::Disabled, code::SIGN_IN_DISABLED),
    ("dora", Outcome::Expired, code::SIGN_IN_EXPIRED),
    ("frida", Outcome::Locked, code::SIGN_IN_LOCKED),
];

#[tokio::test(flavor = "multi_thread")]
async fn where_kerberos_does_not_say_why_the_computer_account_looks() {
    let Some(lab) = Lab::of_this_run() else { return };
    for (account, outcome, number) in REVOKED {
        let place = Place::new();
        bind(&place, &lab, CORP.base, account);
        let refused = refusal(&place, &over_kerberos(&lab, CORP.base, true)).await;
        assert_eq!((refused.outcome(), refused.code()), (*outcome, *number), "{account}: {refused}");
        assert!(refused.to_string().contains("asked as the site server's computer account: its object says that it is"), "{refused}");
        let uses: Vec<_> = place.uses().into_iter().map(|used| (used.identity, used.outcome)).collect();
        let told = [("site-server-computer".to_owned(), "succeeded".to_owned()), ("bound".to_owned(), outcome.id().to_owned())];
        assert_eq!(uses, told, "{account}: both connections are entered");
        assert!(place.ledger().iter().any(|entry| entry.detail.contains("it may read why")), "{:?}", place.ledger());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keytab_an_account_that_is_bound_for_the_domain_looks() {
    let Some(lab) = Lab::of_this_run() else { return };
    for (account, outcome, _) in REVOKED {
        let place = Place::new();
        bind(&place, &lab, CORP.base, account);
        bind(&place, &lab, &format!("OU=People,OU=Provost,{}", CORP.base), "svc-ad-users");
        let refused = refusal(&place, &over_kerberos(&lab, CORP.base, false)).await;
        assert_eq!(refused.outcome(), *outcome, "{account}: {refused}");
        assert!(refused.to_string().contains("asked as svc-ad-users@corp.example.test"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_anybody_who_may_look_it_stays_locked_or_disabled() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = Place::new();
    bind(&place, &lab, CORP.base, "frida");
    // One that is refused itself, one that a failed check blocks, one of another forest.
    bind(&place, &lab, &format!("OU=Servers,OU=Provost,{}", CORP.base), "carla");
    let blocked = bind(&place, &lab, &format!("OU=Groups,OU=Provost,{}", CORP.base), "svc-ad-users");
    place.stand(&blocked, Standing::Blocked);
    let other = Secret::new(lab.password(&FABRIKAM, "svc-ad-users").into_bytes());
    place.bind(AccountKind::ActiveDirectoryUserDiscovery, FABRIKAM.base, "svc-ad-users@fabrikam.example.test", &other);
    let endpoint = over_kerberos(&lab, CORP.base, false);
    let refused = refusal(&place, &endpoint).await;
    assert_eq!((refused.outcome(), refused.code()), (Outcome::LockedOrDisabled, code::SIGN_IN_LOCKED_OR_DISABLED), "{refused}");
    assert_eq!(place.uses().len(), 2, "{:?}", place.uses());
    // It may count towards a lock-out, so a component does not try it again.
    let again = refusal(&place, &endpoint).await;
    assert_eq!(again.outcome(), Outcome::RefusedByRule, "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_account_that_is_bound_signs_in_by_the_keytab_of_its_own_machine_alone() {
    let Some(lab) = Lab::of_this_run() else { return };
    let place = Place::new();
    let endpoint = over_kerberos(&lab, CORP.base, true);
    place.bind_computer(AccountKind::ActiveDirectoryUserDiscovery, CORP.base, "corp.example.test\\SITE1$");
    let session = place.broker.connect(Use::DiscoverUsers, &endpoint, "discovery", Asker::Component).await.expect("a session");
    assert_eq!(session.account(), "corp.example.test\\SITE1$");
    let other = Place::new();
    other.bind_computer(AccountKind::ActiveDirectoryUserDiscovery, CORP.base, "corp.example.test\\FILE1$");
    let refused = refusal(&other, &endpoint).await;
    assert!(refused.to_string().contains("no keytab of that computer"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_controller_that_hangs_is_left_for_the_next_one_with_the_tickets_that_were_got() {
    // It gives tickets too: Kerberos' library waits ten seconds for it at each of four requests, and signing in to it takes fifteen. Twice that.
    const LIMIT: std::time::Duration = std::time::Duration::from_secs(120);
    let test = "directories::a_controller_that_hangs_is_left_for_the_next_one_with_the_tickets_that_were_got";
    let Some(lab) = tokio::task::block_in_place(|| crate::user_rights::own_lab(test, &["dc1", "dc2"])) else { return };
    let place = Place::new();
    bind(&place, &lab, CORP.base, "svc-ad-users");
    let hosts = ["dc1", "dc2"].map(|host| format!("{host}.{}", CORP.dns));
    let directories = Directories { dns_servers: lab.dns_servers(&CORP), ad_site: None, keytab: None };
    let endpoint = DirectoryEndpoint::new(&directories, SITE_SERVER, CORP.base, CORP.dns, &hosts, None);
    lab.hang("dc1").expect("it hangs");
    let begun = std::time::Instant::now();
    let connected = tokio::time::timeout(LIMIT, place.broker.connect(Use::DiscoverUsers, &endpoint, "discovery", Asker::Component)).await;
    eprintln!("connected after {:?}", begun.elapsed());
    let mut session = connected.expect("in time").expect("a session");
    assert_eq!(session.connection().root().host, hosts[1]);
    lab.wake("dc1").expect("it goes on");
}
