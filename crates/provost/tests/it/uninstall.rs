//! A site that is uninstalled: what it put elsewhere goes, what it keeps stays until somebody says so, and it does not start by
//! itself.

mod directories;

use crate::person::{Person, Printed};
use crate::postgresql::OnServer;
use serde_json::Value;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

fn json(printed: &Printed) -> Value {
    serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{e}: {} {}", printed.out, printed.err))
}

/// What a command of a person who was there until then would ask the site, who then is not there any more.
fn end_of_the_site_is_asked_for(person: &Person, body: &str) -> String {
    let mut socket = UnixStream::connect(person.data().join("run/provost.sock")).expect("the site's socket");
    let request = format!(
        "POST /api/v1/uninstallation HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("it answers");
    answer
}

/// Waits until a process has ended.
fn ends(site: &mut crate::person::Window) {
    let until = Instant::now() + Duration::from_secs(60);
    while site.child.try_wait().expect("it can be asked").is_none() {
        assert!(Instant::now() < until, "it goes on:\n{}", site.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    site.drain();
}

/// What of one fate a plan names.
fn of_fate<'p>(plan: &'p Value, fate: &str) -> Vec<(&'p str, &'p str)> {
    let items = plan["items"].as_array().expect("a list").iter().filter(|item| item["fate"] == fate);
    items.map(|item| (item["what"].as_str().expect("a thing"), item["place"].as_str().expect("a place"))).collect()
}

#[test]
fn a_site_without_a_directory_is_uninstalled_keeps_its_data_says_so_and_loses_it_when_asked() {
    let person = Person::new();
    let refused = person.types(&["site", "uninstall", "--yes"]);
    assert!(refused.exit == 1 && refused.err.contains("PV1009") && refused.err.contains("provost site run --data"), "{}", refused.err);
    let mut site = person.starts(&["up"]);

    // Looked at, and nothing changed.
    let plan = person.asks(&["site", "uninstall", "--dry-run"]);
    assert_eq!((&plan["can_go"], &plan["deletes_data"], &plan["obstacles"]), (&true.into(), &false.into(), &serde_json::json!([])), "{plan:#}");
    let stays = of_fate(&plan, "stays");
    for name in ["client", "database", "keys", "inboxes", "site.json"] {
        let place = person.data().join(name).display().to_string();
        assert!(stays.contains(&("data", place.as_str())), "{name}: {plan:#}");
    }
    assert!(of_fate(&plan, "goes").iter().all(|(what, _)| *what == "processes"), "{plan:#}");
    let plan = person.asks(&["site", "uninstall", "--dry-run", "--delete-data"]);
    let database = person.data().join("database").display().to_string();
    assert!(of_fate(&plan, "goes").contains(&("data", database.as_str())), "{plan:#}");
    for (arguments, rule, exit) in [
        (&["site", "uninstall", "--no-input"][..], "PV1017", 2),
        (&["site", "uninstall"], "PV1017", 2),
        (&["site", "uninstall", "--yes", "--leave", "corp.example.test"], "PV1014", 2),
        (&["site", "uninstall", "--yes", "--database", "postgres://setup@127.0.0.1/other"], "PV1019", 1),
    ] {
        let refused = person.types(arguments);
        assert!(refused.exit == exit && refused.err.contains(rule), "{arguments:?}: {} {}", refused.exit, refused.err);
    }
    assert_eq!(person.asks(&["site", "show"])["code"], "LAB", "it runs as before");

    // On a terminal, what goes is shown before it is asked.
    let wrong = person.on_a_terminal("XYZ", &["site", "uninstall"]);
    assert!(wrong.exit != 0 && wrong.out.contains("Stays") && wrong.out.contains("Type LAB to go on"), "{}", wrong.out);

    let done = person.asks(&["site", "uninstall", "--yes"]);
    assert_eq!((&done["site"], &done["data_deleted"], &done["left"]), (&"LAB".into(), &false.into(), &serde_json::json!([])), "{done:#}");
    ends(&mut site);
    assert!(site.text().contains("the site was uninstalled, and stops"), "{}", site.text());
    assert_eq!(site.child.wait().expect("its end").code(), Some(0));

    // It does not start by itself, whoever starts it, and says when it was uninstalled and what to do.
    for start in [&["up", "--listen", "127.0.0.1:0"][..], &["site", "run", "--listen", "127.0.0.1:0"]] {
        let refused = person.types(start);
        assert_eq!(refused.exit, 1);
        let at = done["uninstalled_at"].as_str().expect("a time");
        for words in ["PV1018", at, "by owner", "provost site uninstall --delete-data --data", "provost up --reinstall --data"] {
            assert!(refused.err.contains(words), "{words}: {}", refused.err);
        }
    }
    let again = person.asks(&["site", "uninstall"]);
    assert_eq!(again["uninstalled_at"], done["uninstalled_at"], "it is uninstalled already, and nothing is asked");

    // Started again, with everything that it knew.
    let mut site = person.starts(&["up", "--reinstall"]);
    let acts: Vec<String> = person.asks(&["ledger", "list", "--limit", "500"])["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["act"].as_str().unwrap_or_default().to_owned())
        .collect();
    let after = |act: &str| acts.iter().position(|known| known == act).unwrap_or_else(|| panic!("{act}: {acts:?}"));
    assert!(after("site.uninstall-look") < after("site.uninstall") && after("site.uninstall") < after("site.reinstall"), "{acts:?}");
    assert_eq!(person.types(&["ledger", "verify"]).exit, 0);
    assert_eq!(person.asks(&["client", "list"])["items"].as_array().map(Vec::len), Some(1), "its client is the same");

    // Now with its data, but for what is not its own.
    std::fs::write(person.data().join("notes.txt"), "mine").expect("a file");
    let done = person.asks(&["site", "uninstall", "--yes", "--delete-data"]);
    assert_eq!((&done["data_deleted"], &done["data_keeps"]), (&true.into(), &serde_json::json!(["notes.txt"])), "{done:#}");
    ends(&mut site);
    let left: Vec<_> = std::fs::read_dir(person.data()).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}

#[test]
fn whoever_uninstalls_and_is_gone_before_its_end_goes_on_where_it_stopped() {
    let person = Person::new();
    let mut site = person.starts(&["up"]);
    let answer = end_of_the_site_is_asked_for(&person, r#"{"delete_data":true}"#);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    ends(&mut site);
    let refused = person.types(&["up", "--listen", "127.0.0.1:0"]);
    assert!(refused.err.contains("PV1018") && refused.err.contains("did not come to its end"), "{}", refused.err);
    assert!(refused.err.contains("go on uninstalling it: provost site uninstall --delete-data"), "{}", refused.err);
    // What was asked for then is done now, when somebody confirms it.
    assert!(person.types(&["site", "uninstall", "--no-input"]).err.contains("PV1017"));
    // A removal that was cut short, too.
    std::fs::remove_dir_all(person.data().join("keys")).and_then(|()| std::fs::remove_dir_all(person.data().join("run"))).expect("half of it");
    let done = person.asks(&["site", "uninstall", "--yes"]);
    assert_eq!((&done["data_deleted"], person.data().exists()), (&true.into(), false), "{done:#}");
}

#[test]
fn logins_go_from_postgresql_and_the_rows_when_asked_and_the_set_up_login_stays() {
    let Some(database) = OnServer::new() else { return };
    let (person, url, account) = (Person::new(), database.url(), database.account());
    let code = database.code.to_lowercase();
    let flags = ["--database", &url, "--database-password-file", &database.pass_file];
    let no_logins = format!(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname LIKE 'provost\\_{code}\\_%' OR rolname = '{account}') THEN RAISE 'there'; END IF; END $$"
    );
    let gone = || database.says("postgres", &no_logins);
    let mut site = person.starts(&[&["up", "--client", "false", "--code", &database.code], &flags[..]].concat());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux").trim().to_owned();
    let bound = person.pipes("p%40ss\n", &["account", "add", &account, "--for", "management-point-connection", "--on", &host, "--password-file", "-"]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    assert_eq!(person.types(&["verify", &account, "--fail-on", "never"]).exit, 0);
    let uninstall = |more: &[&str]| person.types(&[&["site", "uninstall", "-o", "json"], more, &flags[..]].concat());

    // Whoever does not say where the rows are is not believed that there is nothing.
    let refused = person.types(&["site", "uninstall", "--dry-run"]);
    assert!(refused.exit == 1 && refused.err.contains("PV1019") && refused.err.contains("--database URL"), "{}", refused.err);

    // Rehearsed at the server: what is in the way there is found before, and nothing is changed.
    assert!(database.says(&database.name, "CREATE TABLE public.others (n int)"));
    assert!(database.says(&database.name, &format!("GRANT SELECT ON public.others TO provost_{code}_provider")));
    for arguments in [&["--dry-run"][..], &["--yes"]] {
        let refused = uninstall(arguments);
        assert!(refused.exit == 1 && refused.err.contains("PV1019") && refused.err.contains("privileges for table public.others"), "{}", refused.err);
    }
    assert!(database.says(&database.name, "DROP TABLE public.others"));
    let plan = json(&uninstall(&["--dry-run"]));
    let (goes, login) = (of_fate(&plan, "goes"), format!("provost_{code}_provider"));
    assert!(goes.contains(&("login", login.as_str())) && goes.contains(&("login", account.as_str())), "{plan:#}");
    assert!(of_fate(&plan, "stays").contains(&("login", "provost_setup")) && plan["can_go"] == true, "{plan:#}");
    assert!(!gone(), "it was only looked");
    assert_eq!(person.asks(&["site", "show"])["code"], database.code, "and the site runs as before");

    // The site ends, and whoever uninstalls is gone before the logins are.
    assert!(end_of_the_site_is_asked_for(&person, "{}").starts_with("HTTP/1.1 200 "));
    ends(&mut site);
    assert!(!gone());
    let done = json(&uninstall(&["--yes"]));
    assert!(gone(), "{done:#}");
    let dropped = done["logins_dropped"].as_array().expect("a list");
    assert!(dropped.len() == provost_catalog::database::PRINCIPALS.len() + 1 && done["tables_dropped"] == 0 && done["database"] == url, "{done:#}");
    assert!(database.says(&database.name, "SELECT 1/count(*) FROM provost.ledger WHERE act = 'site.uninstall-logins'"), "it is in the ledger");
    let refused = person.types(&[&["up", "--listen", "127.0.0.1:0"], &flags[..]].concat());
    assert!(refused.err.contains("PV1018") && refused.err.contains(&format!("its rows in {url}")), "{}", refused.err);
    assert!(gone(), "a start that is refused makes nothing");
    assert_eq!(json(&uninstall(&[]))["logins_dropped"].as_array().map(Vec::len), Some(0), "again, there is nothing to do");

    // Started again it has its logins again; then everything goes, but for what others put there.
    let mut site = person.starts(&[&["up", "--client", "false", "--reinstall"], &flags[..]].concat());
    assert!(!gone());
    assert!(database.says(&database.name, "CREATE TABLE provost.notes (n int)"));
    let done = json(&uninstall(&["--yes", "--delete-data"]));
    ends(&mut site);
    assert!(gone() && !person.data().exists(), "{done:#}");
    assert_eq!(done["schema_keeps"], serde_json::json!(["relation notes"]), "{done:#}");
    assert!(database.says(&database.name, "SELECT 1/(count(*) % 2) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'provost'"));
}
