//! Ends: on request, with its parent, and never two at a time.

use crate::client::{Client, ended};
use crate::server::Server;
use std::io::Read;

#[test]
fn it_stops_when_its_parent_is_gone() {
    let (server, client) = (Server::start(), Client::new());
    let mut running = client.start(&server);
    client.wait_at_rest();
    drop(running.0.stdin.take());
    assert_eq!(ended(&mut running).code(), Some(0));
    assert!(!client.standing()["running"].as_bool().expect("a fact"));
}

#[test]
fn it_stops_when_asked_even_while_the_server_is_away() {
    let (server, client) = (Server::start(), Client::new());
    server.state().approval = None;
    let mut running = client.start(&server);
    server.wait("it asks", |state| !state.registrations.is_empty());
    let pid = rustix::process::Pid::from_raw(i32::try_from(running.0.id()).expect("a process id")).expect("a process id");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is asked");
    assert_eq!(ended(&mut running).code(), Some(0));
}

#[test]
fn a_second_client_leaves_the_first_ones_folder_alone() {
    let (server, client) = (Server::start(), Client::new());
    let _running = client.start(&server);
    client.wait_at_rest();
    let requests = server.state().requests.len();
    let mut second = client.start_again();
    assert_eq!(ended(&mut second).code(), Some(1));
    let mut said = String::new();
    second.0.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it reads");
    assert!(said.contains("another client runs"), "{said}");
    assert_eq!(server.state().requests.len(), requests);
}

#[test]
fn without_settings_it_says_what_is_missing() {
    let client = Client::new();
    let mut running = client.start_again();
    assert_eq!(ended(&mut running).code(), Some(1));
    let mut said = String::new();
    running.0.stderr.take().expect("it is piped").read_to_string(&mut said).expect("it reads");
    assert!(said.contains("--trust"), "{said}");
}
