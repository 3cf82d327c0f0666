//! A site that is backed up while it runs, and goes on at another machine.

use crate::agent::{Agent, starts_told, waits};
use crate::person::{Person, logs};
use std::os::unix::fs::PermissionsExt;

const PASSPHRASE: &str = "correct horse battery staple";

fn acts(person: &Person) -> Vec<String> {
    let entries = person.asks(&["ledger", "list"]);
    entries["items"].as_array().expect("a list").iter().map(|entry| entry["act"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_site_goes_on_at_another_machine_and_its_clients_with_it() {
    let (old, new) = (Person::new(), Person::new());
    let site = old.starts(&["up", "--client", "false"]);
    let token = old.asks(&["client", "token"])["token"].as_str().expect("a token").to_owned();
    let agent = Agent::new();
    let client = agent.starts(&old, &site, Some(&token));
    agent.waits_at_rest(&old);
    waits(&old, "its start is told", || starts_told(&old) == 1);
    let marker = "Zq7%40xW ümlaut 日本 9f";
    assert_eq!(old.pipes(&format!("{marker}\n"), &["account", "add", "corp.example.test\\svc", "--for", "network-access", "--password-file", "-"]).exit, 0);

    let home = old.data().parent().expect("a home").to_path_buf();
    let file = home.join("site.backup").display().to_string();
    let passphrase_file = home.join("passphrase").display().to_string();
    let backup = ["site", "backup", &file, "--passphrase-file", &passphrase_file];
    std::fs::write(&passphrase_file, format!("{PASSPHRASE}\n")).expect("a file");
    std::fs::set_permissions(&passphrase_file, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let printed = old.types(&backup);
    assert!(printed.exit == 2 && printed.err.contains("PV2102"), "a passphrase that others read: {}", printed.err);
    std::fs::set_permissions(&passphrase_file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    let printed = old.types(&backup);
    assert_eq!(printed.exit, 0, "{}", printed.err);
    assert_eq!(std::fs::metadata(&file).expect("the backup").permissions().mode() & 0o777, 0o600);
    assert!(!printed.out.contains(PASSPHRASE) && !printed.err.contains(PASSPHRASE));
    assert!(acts(&old).contains(&"site.backup".to_owned()));
    assert!(old.types(&backup).err.contains("is there already"));
    let in_itself = old.data().join("site.backup").display().to_string();
    assert!(old.pipes("long enough to be one", &["site", "backup", &in_itself, "--passphrase-file", "-"]).err.contains("in the data folder"));
    let short = old.pipes("short\n", &["site", "backup", &format!("{file}2"), "--passphrase-file", "-"]);
    assert!(short.exit == 2 && short.err.contains("12 characters"), "{}", short.err);
    let devices = old.asks(&["device", "list"])["items"].as_array().map(Vec::len);
    drop(client);
    assert_eq!(site.interrupted().0, 0);

    let restore = ["site", "restore", &file, "--passphrase-file"];
    let wrong = new.pipes("not the passphrase\n", &[&restore[..], &["-"]].concat());
    assert!(wrong.exit == 1 && wrong.err.contains("PV2110"), "{}", wrong.err);
    let whole = std::fs::read(&file).expect("the backup");
    let cut = format!("{file}.cut");
    std::fs::write(&cut, &whole[..whole.len() - 100]).expect("a file");
    let printed = new.types(&["site", "restore", &cut, "--passphrase-file", &passphrase_file]);
    assert!(printed.exit == 1 && printed.err.contains("PV2110"), "{}", printed.err);
    assert!(!new.data().exists(), "nothing of a backup that does not open is there");
    let printed = new.types(&[&restore[..], &[&passphrase_file]].concat());
    assert_eq!(printed.exit, 0, "{}", printed.err);
    let again = new.types(&[&restore[..], &[&passphrase_file]].concat());
    assert!(again.exit == 1 && again.err.contains("PV2111"), "{}", again.err);

    let site = new.starts(&["up", "--client", "false"]);
    assert_eq!(new.types(&["ledger", "verify"]).exit, 0);
    assert!(acts(&new).contains(&"site.restore".to_owned()));
    assert_eq!(new.asks(&["account", "show", "corp.example.test\\svc"])["secret"]["version"], 1);
    assert_eq!(new.types(&["site", "rekey"]).exit, 0, "every secret opens: {}", logs(&new.data()));
    assert_eq!(new.asks(&["device", "list"])["items"].as_array().map(Vec::len), devices);
    // The client knows nothing of the move.
    let client = agent.starts_again();
    waits(&new, "its second start is told", || starts_told(&new) == 2);
    agent.waits_at_rest(&new);
    assert_eq!(new.asks(&["client", "list"])["items"].as_array().map(Vec::len), devices, "nobody registered anew");
    drop((client, site));
}

#[test]
fn a_site_that_keeps_its_rows_elsewhere_is_not_taken_for_an_empty_one() {
    let person = Person::new();
    let site = person.starts(&["up", "--client", "false"]);
    assert_eq!(site.interrupted().0, 0);
    let backup = |name: &str| {
        let file = person.data().with_extension(name).display().to_string();
        person.pipes(PASSPHRASE, &["site", "backup", &file, "--passphrase-file", "-"])
    };
    assert_eq!(backup("first").exit, 0, "of a site that is stopped");
    let database = person.data().join("database");
    let copy = person.data().with_extension("database");
    std::fs::rename(&database, &copy).expect("moved");
    let printed = backup("second");
    assert!(printed.exit == 1 && printed.err.contains("elsewhere"), "{}", printed.err);
    assert!(!database.exists(), "none was made");
    assert!(!person.data().with_extension("second").exists());
}
