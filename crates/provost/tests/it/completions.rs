//! Completions, help and the exit codes of a wrong command line.

use crate::person::Person;

#[test]
fn completions_for_every_shell() {
    let person = Person::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let printed = person.types(&["completions", shell]);
        assert_eq!(printed.exit, 0, "{shell}: {}", printed.err);
        assert!(printed.out.contains("provost"), "{shell}");
    }
    assert_eq!(person.asks(&["completions", "bash"])["shell"], "bash");
}

#[test]
fn a_man_page_for_every_command() {
    let person = Person::new();
    let folder = person.data().join("man/man1");
    let shown = folder.display().to_string();
    assert_eq!(person.asks(&["manual", &shown])["folder"], shown.as_str());
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(page("provost.1").contains("provost\\-device(1)"), "{}", page("provost.1"));
    let list = page("provost-device-list.1");
    for part in [".TH", ".SH SYNOPSIS", "\\-\\-filter", "\\-\\-no\\-input"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    // Written over; where nothing can be written, that is said.
    assert_eq!(person.types(&["manual", &shown]).exit, 0);
    let refused = person.types(&["manual", "/proc/man"]);
    assert_eq!(refused.exit, 1, "{}", refused.err);
    assert!(refused.err.contains("cannot write man pages to /proc/man"), "{}", refused.err);
}

#[test]
fn a_mistyped_word_is_answered_with_the_nearest() {
    let person = Person::new();
    for (typed, meant) in
        [(&["devcie", "list"][..], "device"), (&["device", "lits"], "list"), (&["up", "--lisen", "x"], "--listen"), (&["help", "exit-code"], "exit-codes")]
    {
        let printed = person.types(typed);
        assert_eq!(printed.exit, 2, "{typed:?}: {}", printed.err);
        assert!(printed.err.contains(meant), "{typed:?}: {}", printed.err);
        assert_eq!(printed.out, "", "{typed:?}");
    }
}

#[test]
fn exit_codes_are_explained() {
    let person = Person::new();
    let codes = person.asks(&["help", "exit-codes"]);
    assert_eq!(codes["apiVersion"], "provost/v1");
    let codes: Vec<i64> = codes["items"].as_array().expect("a list").iter().filter_map(|c| c["code"].as_i64()).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130]);
    assert!(person.types(&["help", "device", "list"]).out.contains("Usage: provost device list"));
}

#[test]
fn colours_are_for_terminals() {
    let person = Person::new();
    assert!(!person.types(&["device", "list"]).err.contains('\u{1b}'));
    assert!(person.types(&["device", "list", "--color", "always"]).err.contains('\u{1b}'));
}
