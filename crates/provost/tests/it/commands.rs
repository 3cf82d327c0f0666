//! Every command on a running site, in every form of output.

use crate::person::Person;
use provost_catalog::rules::code;
use serde_json::Value;

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").expect("Linux").trim().to_owned()
}

/// Every command that only reads, with arguments that exist on a site with this machine as its client.
fn reading(host: &str) -> Vec<Vec<&str>> {
    let mut commands: Vec<Vec<&str>> = [
        "site show",
        "role list",
        "role show management-point",
        "account kinds",
        "account explain network-access",
        "group kinds",
        "group explain SMS_SiteToSiteConnection",
        "device list",
        "client list",
        "inbox list",
        "inbox show discovery",
        "message list",
        "alert list",
        "alert list --all",
        "alert rule list",
        "mail list",
        "ledger list",
        "ledger verify",
        "admin list",
        "admin whoami",
        "explain PV1008",
        "config check",
        "config show",
        "schema",
        "schema device list",
        "completions bash",
        "help exit-codes",
    ]
    .iter()
    .map(|line| line.split(' ').collect())
    .collect();
    commands.push(vec!["device", "show", host]);
    commands.push(vec!["client", "show", host]);
    commands
}

#[test]
fn every_command_answers_in_every_form() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let host = host_name();
    for command in reading(&host) {
        for form in ["table", "wide", "json", "jsonl", "yaml", "csv", "name"] {
            let printed = person.types(&[&command[..], &["-o", form]].concat());
            assert_eq!(printed.exit, 0, "{command:?} -o {form}: {}", printed.err);
            assert!(!printed.out.contains('\u{1b}'), "{command:?} -o {form}");
            match form {
                "json" => {
                    let document: Value = serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{command:?}: {e}: {}", printed.out));
                    assert_eq!(document["apiVersion"], "provost/v1", "{command:?}");
                }
                "yaml" => {
                    let document: Value = serde_saphyr::from_str(&printed.out).unwrap_or_else(|e| panic!("{command:?}: {e}: {}", printed.out));
                    assert_eq!(document["apiVersion"], "provost/v1", "{command:?}");
                }
                "jsonl" => {
                    for line in printed.out.lines() {
                        let document: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{command:?}: {e}: {line}"));
                        assert_eq!(document["apiVersion"], "provost/v1", "{command:?}");
                    }
                }
                _ => assert!(printed.out.ends_with('\n') || printed.out.is_empty(), "{command:?} -o {form}"),
            }
        }
    }
    drop(site);
}

/// The answers of these do not change with time.
#[test]
fn yaml_says_what_json_says() {
    let person = Person::new();
    for command in [&["account", "kinds"][..], &["group", "explain", "SMS Admins"], &["explain"], &["schema", "Device"], &["completions", "bash"]] {
        let printed = person.types(&[command, &["-o", "yaml"]].concat());
        let document: Value = serde_saphyr::from_str(&printed.out).unwrap_or_else(|e| panic!("{command:?}: {e}: {}", printed.out));
        assert_eq!(document, person.asks(command), "{command:?}");
    }
    let refused = person.types(&["group", "explain", "nobody", "-o", "yaml"]);
    let document: Value = serde_saphyr::from_str(&refused.err).expect("the error as a document");
    assert_eq!((&document["error"]["code"], refused.out.as_str()), (&"PV1014".into(), ""), "{}", refused.err);
}

/// The schema of a list names what its items have.
#[test]
fn an_answer_has_what_its_schema_requires() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let (answer, schema) = (person.asks(&["device", "list"]), person.asks(&["schema", "device", "list"]));
    let required =
        |schema: &Value| -> Vec<String> { schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect() };
    for field in required(&schema) {
        assert!(answer.get(&field).is_some(), "{field}: {answer}");
    }
    let of_items = required(&schema["properties"]["items"]["items"]);
    assert!(of_items.contains(&"name".to_owned()), "{schema}");
    for item in answer["items"].as_array().expect("devices") {
        assert!(of_items.iter().all(|field| item.get(field).is_some()), "{item}");
    }
    drop(site);
}

#[test]
fn nothing_is_asked_where_that_is_forbidden() {
    let person = Person::new();
    let site = person.starts(&["site", "run"]);
    person.asks(&["admin", "add", "grace"]);
    for command in [&["admin", "remove", "grace"][..], &["admin", "password", "grace"]] {
        let refused = person.on_a_terminal("grace", &[command, &["--no-input"]].concat());
        assert_eq!(refused.exit, 2, "{command:?}: {}", refused.out);
        assert!(refused.out.contains("--no-input forbids to ask"), "{command:?}: {}", refused.out);
    }
    assert_eq!(person.asks(&["admin", "list"])["items"].as_array().map(Vec::len), Some(1));
    let asked = person.on_a_terminal("grace", &["admin", "remove", "grace"]);
    assert_eq!(asked.exit, 0, "{}", asked.out);
    assert!(asked.out.contains("Type grace to go on"), "{}", asked.out);
    drop(site);
}

