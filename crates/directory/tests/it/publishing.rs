//! The schema and the container of a domain of this test's own: an extension is for ever.

use crate::controller::Controller;
use provost_directory::{NotPublished, Place, Session, SignIn, container};
use provost_domain::boundary::{Boundary, BoundaryKind};
use provost_domain::outcome::Outcome;
use provost_domain::publishing::{Published, Truth, changes, desired};
use provost_lab::lab::{Lab, OwnLab, Settings};
use provost_lab::topology::CORP;
use provost_store::Credential;
use provost_store::keys::Secret;

async fn session(lab: &Lab, account: &str) -> Session {
    let ca_pem = Some(std::fs::read(lab.authority()).expect("the authority"));
    let place = Place { dns_domain: CORP.dns.to_owned(), dns_servers: lab.dns_servers(&CORP), ca_pem, ..Place::default() };
    let password = Secret::new(lab.password(&CORP, account).into_bytes());
    let user = format!("{account}@{}", CORP.dns);
    Session::open(&place, SignIn::Password(Credential { user: &user, password: &password })).await.unwrap_or_else(|failure| panic!("{account}: {failure}"))
}

fn truth() -> Truth {
    let boundary = |kind, value| Boundary::new(kind, value).expect("a boundary");
    Truth {
        site: "LAB".parse().expect("a code"),
        forest: CORP.dns.to_owned(),
        version: "0.1.0".to_owned(),
        management_points: vec!["site1.corp.example.test".to_owned()],
        boundaries: vec![
            boundary(BoundaryKind::IpSubnet, "192.0.2.0/24"),
            boundary(BoundaryKind::ActiveDirectorySite, "Berlin"),
            boundary(BoundaryKind::ActiveDirectorySite, "Paris, \"Nord\" + Süd"),
        ],
    }
}

/// Makes what is published equal to the truth, and says in how many changes.
async fn publish(session: &mut Session, truth: &Truth, wanted: &[Published]) -> Result<usize, NotPublished> {
    let container = container(CORP.base);
    let changes = changes(truth.site, wanted, &session.published(&container).await?);
    for change in &changes {
        session.publish(&container, change).await?;
    }
    Ok(changes.len())
}

fn by_name(mut objects: Vec<Published>) -> Vec<Published> {
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    objects
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_becomes_the_truth_and_goes_again() {
    let Some(shared) = Controller::of_this_run() else { return };
    let labs = shared.lab.folder().parent().expect("a folder of labs").to_owned();
    let lab = tokio::task::block_in_place(|| OwnLab::start(&Settings::new(&labs, &["dc1"]))).expect("a lab");
    let (container, mut truth) = (container(CORP.base), truth());
    let mut publisher = session(&lab, "svc-ad-forest").await;
    let mut administrator = session(&lab, "Administrator").await;

    assert_eq!(publish(&mut publisher, &truth, &desired(&truth)).await, Err(NotPublished::NoSchema));
    assert_eq!(publisher.extend_schema().await.expect_err("no member of Schema Admins").outcome, Outcome::LacksRight);
    let before = administrator.schema_state().await.expect("a look");
    assert_eq!((before.present.len(), before.missing.len()), (0, 18));
    administrator.extend_schema().await.expect("an extension");
    let after = administrator.schema_state().await.expect("a look");
    assert_eq!((after.present.len(), after.missing.len()), (18, 0));
    let again = administrator.extend_schema().await.expect_err("once");
    assert_eq!(again.outcome, Outcome::RefusedByRule);
    assert!(again.detail.contains("mSSMSSiteCode"), "{again}");

    // The server reads its schema at intervals, or when it is told to, and then for new connections.
    let mut publisher = session(&lab, "svc-ad-forest").await;
    assert_eq!(publish(&mut publisher, &truth, &desired(&truth)).await, Ok(3));
    assert_eq!(by_name(publisher.published(&container).await.expect("a look")), by_name(desired(&truth)));
    assert_eq!(publish(&mut publisher, &truth, &desired(&truth)).await, Ok(0), "nothing is written twice");

    let mut ordinary = session(&lab, "ben").await;
    let other = Truth { site: "P01".parse().expect("a code"), ..truth.clone() };
    let refused = publish(&mut ordinary, &other, &desired(&other)).await;
    assert_eq!(refused, Err(NotPublished::LacksRight { right: "Create mSSMSSite objects".to_owned(), on: container.clone() }));
    let refused = publish(&mut ordinary, &truth, &[]).await.expect_err("a right is missing");
    assert!(matches!(&refused, NotPublished::LacksRight { right, on } if right == "Delete" && on.starts_with("CN=SMS-")), "{refused}");
    truth.boundaries.pop();
    let refused = publish(&mut ordinary, &truth, &desired(&truth)).await.expect_err("a right is missing");
    assert!(matches!(&refused, NotPublished::LacksRight { right, .. } if right == "Write mSSMSRoamingBoundaries"), "{refused}");

    publish(&mut publisher, &other, &desired(&other)).await.expect("another site");
    truth.management_points.insert(0, "mp2.corp.example.test".to_owned());
    truth.boundaries.clear();
    assert_eq!(publish(&mut publisher, &truth, &desired(&truth)).await, Ok(4), "a range goes, a point comes, the site and the other point change");
    assert_eq!(publish(&mut publisher, &truth, &[]).await, Ok(3));
    assert_eq!(by_name(publisher.published(&container).await.expect("a look")), by_name(desired(&other)), "another site's objects stay");

    let elsewhere = publisher.published(&format!("CN=Nothing,{container}")).await.expect_err("no such place");
    assert!(matches!(elsewhere, NotPublished::NoContainer { .. }), "{elsewhere}");
}
