//! Settings: what is wrong is shown, and nothing is started.

use crate::person::Person;

#[test]
fn a_wrong_settings_file_stops_everything_and_shows_the_lines() {
    let person = Person::new();
    person.write_settings("code = \"P01\"\nlisen = \"127.0.0.1:8443\"\nmp-listen = 8444\nlog = \"loud\"\n");
    let printed = person.types(&["up"]);
    assert_eq!(printed.exit, 1);
    assert_eq!(printed.out, "");
    let shown = printed.err.replace(&person.data().display().to_string(), "DATA");
    insta::assert_snapshot!("wrong_settings", shown);
    assert_eq!(person.types(&["config", "check"]).err, printed.err);
    assert!(!person.data().join("keys").exists(), "nothing may be made");

    let as_json = person.types(&["up", "-o", "json"]);
    let document: serde_json::Value = serde_json::from_str(&as_json.err).expect("an error as JSON");
    assert_eq!(document["error"]["code"], "PV1004");
    assert_eq!(document["apiVersion"], "provost/v1");
}

#[test]
fn a_reserved_site_code_is_refused() {
    let person = Person::new();
    for (site_code, rule) in [("PRN", "PV1002"), ("sms", "PV1001"), ("LABS", "PV1001"), ("L-B", "PV1001")] {
        let printed = person.types(&["up", "--code", site_code]);
        assert_eq!(printed.exit, 2, "{site_code}: {}", printed.err);
        assert!(printed.err.starts_with(&format!("error[{rule}]: ")), "{site_code}: {}", printed.err);
        for part in ["  cause  ", "  state  ", "  fix    "] {
            assert!(printed.err.contains(part), "{site_code}: {}", printed.err);
        }
    }
    assert!(!person.data().exists());
}

#[test]
fn a_password_in_a_database_address_is_refused_and_not_repeated() {
    let person = Person::new();
    let printed = person.types(&["up", "--database", "postgres://ada:hunter2@localhost/site"]);
    assert!(printed.err.starts_with("error[PV1006]: "), "{}", printed.err);
    assert!(!printed.err.contains("hunter2"));
    person.write_settings("database = \"postgres://ada:hunter2@localhost/site\"\n");
    let printed = person.types(&["up"]);
    assert!(printed.err.starts_with("error[PV1006]: "), "{}", printed.err);
    assert!(!printed.err.contains("hunter2"));
}

#[test]
fn settings_are_shown_with_their_source() {
    let person = Person::new();
    person.write_settings("code = \"P01\"\n");
    let shown = person.asks(&["config", "show"]);
    let code = shown["items"].as_array().expect("a list").iter().find(|s| s["key"] == "code").expect("the key").clone();
    assert_eq!((code["value"].as_str(), code["source"].as_str()), (Some("P01"), Some("provost.toml")));
    assert_eq!(person.asks(&["config", "check"])["keys_set"], 1);
}
