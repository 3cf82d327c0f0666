//! `cargo xtask lab test`: what it runs, in which lab, and when it refuses.

use provost_lab::lab::Lab;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

/// A test of the lab that needs one controller only.
const TEST: &str = "population::awkward_names_and_strangers_are_there";

fn lab_test(labs: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.arg("--labs").arg(labs).args(["test", "--package", "provost-lab"]).args(arguments);
    command
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_test_runs_in_the_lab_that_is_there_or_in_one_that_goes_with_it() {
    let Some(lab) = Lab::of_this_run() else { return };
    let labs = lab.folder().parent().expect("a lab lies in the folder of all labs");
    let process = |lab: &Lab| lab.host("dc1").expect("a host").network_inode().expect("it runs");
    let before = process(&lab);
    let ran = lab_test(labs, &["--tag", lab.tag(), TEST]).output().expect("it runs");
    assert!(ran.status.success() && told(&ran).contains(&format!("using {} with", lab.tag())), "{}", told(&ran));
    assert!(told(&ran).contains(&format!("passed   provost-lab {TEST}")) && told(&ran).contains("1 of 1 passed"), "{}", told(&ran));
    assert_eq!(process(&lab), before, "the lab is as it was");

    // A folder without a lab that runs, and with the same domains.
    let other = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(labs.join("provisioned"), other.path().join("provisioned")).expect("a link");
    let ran = lab_test(other.path(), &["--hosts", "dc1", TEST]).output().expect("it runs");
    assert!(ran.status.success() && told(&ran).contains("started ") && told(&ran).contains("1 of 1 passed"), "{}", told(&ran));
    assert_eq!(Lab::all(other.path()).expect("labs").len(), 0, "it went with the test");
}

#[test]
fn what_cannot_run_is_refused_before_anything_is_started() {
    let Some(lab) = Lab::of_this_run() else { return };
    let labs = lab.folder().parent().expect("a lab lies in the folder of all labs");
    for (arguments, why) in [
        (&["no_test_has_this_name"][..], "no test of provost-lab has no_test_has_this_name in its name; nothing was started and nothing ran"),
        (&["--hosts", "dc9", TEST], "no host is called dc9; there are dc1, "),
        (&["--tag", "pvlab999", TEST], "no lab pvlab999 runs with dc1, "),
    ] {
        let refused = lab_test(labs, arguments).output().expect("it runs");
        assert!(refused.status.code() == Some(1) && told(&refused).contains(why), "{arguments:?}: {}", told(&refused));
    }
    let refused = lab_test(labs, &["--package", "provost-sd", TEST]).output().expect("it runs");
    assert!(!refused.status.success(), "{}", told(&refused));
    // Somebody who is not root: nothing is built or started, and that is neither passed nor failed.
    let program = tempfile::tempdir().expect("a folder");
    std::fs::copy(env!("CARGO_BIN_EXE_lab"), program.path().join("lab")).expect("a copy");
    for path in [program.path(), &program.path().join("lab")] {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("all may run it");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::chown(folder.path(), Some(65534), Some(65534)).expect("it is nobody's");
    let mut command = Command::new(program.path().join("lab"));
    command.arg("--labs").arg(folder.path()).args(["test", TEST]).current_dir("/").uid(65534).gid(65534);
    let refused = command.output().expect("it runs");
    assert!(refused.status.code() == Some(75) && told(&refused).contains("namespaces need root"), "{}", told(&refused));
}
