//! What measures discovery works: on a small directory, with the program as it is built for tests. No time is asserted.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::indexing_slicing, reason = "tests")]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Users, computers and groups: as many of each.
const EACH: i64 = 300;

#[test]
fn a_small_directory_is_read_stored_and_found_right_row_by_row() {
    if !rustix::process::geteuid().is_root() || !Path::new("/usr/sbin/slapd").exists() {
        assert!(std::env::var_os("CI").is_none(), "needs root, and apt-get install slapd ldap-utils");
        println!("skipped: needs root, and apt-get install slapd ldap-utils");
        return;
    }
    let bench = Path::new(env!("CARGO_BIN_EXE_provost-bench"));
    let program = bench.with_file_name("provost");
    assert!(program.exists(), "{} is missing: cargo build -p provost", program.display());
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(bench).arg("--program").arg(&program).arg("--on").arg(folder.path()).args(["discovery", "--each", &EACH.to_string()]).output();
    let output = output.expect("the program runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let claims: Vec<&str> = lines.iter().filter_map(|line| line["claim"].as_str()).collect();
    assert_eq!(claims, ["discovery (first)", "discovery (unchanged)", "discovery (delta)", "discovery (large groups)", "discovery (rows)"]);
    for line in &lines {
        assert!(line["figure"].is_number() && line["unit"].is_string(), "{line}");
    }
    for line in &lines[..3] {
        for field in ["wall_seconds", "server_cpu_seconds", "slapd_cpu_seconds", "peak_mib_resident"] {
            assert!(line[field].is_number(), "{field}: {line}");
        }
    }
    for method in ["ad-system", "ad-user", "ad-group"] {
        let of = |line: usize, field: &str| lines[line]["runs"][method][field].as_i64().unwrap_or_else(|| panic!("no {field} of {method}: {}", lines[line]));
        assert!(of(0, "read") >= EACH && of(0, "stored") >= EACH, "{}", lines[0]);
        assert!(of(1, "stored") >= EACH, "{}", lines[1]);
        assert_eq!((of(1, "new"), of(1, "changed")), (0, 0), "nothing changed: {}", lines[1]);
        assert!(of(2, "changed") > 0, "a change is found: {}", lines[2]);
    }
    assert_eq!(lines[4]["objects"], EACH * 3);
    assert_eq!(lines[4]["figure"], 0, "rows are wrong or lost: {}", lines[4]);
}
