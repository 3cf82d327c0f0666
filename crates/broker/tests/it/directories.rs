//! Directories of the lab, as bound accounts and as the site server's computer account.

use crate::place::Place;
use provost_broker::{Asker, Directories, DirectoryEndpoint, Refused};
use provost_catalog::accounts::{AccountKind, Use};
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
