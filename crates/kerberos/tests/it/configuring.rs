//! A configuration of the process's own.

use crate::kdc::Kdc;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn a_program_takes_its_own_configuration_and_sees_when_it_changes() {
    let Some(kdc) = Kdc::from_environment() else { return };
    // Beside the tests, cargo builds the examples.
    let program = std::env::current_exe().expect("this program");
    let program: PathBuf = program.parent().and_then(|deps| deps.parent()).expect("a folder").join("examples/configured");
    let port = std::fs::read_to_string(kdc.folder.join("krb5.conf")).expect("a file");
    let controller = port.lines().find_map(|line| line.trim().strip_prefix("kdc = ")).expect("a controller");
    let folder = std::env::temp_dir().join(format!("provost-kerberos-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let output = Command::new(program)
        .arg(folder.join("krb5.conf"))
        .arg(controller)
        .arg(kdc.folder.join("password"))
        .env_remove("KRB5_CONFIG")
        .output()
        .expect("the example runs");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "without a controller: nobody answers\nwith it: signed in\n");
}
