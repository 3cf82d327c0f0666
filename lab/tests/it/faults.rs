//! Faults do what they say, and can be taken back.

use crate::tickets::sign_in;
use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::topology::CORP;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Why no connection is made; `None` when one is.
fn unreachable(lab: &Lab, host: &str, port: u16) -> Option<std::io::ErrorKind> {
    let address = SocketAddr::new(lab.address(host).expect("an address"), port);
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).err().map(|error| error.kind())
}

#[test]
fn accounts_are_locked_and_get_other_passwords() {
    let Some(lab) = Lab::of_this_run() else { return };
    let password = lab.password(&CORP, "svc-source-site");
    lab.lock_account(&CORP, "svc-source-site").expect("it is locked");
    let refused = sign_in(&lab, &CORP, "svc-source-site", &password, None).expect_err("a refusal");
    assert!(refused.contains("revoked"), "{refused}");
    lab.unlock_account(&CORP, "svc-source-site").expect("it is unlocked");
    sign_in(&lab, &CORP, "svc-source-site", &password, None).expect("a ticket");
    lab.change_password(&CORP, "svc-source-site", "Another: 9 wörds").expect("it is changed");
    sign_in(&lab, &CORP, "svc-source-site", "Another: 9 wörds", None).expect("a ticket");
    sign_in(&lab, &CORP, "svc-source-site", &password, None).expect_err("the old one is over");
    lab.change_password(&CORP, "svc-source-site", "x").expect_err("the domain's rules hold");
    lab.change_password(&CORP, "svc-source-site", &password).expect("it is changed back");
}

#[test]
fn hosts_are_cut_off_stopped_filled_and_set_wrong() {
    let Some(own) = OwnLab::beside(&["dc1"]) else { return };
    let lab: &Lab = &own;
    let password = lab.password(&CORP, "ben");
    assert_eq!(unreachable(lab, "dc1", 389), None);

    lab.cut("dc1").expect("it is cut off");
    assert!(matches!(unreachable(lab, "dc1", 389), Some(std::io::ErrorKind::TimedOut | std::io::ErrorKind::HostUnreachable)));
    lab.mend("dc1").expect("it is connected");
    assert_eq!(unreachable(lab, "dc1", 389), None);

    lab.skew_clock("dc1", 600).expect("its clock is wrong");
    let refused = sign_in(lab, &CORP, "ben", &password, None).expect_err("a refusal");
    assert!(refused.contains("Clock skew") || refused.contains("skew"), "{refused}");
    lab.skew_clock("dc1", 0).expect("its clock is right");
    sign_in(lab, &CORP, "ben", &password, None).expect("a ticket");

    lab.fill_disk("dc1").expect("it is full");
    let write = ["-c", "echo more >/srv/more"];
    let refused = run(lab.host("dc1").expect("a host").command("bash").args(write)).expect_err("no room");
    assert!(refused.to_string().contains("No space left"), "{refused}");
    lab.empty_disk("dc1").expect("it is empty");
    run(lab.host("dc1").expect("a host").command("bash").args(write)).expect("room");

    lab.stop_servers("dc1").expect("they stop");
    assert_eq!(unreachable(lab, "dc1", 389), Some(std::io::ErrorKind::ConnectionRefused));
    lab.start_servers("dc1").expect("it starts");
    sign_in(lab, &CORP, "ben", &password, None).expect("a ticket");
    assert!(lab.cut("dc9").is_err());
}
