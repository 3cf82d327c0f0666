//! A configuration of the process's own.

use crate::kdc::Kdc;
use std::ffi::OsStr;
use std::process::Command;

/// What one of the examples prints, without a configuration in its environment.
fn run(example: &str, arguments: &[&OsStr]) -> String {
    // Beside the tests, cargo builds the examples.
    let program = std::env::current_exe().expect("this program");
    let program = program.parent().and_then(|deps| deps.parent()).expect("a folder").join("examples").join(example);
    let output = Command::new(program).args(arguments).env_remove("KRB5_CONFIG").output().expect("the example runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn a_program_takes_its_own_configuration_and_sees_when_it_changes() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let port = std::fs::read_to_string(kdc.folder.join("krb5.conf")).expect("a file");
    let controller = port.lines().find_map(|line| line.trim().strip_prefix("kdc = ")).expect("a controller");
    let folder = tempfile::tempdir().expect("a folder");
    let said = run("configured", &[folder.path().join("krb5.conf").as_os_str(), controller.as_ref(), kdc.folder.join("password").as_os_str()]);
    assert_eq!(said, "without a controller: nobody answers\nwith it: signed in\n");
}

#[test]
fn a_program_that_knows_where_realms_are_has_the_library_ask_there_and_follow_referrals() {
    let Some(kdc) = Kdc::from_environment() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let said = run("guided", &[folder.path().join("krb5.conf").as_os_str(), kdc.folder.as_os_str()]);
    let told: Vec<&str> = said.lines().collect();
    assert_eq!(
        told,
        [
            "ada@NOWHERE.EXAMPLE.TEST: nobody answers (nobody knows it)",
            "ada@MIT.EXAMPLE.TEST: signed in",
            // At once, though the library has read the file a moment ago.
            "ada@SKEWED.EXAMPLE.TEST: the clocks differ by too much",
            "HTTP@site.branch.example.test: a ticket",
            "asked for: NOWHERE.EXAMPLE.TEST, MIT.EXAMPLE.TEST, SKEWED.EXAMPLE.TEST, BRANCH.EXAMPLE.TEST",
        ],
        "{said}"
    );
}
