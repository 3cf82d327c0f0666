//! Hosts that are signed in to by SSH: by password and by key, and known by a key that stays.

use provost_lab::command::run;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::ssh;
use provost_lab::topology::HOSTS;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Tells as whom and where a session came in.
const WHO: &str = "id -un; hostname";

/// `ssh` that believes the keys of one file, asks nobody, and runs a command.
fn ssh_to(lab: &Lab, name: &str, known_hosts: &Path, how: &[&str], what: &str) -> Command {
    let mut ssh = Command::new("ssh");
    ssh.args(["-F", "none", "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=none", "-o", "IdentityAgent=none"]);
    ssh.args(["-o", &format!("UserKnownHostsFile={}", known_hosts.display())]).args(how);
    ssh.arg(format!("{}@{}", ssh::ACCOUNT, lab.address(name).expect("an address"))).arg(what);
    ssh
}

/// Signs in with a password that `ssh` asks a program for.
fn by_password(lab: &Lab, name: &str, folder: &Path, password: &str) -> std::io::Result<String> {
    let program = folder.join("ask");
    std::fs::write(folder.join("password"), password).expect("it is written");
    std::fs::write(&program, format!("#!/bin/sh\ncat '{}'\n", folder.join("password").display())).expect("it is written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("it is a program");
    let how = ["-o", "NumberOfPasswordPrompts=1", "-o", "PubkeyAuthentication=no"];
    run(ssh_to(lab, name, &lab.ssh_known_hosts(), &how, WHO).env("SSH_ASKPASS", program).env("SSH_ASKPASS_REQUIRE", "force"))
}

/// Signs in with a key and nothing else, and runs a command.
pub fn by_key(lab: &Lab, name: &str, key: &Path, known_hosts: &Path, what: &str) -> std::io::Result<String> {
    let key = key.to_string_lossy();
    run(&mut ssh_to(lab, name, known_hosts, &["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", &key], what))
}

/// What a session of the account prints on a host.
fn session_on(name: &str) -> String {
    format!("{}\n{name}\n", ssh::ACCOUNT)
}

#[test]
fn a_workgroup_host_knows_its_own_accounts_only() {
    let Some(lab) = Lab::of_this_run() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let password = std::fs::read_to_string(lab.host("wg1").expect("a host").folder.join("ssh.password")).expect("a password");
    assert_eq!(by_password(&lab, "wg1", folder.path(), &password).expect("a session"), session_on("wg1"));
    by_password(&lab, "wg1", folder.path(), "another").expect_err("a refusal");
}

#[test]
fn every_host_that_site_systems_are_put_on_takes_the_labs_key_and_no_other() {
    let Some(lab) = Lab::of_this_run() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let another = folder.path().join("another");
    run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&another)).expect("a key");
    let hosts: Vec<&str> = HOSTS.iter().filter(|host| host.kind.takes_ssh()).map(|host| host.name).collect();
    assert_eq!(hosts, ["site1", "file1", "wg1", "db1"]);
    for name in hosts {
        assert_eq!(by_key(&lab, name, &lab.ssh_key(), &lab.ssh_known_hosts(), WHO).expect("a session"), session_on(name));
        let refused = by_key(&lab, name, &another, &lab.ssh_known_hosts(), WHO).expect_err("a refusal");
        assert!(refused.to_string().contains("Permission denied"), "{name}: {refused}");
    }
    // A host that shows the key of another is not signed in to.
    let known = std::fs::read_to_string(lab.ssh_known_hosts()).expect("known hosts");
    let key_of_wg1 = known.lines().find(|line| line.starts_with("wg1,")).and_then(|line| line.split_once(' ')).expect("its line").1;
    let pinned = folder.path().join("known");
    std::fs::write(&pinned, format!("{} {key_of_wg1}\n", lab.address("db1").expect("an address"))).expect("it is written");
    let refused = by_key(&lab, "db1", &lab.ssh_key(), &pinned, WHO).expect_err("a refusal");
    assert!(refused.to_string().contains("Host key verification failed"), "{refused}");
}

#[test]
fn a_hosts_key_is_the_same_in_every_lab_and_nothing_of_its_server_stays() {
    let keys = |own: &OwnLab| std::fs::read_to_string(own.host("wg1").expect("a host").folder.join("ssh_host_key.pub")).expect("a key");
    let Some(first) = OwnLab::beside(&["wg1"]) else { return };
    let (key, folder, network) = (keys(&first), first.folder().to_owned(), first.host("wg1").expect("a host").network_inode().expect("a network"));
    assert!(!crate::traces::processes_of_network(network).is_empty());
    drop(first);
    assert!(!folder.exists() && crate::traces::processes_of_network(network).is_empty());
    assert!(!std::fs::read_to_string("/etc/passwd").expect("accounts").contains(ssh::ACCOUNT), "the account was the host's own");

    let second = OwnLab::beside(&["wg1"]).expect("a lab");
    assert_eq!(keys(&second), key);
    assert_eq!(by_key(&second, "wg1", &second.ssh_key(), &second.ssh_known_hosts(), WHO).expect("a session"), session_on("wg1"));
}