#[test]
fn people_are_added_welcomed_and_removed() {
    let person = Person::new();
    let site = person.starts(&["site", "run"]);
    assert_eq!(person.asks(&["admin", "add", "grace"])["object"], "grace");
    let link = person.asks(&["admin", "welcome", "grace"]);
    assert!(link["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{link:#}");

    let weak = person.pipes("abc\n", &["admin", "password", "grace", "--password-file", "-"]);
    assert!(weak.err.starts_with("error[PV5007]: "), "{}", weak.err);
    let password = "Grünes % Pferd, 1906 Kilometer";
    let set = person.pipes(&format!("{password}\n"), &["admin", "password", "grace", "--password-file", "-"]);
    assert_eq!(set.exit, 0, "{}", set.err);

    // Sign in over TLS, by the fingerprint that the site shows to its owner.
    let shown = person.asks(&["site", "show"]);
    let fingerprint = shown["console_fingerprint"].as_str().expect("a fingerprint").to_owned();
    let server = format!("https://{}", site.ready["console"].as_str().expect("an address"));
    let at = |arguments: &[&str]| -> Vec<String> { arguments.iter().map(|a| (*a).to_owned()).chain(["--server".to_owned(), server.clone()]).collect() };
    let types = |input: &str, arguments: &[&str]| person.pipes(input, &at(arguments).iter().map(String::as_str).collect::<Vec<_>>());
    let other = "0".repeat(64);
    let refused = types(&format!("{password}\n"), &["admin", "sign-in", "grace", "--password-file", "-", "--fingerprint", &other]);
    assert_eq!(refused.exit, 1, "another certificate is not accepted: {}", refused.err);
    let wrong = types("wrong\n", &["admin", "sign-in", "grace", "--password-file", "-", "--fingerprint", &fingerprint]);
    assert_eq!(wrong.exit, 4, "{}", wrong.err);
    let right = types(&format!("{password}\n"), &["admin", "sign-in", "grace", "--password-file", "-", "--fingerprint", &fingerprint]);
    assert_eq!(right.exit, 0, "{}", right.err);
    let me = types("", &["admin", "whoami", "-o", "name"]);
    assert_eq!(me.out.trim(), "grace", "{}", me.err);
    assert_eq!(types("", &["admin", "sign-out"]).exit, 0);
    assert_eq!(types("", &["admin", "whoami"]).exit, 4);

    let asked = person.types(&["admin", "remove", "grace"]);
    assert_eq!(asked.exit, 2, "a removal is confirmed: {}", asked.err);
    assert_eq!(person.types(&["admin", "remove", "grace", "--yes"]).exit, 0);
    assert!(!person.asks(&["admin", "list"])["items"].to_string().contains("grace"));
}

#[test]
fn clients_are_blocked_and_unblocked_by_name() {
    let person = Person::new();
    let site = person.starts(&["up"]);
    let host = host_name();
    let approval = || person.asks(&["client", "show", &host])["approval"].as_str().unwrap_or_default().to_owned();
    assert_eq!(approval(), "approved");
    assert_eq!(person.types(&["client", "block", &host]).exit, 0);
    assert_eq!(approval(), "blocked");
    assert_eq!(person.types(&["client", "unblock", &host]).exit, 0);
    assert_ne!(approval(), "blocked");
    assert_eq!(person.types(&["client", "approve", &host]).exit, 0);
    assert_eq!(approval(), "approved");
    assert_eq!(person.types(&["client", "inventory", &host]).exit, 0);
    let token = person.asks(&["client", "token", "--minutes", "5"]);
    assert!(token["token"].as_str().is_some_and(|t| t.len() >= 16), "{token:#}");
    drop(site);
}

#[test]
fn alerts_are_asked_for_and_a_mail_server_is_tried() {
    let person = Person::new();
    let site = person.starts(&["site", "run"]);
    let unset = person.types(&["mail", "show"]);
    assert_eq!(unset.exit, 1);
    assert!(unset.err.starts_with("error[PV2401]: ") && unset.err.contains("provost mail set HOST:PORT --sender ADDRESS"), "{}", unset.err);
    assert!(person.types(&["mail", "test", "ops@corp.example"]).err.starts_with("error[PV2401]: "));

    let add = |arguments: &[&str]| person.types(&[&["alert", "rule", "add"], arguments].concat());
    let added = add(&["silent", "--on", "client-silent", "--hours", "48", "--to", "ops@corp.example", "boss@corp.example"]);
    assert_eq!(added.exit, 0, "{}", added.err);
    assert!(added.err.contains("no SMTP server is set"), "{}", added.err);
    let refused = add(&["other", "--on", "client-silent", "--minutes", "5", "--to", "ops@corp.example"]);
    assert!(refused.err.starts_with("error[PV2403]: ") && refused.err.contains("minutes has no meaning for client-silent"), "{}", refused.err);
    assert_eq!(add(&["other", "--on", "client-silent"]).exit, 2, "somebody is told");
    let rule = || person.asks(&["alert", "rule", "list"])["items"][0].clone();
    assert_eq!((&rule()["words"], &rule()["recipients"][1]), (&"clients silent for longer than 48 h".into(), &"boss@corp.example".into()));
    assert_eq!(person.types(&["alert", "rule", "disable", "silent"]).exit, 0);
    assert_eq!(rule()["enabled"], false);
    assert_eq!(person.types(&["alert", "rule", "enable", "silent"]).exit, 0);
    let mistyped = person.types(&["alert", "rule", "remove", "silnt", "--yes"]);
    assert!(mistyped.err.contains("did you mean silent?"), "{}", mistyped.err);
    assert_eq!(person.types(&["alert", "rule", "remove", "silent"]).exit, 2, "a removal is confirmed");
    assert_eq!(person.types(&["alert", "rule", "remove", "silent", "--yes"]).exit, 0);

    // Nobody listens there.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a port").port();
    let server = format!("127.0.0.1:{port}");
    assert_eq!(person.types(&["mail", "set", &server, "--sender", "provost@corp.example", "--ca-file", "/nonexistent"]).exit, 1);
    let set = person.types(&["mail", "set", &server, "--sender", "provost@corp.example", "--no-sign-in"]);
    assert_eq!(set.exit, 0, "{}", set.err);
    let shown = person.asks(&["mail", "show"]);
    assert_eq!((&shown["host"], &shown["port"], &shown["authenticates"]), (&"127.0.0.1".into(), &port.into(), &false.into()));
    let test = person.types(&["mail", "test", "ops@corp.example"]);
    assert_eq!(test.exit, 1);
    assert!(test.err.starts_with("error[PV2402]: the test to ops@corp.example was not sent") && test.err.contains("nobody answers"), "{}", test.err);
    let mail = person.asks(&["mail", "list"])["items"][0].clone();
    assert_eq!((&mail["state"], &mail["attempts"]), (&"given-up".into(), &1.into()));
    assert_eq!(person.types(&["mail", "remove", "--yes"]).exit, 0);
    assert_eq!(person.types(&["mail", "show"]).exit, 1);
    drop(site);
}

/// Everything that the SMTP server delivered to an address, as one text.
fn delivered(mail: &str, address: &str) -> String {
    let mut texts = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(mail)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => texts.push(std::fs::read_to_string(path).unwrap_or_default()),
            }
        }
    }
    texts.retain(|text| text.contains(&format!("To: {address}")));
    texts.join("\n")
}

