//! The data folder: one site at a time, one person only, and how commands find the site.

use crate::person::Person;
use std::os::unix::fs::PermissionsExt;

#[test]
fn commands_say_that_no_site_runs() {
    let person = Person::new();
    let printed = person.types(&["device", "list"]);
    assert_eq!((printed.exit, printed.out.as_str()), (1, ""));
    assert!(printed.err.starts_with("error[PV1009]: "), "{}", printed.err);
    assert!(printed.err.contains("provost up"), "{}", printed.err);
}

#[test]
fn a_site_elsewhere_needs_a_way_to_check_its_certificate() {
    let person = Person::new();
    let printed = person.types(&["device", "list", "--server", "https://127.0.0.1:1"]);
    assert_eq!(printed.exit, 4, "{}", printed.err);
    assert!(printed.err.contains("--fingerprint"), "{}", printed.err);
    assert_eq!(person.types(&["device", "list", "--server", "http://127.0.0.1:1"]).exit, 2);
}

#[test]
fn a_second_site_on_the_folder_is_refused() {
    let person = Person::new();
    let first = person.starts(&["site", "run"]);
    let printed = person.types(&["site", "run", "--listen", "127.0.0.1:0"]);
    assert_eq!(printed.exit, 1);
    assert!(printed.err.starts_with("error[PV1003]: "), "{}", printed.err);
    assert!(printed.err.contains(&first.child.id().to_string()), "{}", printed.err);
    // The running site is found by its folder, and by nothing else.
    let (elsewhere, data) = (Person::new(), person.data().display().to_string());
    assert!(elsewhere.asks(&["site", "show", "--data", &data])["code"].is_string());
    assert!(elsewhere.types(&["site", "show"]).err.starts_with("error[PV1009]: "));
    assert_eq!(std::fs::metadata(person.data()).expect("there").permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_port_that_is_taken_is_named_with_the_fix() {
    let person = Person::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for flag in ["--listen", "--mp-listen"] {
        let mut arguments = vec!["site", "run", flag, &address];
        if flag == "--mp-listen" {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        let printed = person.types(&arguments);
        assert_eq!(printed.exit, 1, "{flag}: {}", printed.err);
        assert!(printed.err.starts_with("error[PV1008]: "), "{flag}: {}", printed.err);
        assert!(printed.err.contains(&address) && printed.err.contains(flag), "{flag}: {}", printed.err);
    }
}
