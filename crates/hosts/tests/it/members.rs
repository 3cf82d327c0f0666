//! Members of the domain: what their local groups and shares answer.

use crate::controller::Controller;
use provost_hosts::{Host, Session, Share, local_groups};
use provost_lab::lab::Lab;
use provost_lab::topology::CORP;
use provost_sd::{Sid, well_known};
use std::net::SocketAddr;

fn member(lab: &Lab, name: &str) -> Host {
    Host { name: format!("{name}.{}", CORP.dns), addresses: vec![SocketAddr::new(lab.address(name).expect("an address"), 445)] }
}

#[tokio::test]
async fn a_host_tells_which_local_groups_a_sign_in_is_in() {
    let Some(dc) = Controller::of_this_run() else { return };
    let session = dc.session("ben").await.expect("a session");
    let sid: Sid = dc.lab.sid_of("dc1", &format!("{}\\ben", CORP.netbios)).expect("known").parse().expect("an identifier");
    let users = sid.domain().and_then(|domain| domain.with_rid(513)).expect("a group");
    let groups = local_groups(&session, &[sid, users, well_known::AUTHENTICATED_USERS]).await.expect("groups");
    assert!(groups.iter().any(|group| group.sid == well_known::USERS), "{groups:?}");
    let administrators = sid.domain().and_then(|domain| domain.with_rid(512)).expect("a group");
    let groups = local_groups(&session, &[administrators]).await.expect("groups");
    assert!(groups.iter().any(|group| group.sid == well_known::ADMINISTRATORS), "{groups:?}");
    assert!(local_groups(&session, &["S-1-5-21-7-8-9-1000".parse().expect("an identifier")]).await.expect("groups").is_empty());
}

#[tokio::test]
async fn a_share_lets_in_refuses_or_is_not_there() {
    let Some(dc) = Controller::of_this_run() else { return };
    let session = dc.session("ben").await.expect("a session");
    assert_eq!(session.share("sysvol").await, Ok(Share::Open));
    assert_eq!(session.share("C$").await, Ok(Share::NotThere));
}

#[tokio::test]
async fn a_member_answers_as_a_controller_does() {
    let Some(dc) = Controller::of_this_run() else { return };
    if dc.lab.host("file1").is_err() {
        return;
    }
    let session = Session::open(&member(&dc.lab, "file1"), &dc.credential("ben")).await.expect("a session");
    assert_eq!(session.share("share").await, Ok(Share::Open));
    let sid: Sid = dc.lab.sid_of("dc1", &format!("{}\\ben", CORP.netbios)).expect("known").parse().expect("an identifier");
    let administrators = sid.domain().and_then(|domain| domain.with_rid(512)).expect("a group");
    let groups = local_groups(&session, &[administrators]).await.expect("groups");
    eprintln!("{groups:?}");
    assert!(groups.iter().any(|group| group.sid == well_known::ADMINISTRATORS), "{groups:?}");
}