#[test]
fn alerts_arrive_by_a_real_mail_server() {
    let Ok(server) = std::env::var("PROVOST_TEST_SMTP") else {
        assert!(std::env::var_os("CI").is_none(), "PROVOST_TEST_SMTP is not set: in CI mail is sent");
        eprintln!("\n*** SKIPPED: PROVOST_TEST_SMTP is not set; see tests/servers/smtp.sh ***\n");
        return;
    };
    let of = |name: &str| std::env::var(name).expect("a variable");
    let passwords = std::fs::read_to_string(of("PROVOST_TEST_SMTP_PASSWORDS")).expect("a file");
    let (sender, recipient) = ("alerts@corp.example.test", "ada@corp.example.test");
    let password = passwords.lines().find_map(|line| line.strip_prefix(sender)?.strip_prefix(":{PLAIN}")).expect("an account");
    let person = Person::new();
    let site = person.starts(&["site", "run"]);
    assert_eq!(person.types(&["mail", "set", &server, "--sender", sender, "--ca-file", &of("PROVOST_TEST_SMTP_CA")]).exit, 0);
    let nobody = person.types(&["mail", "test", recipient]);
    assert!(nobody.exit == 1 && nobody.err.starts_with("error[PV2402]: "), "no account is bound: {}", nobody.err);
    let bound = person.pipes(&format!("{password}\n"), &["account", "add", sender, "--for", "smtp-server-connection", "--password-file", "-"]);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    let test = person.types(&["mail", "test", recipient]);
    assert_eq!(test.exit, 0, "{}", test.err);
    // What a site says when it starts is told.
    assert_eq!(
        person.types(&["alert", "rule", "add", "started", "--on", "status-message", "--severity", "information", "--number", "PV4007", "--to", recipient]).exit,
        0
    );
    drop(site);
    let site = person.starts(&["site", "run"]);
    let began = std::time::Instant::now();
    let sent = || person.asks(&["mail", "list"])["items"].as_array().expect("mails").iter().any(|mail| mail["state"] == "sent" && !mail["alert_id"].is_null());
    while !sent() {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:#}", person.asks(&["mail", "list"]));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let mail = person.asks(&["mail", "list"])["items"][0].clone();
    let key = mail["message_key"].as_str().expect("a key").to_owned();
    while !delivered(&of("PROVOST_TEST_SMTP_MAIL"), recipient).contains(&format!("Message-ID: <{key}@")) {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{key} did not arrive: {}", delivered(&of("PROVOST_TEST_SMTP_MAIL"), recipient));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert!(!person.asks(&["alert", "list"])["items"].as_array().expect("alerts").is_empty());
    drop(site);
}

/// Every number that an error or a message can show.
#[test]
fn every_number_is_explained() {
    let person = Person::new();
    let mut explained = 0;
    for rule in provost_catalog::rules::all() {
        let number = format!("PV{:04}", rule.code);
        let document = person.asks(&["explain", &number]);
        for (field, wanted) in [("code", &*number), ("title", rule.title), ("meaning", rule.meaning), ("cause", rule.cause), ("fix", rule.fix)] {
            assert_eq!(document[field], wanted, "{number}");
            assert!(wanted.len() > 3, "{number} says nothing as its {field}");
        }
        let printed = person.types(&["explain", &number.to_lowercase()]);
        let shown = |text: &str| text.split_whitespace().all(|word| printed.out.contains(word));
        assert!(printed.exit == 0 && [&*number, rule.title, rule.meaning, rule.cause, rule.fix].into_iter().all(shown), "{number}: {}", printed.out);
        explained += 1;
    }
    assert!(explained > 100, "{explained}");
    let unknown = person.types(&["explain", "PV3999"]);
    assert!(unknown.exit == 1 && unknown.err.contains("the nearest is PV3"), "{} {}", unknown.exit, unknown.err);
    assert_eq!(person.types(&["explain", "nonsense"]).exit, 2);
}

/// Changes the site's database behind its back, as somebody with the file can.
fn meddles(person: &Person, sql: &str) {
    let database = person.data().join("database/site.db");
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=30); c.executescript(sys.argv[2]); c.commit(); c.close()";
    let output = std::process::Command::new("/usr/bin/python3").args(["-c", script]).arg(database).arg(sql).output().expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn verifying_a_ledger_that_somebody_changed_ends_with_findings() {
    let person = Person::new();
    let site = person.starts(&["site", "run", "--code", "LAB"]);
    for _ in 0..6 {
        assert_eq!(person.types(&["client", "token"]).exit, 0);
    }
    assert_eq!(person.types(&["ledger", "verify"]).exit, 0);
    let last = person.asks(&["ledger", "list"])["items"].as_array().expect("a list").iter().filter_map(|entry| entry["seq"].as_i64()).max().expect("entries");
    let (changed, missing, one, other) = (last - 4, last - 3, last - 2, last - 1);
    let swap = format!(
        "UPDATE ledger SET seq = -1 WHERE seq = {one}; UPDATE ledger SET seq = {one} WHERE seq = {other}; UPDATE ledger SET seq = {other} WHERE seq = -1"
    );
    let steps = [
        (format!("UPDATE ledger SET actor = 'nobody' WHERE seq = {changed}"), vec![(code::LEDGER_CHANGED, changed)]),
        (format!("DELETE FROM ledger WHERE seq = {missing}"), vec![(code::LEDGER_MISSING, missing)]),
        (swap, vec![(code::LEDGER_REORDERED, one), (code::LEDGER_REORDERED, other)]),
        (format!("DELETE FROM ledger WHERE seq = {last}"), vec![(code::LEDGER_TRUNCATED, last)]),
    ];
    let mut wanted = Vec::new();
    for (sql, more) in steps {
        meddles(&person, &sql);
        wanted.extend(more.into_iter().map(|(rule, seq)| (format!("PV{rule}"), seq)));
        let printed = person.types(&["ledger", "verify", "-o", "json"]);
        assert_eq!(printed.exit, 5, "{sql}: {}", printed.err);
        let document: Value = serde_json::from_str(&printed.out).expect("JSON");
        let findings = document["findings"].as_array().expect("findings");
        let found: Vec<(String, i64)> =
            findings.iter().map(|f| (f["code"].as_str().expect("a rule").to_owned(), f["seq"].as_i64().expect("an entry"))).collect();
        assert_eq!(found, wanted, "{sql}");
        let shown = person.types(&["ledger", "verify"]);
        assert!(shown.exit == 5 && findings.iter().all(|f| shown.out.contains(f["text"].as_str().expect("words"))), "{}", shown.out);
    }
    drop(site);
}
