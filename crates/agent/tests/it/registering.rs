//! Registration: known by a key, approved by somebody, with a certificate that is renewed in time.

use crate::client::{Client, everything_in};
use crate::server::{Server, policy};
use provost_catalog::rules::code;
use provost_domain::{Approval, Digest};
use provost_wire::client::{inventory, state};
use provost_wire::envelope::Kind;

#[test]
fn it_asks_until_the_site_has_looked() {
    let (server, client) = (Server::start(), Client::new());
    server.state().approval = None;
    let _running = client.start(&server);
    server.wait("it asks again", |state| state.registrations.len() >= 3);
    {
        let mut state = server.state();
        let [first, .., last] = &state.registrations[..] else { panic!("several") };
        assert_eq!((first.client, &first.public_key), (last.client, &last.public_key));
        assert_ne!(first.nonce, last.nonce, "every registration has a nonce of its own");
        state.approval = Some(Approval::Approved);
    }
    client.wait_at_rest();
}

#[test]
fn a_registered_client_keeps_its_messages_until_it_is_approved() {
    let (server, client) = (Server::start(), Client::new());
    server.state().approval = Some(Approval::Registered);
    let _running = client.start(&server);
    client.wait("it waits for approval", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3004")) && s["messages_waiting"] == 4);
    assert_eq!(server.state().registrations.len(), 1, "it does not register again and again");
    server.state().approval = Some(Approval::Approved);
    client.wait_at_rest();
    assert_eq!(server.state().kept.len(), 4);
}

#[test]
fn a_token_that_comes_later_is_shown_once_and_is_nowhere_afterwards() {
    let (server, client) = (Server::start(), Client::new());
    {
        let mut state = server.state();
        state.approval = Some(Approval::Registered);
        state.token = Some("the-right-token".to_owned());
    }
    std::fs::write(client.token_file(), "a-wrong-token\n").expect("it writes");
    let _running = client.start(&server);
    client.wait("it waits for approval", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3004")));
    server.wait("it tries again", |state| state.requests.iter().filter(|r| r.contains("policy")).count() >= 3);
    assert_eq!(server.state().registrations.iter().filter(|r| r.token.is_some()).count(), 1, "a token that did not help is not shown again");
    std::fs::write(client.token_file(), "the-right-token\n").expect("it writes");
    client.wait_at_rest();
    assert!(!client.token_file().exists());
    let left = everything_in(&client.data());
    assert!(!left.contains("the-right-token") && !left.contains("a-wrong-token"));
}

#[test]
fn a_client_that_the_site_forgot_says_everything_anew() {
    let (server, client) = (Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    drop(running);
    server.forget_clients();
    let before = server.state().kept.len();
    let _running = client.start_again();
    server.wait("all is said", |state| state.kept[before..].iter().any(|m| m.kind == Kind::HardwareInventory));
    client.wait_at_rest();
    let state = server.state();
    assert_eq!(state.registrations.len(), 2);
    assert_eq!(state.registrations[0].client, state.registrations[1].client);
    let again = &state.kept[before..];
    let kinds: std::collections::BTreeSet<&str> = again.iter().map(|m| m.kind.word()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["hardware-inventory", "heartbeat", "state", "status"]);
    let states = again.iter().find(|m| m.kind == Kind::State).expect("states");
    assert!(state::parse(&states.body).expect("the site takes it").resync);
    let report = again.iter().find(|m| m.kind == Kind::HardwareInventory).expect("an inventory");
    assert_eq!(inventory::parse(&report.body).expect("the site takes it").extent, provost_domain::inventory::Extent::Full);
}

#[test]
fn a_certificate_that_runs_out_soon_is_renewed_and_works_meanwhile() {
    let (server, client) = (Server::start(), Client::new());
    server.state().certificate_days = 10;
    let running = client.start(&server);
    client.wait_at_rest();
    let first = std::fs::read(client.data().join("client.pem")).expect("a certificate");
    let asked = server.state().registrations.len();
    assert!(asked >= 2, "it asks at once");
    drop(running);
    server.state().certificate_days = 365;
    let _running = client.start_again();
    server.wait("it asks again", |state| state.registrations.len() > asked);
    client.wait_at_rest();
    assert_ne!(std::fs::read(client.data().join("client.pem")).expect("a certificate"), first);
    assert_eq!(server.state().registrations.len(), asked + 1, "then there is time");
}

#[test]
fn a_certificate_that_the_handshake_refuses_leads_to_a_registration() {
    let (server, client) = (Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    drop(running);
    server.distrust_clients();
    let registered = server.state().registrations.len();
    let _running = client.start_again();
    server.wait("it registers again", |state| state.registrations.len() > registered);
    client.wait("it tells why", |s| s["problem"].as_str().is_some_and(|p| p.contains("certificate")));
    assert!(client.data().join("client.pem").exists(), "the old one is kept until there is another");
}

#[test]
fn a_server_of_another_authority_hears_nothing() {
    let (server, impostor, client) = (Server::start(), Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    drop(running);
    let _running = {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_provost-client"));
        command.args(["run", "--with-parent", "--management-point", &impostor.address.to_string()]).arg("--data").arg(client.data());
        crate::client::Running(command.stdin(std::process::Stdio::piped()).spawn().expect("it starts"))
    };
    client.wait("it tells why", |s| s["problem"].as_str().is_some_and(|p| p.contains("not from the site's authority")));
    assert!(impostor.state().requests.is_empty());
}

#[test]
fn a_management_point_of_another_site_gets_no_registration() {
    let (server, client) = (Server::start(), Client::new());
    server.state().site = "P01".parse().expect("a code");
    std::fs::write(client.token_file(), "a-token").expect("it writes");
    let _running = client.start(&server);
    client.wait("it tells why", |s| s["problem"].as_str().is_some_and(|p| p.contains("belongs to site P01")));
    assert!(server.state().registrations.is_empty());
}

#[test]
fn a_policy_that_nobody_signed_is_not_taken_and_stops_nothing() {
    let (server, client) = (Server::start(), Client::new());
    {
        let mut state = server.state();
        let mut payload = policy(state.site, 99);
        payload.schedule.heartbeat_minutes = 1;
        let signed = provost_wire::signature::Signed::new(serde_json::to_string(&payload).expect("it serialises"), &[0; 64]);
        state.policy_document = Some(serde_json::to_vec(&signed).expect("it serialises"));
    }
    let _running = client.start(&server);
    client.wait("it tells why", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3015")) && s["messages_waiting"] == 0);
    assert_eq!(server.state().kept.len(), 4);
    assert!(client.standing()["policy_version"].is_null());
    server.state().policy_document = None;
    client.wait_at_rest();
    assert_eq!(client.standing()["policy_version"], 1);
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let (server, client) = (Server::start(), Client::new());
    server.state().policy_document = Some(vec![b' '; 8 * 1024 * 1024]);
    let _running = client.start(&server);
    client.wait("it tells why", |s| s["problem"].as_str().is_some_and(|p| p.contains("broke off")));
    server.state().policy_document = None;
    client.wait_at_rest();
}

#[test]
fn the_key_can_be_compared_before_approving() {
    let (server, client) = (Server::start(), Client::new());
    let _running = client.start(&server);
    client.wait_at_rest();
    let state = server.state();
    let registered = Digest::of(state.registrations[0].public_key.to_string().as_bytes()).to_string();
    let standing = client.standing();
    assert_eq!(standing["key_sha256"], registered);
    assert_eq!(standing["client"], state.registrations[0].client.to_string());
    assert_eq!(standing["running"], true);
    let text = String::from_utf8(client.status(false).stdout).expect("text");
    assert!(text.contains(&registered) && text.contains("valid until"), "{text}");
}

#[test]
fn a_blocked_client_keeps_what_it_has_to_say() {
    let (server, client) = (Server::start(), Client::new());
    server.state().refuse_all = Some(code::CLIENT_BLOCKED);
    let _running = client.start(&server);
    client.wait("it is told", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3005")));
    server.state().refuse_all = None;
    client.wait_at_rest();
    assert_eq!(server.state().kept.len(), 4);
}
