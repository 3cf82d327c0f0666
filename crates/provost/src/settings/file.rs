//! `provost.toml`: read whole, every mistake told with its line.

use super::excerpt::Place;
use super::key::{KEYS, Kind, Wrong};
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_domain::suggestion;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Largest settings file, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Values of the file by key, as text; empty when there is no file.
///
/// # Errors
/// When the file cannot be read, or any line of it is wrong: the failure shows each.
pub fn read(path: &Path) -> Result<BTreeMap<&'static str, String>, Failure> {
    let unreadable = |cause: String| {
        Failure::new(code::CONFIG_WRONG_VALUE, format!("cannot read the settings in {}", path.display()), cause)
            .state("nothing was started")
            .fix("make it a text file that you may read, or remove it")
    };
    match std::fs::metadata(path) {
        Ok(found) if found.len() > FILE_BYTES_MAX => return Err(unreadable(format!("it has {} bytes; at most {FILE_BYTES_MAX} are read", found.len()))),
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(unreadable(e.to_string())),
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    read_text(path, &text)
}

/// Values of the text of a file by key.
///
/// # Errors
/// When any line of it is wrong: the failure shows each.
pub fn read_text(path: &Path, text: &str) -> Result<BTreeMap<&'static str, String>, Failure> {
    parse(text).map_err(|mistakes| told(path, text, &mistakes))
}

/// The text of a settings file with another database: the lines that name one go, and the new ones come first. None of them
/// names the embedded one.
pub fn with_database(text: &str, database: Option<&str>, password_file: Option<&str>) -> String {
    let named = [("database", database), ("database-password-file", password_file)];
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().trim_matches(['"', '\'']).to_owned());
    // A text of JSON is one of TOML, too.
    let new = named.iter().filter_map(|(key, value)| value.map(|value| format!("{key} = {}", serde_json::Value::from(value))));
    let kept = text.lines().filter(|line| !named.iter().any(|(name, _)| key(line).as_deref() == Some(name))).map(str::to_owned);
    new.chain(kept).map(|line| line + "\n").collect()
}

struct Mistake {
    span: Range<usize>,
    wrong: Wrong,
}

fn parse(text: &str) -> Result<BTreeMap<&'static str, String>, Vec<Mistake>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut mistakes: Vec<Mistake> = errors
        .iter()
        .map(|e| Mistake {
            span: e.span().unwrap_or(0..0),
            wrong: Wrong {
                code: code::CONFIG_WRONG_VALUE,
                cause: e.message().to_owned(),
                fix: "write KEY = \"VALUE\", one on each line".to_owned(),
                secret: false,
            },
        })
        .collect();
    let mut values = BTreeMap::new();
    if mistakes.is_empty() {
        for (name, value) in document.get_ref() {
            let Some(key) = KEYS.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                mistakes.push(Mistake { span: name.span(), wrong: unknown(name.get_ref()) });
                continue;
            };
            let found = match (key.kind, value.get_ref()) {
                (Kind::Text, DeValue::String(text)) => (key.check)(text).map(|()| text.to_string()),
                (Kind::Boolean, DeValue::Boolean(yes)) => Ok(yes.to_string()),
                (kind, other) => Err(kind_differs(kind, other)),
            };
            match found {
                Ok(text) => {
                    values.insert(key.name, text);
                }
                Err(wrong) => mistakes.push(Mistake { span: value.span(), wrong }),
            }
        }
    }
    mistakes.sort_by_key(|m| m.span.start);
    if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
}

fn unknown(name: &str) -> Wrong {
    let fix = match suggestion::nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the keys are {}", KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")),
    };
    Wrong { code: code::CONFIG_UNKNOWN_KEY, cause: "unknown key".to_owned(), fix, secret: false }
}

fn kind_differs(kind: Kind, found: &DeValue<'_>) -> Wrong {
    let (wanted, fix) = match kind {
        Kind::Text => ("text", "put it into quotation marks"),
        Kind::Boolean => ("true or false", "write true or false, without quotation marks"),
    };
    let cause = format!("expected {wanted}, found {}", found.type_str());
    Wrong { code: code::CONFIG_WRONG_VALUE, cause, fix: fix.to_owned(), secret: false }
}

fn told(path: &Path, text: &str, mistakes: &[Mistake]) -> Failure {
    let first = mistakes.first();
    let excerpt: String =
        mistakes.iter().map(|m| Place::of(text, &m.span).excerpt(path, &format!("{}; {}", m.wrong.cause, m.wrong.fix), m.wrong.secret)).collect();
    let cause = match mistakes {
        [one] => one.wrong.cause.clone(),
        several => format!("{} mistakes", several.len()),
    };
    let fix = match mistakes {
        [one] => one.wrong.fix.clone(),
        _ => "correct each line above".to_owned(),
    };
    Failure::new(first.map_or(code::CONFIG_WRONG_VALUE, |m| m.wrong.code), format!("cannot use the settings in {}", path.display()), cause)
        .state("nothing was started")
        .fix(format!("{fix}\nthen check: provost config check"))
        .excerpt(excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        match parse(text) {
            Ok(values) => panic!("accepted: {values:?}"),
            Err(mistakes) => told(Path::new("provost.toml"), text, &mistakes).to_string(),
        }
    }

    #[test]
    fn an_unknown_key_is_shown_with_the_nearest() {
        insta::assert_snapshot!(refused("code = \"LAB\"\nlisen = \"127.0.0.1:1\"\n"), @r#"
        error[PV1004]: cannot use the settings in provost.toml
           --> provost.toml:2:1
            |
          2 | lisen = "127.0.0.1:1"
            | ^^^^^ unknown key; did you mean `listen`?
          cause  unknown key
          state  nothing was started
          fix    did you mean `listen`?
                 then check: provost config check
        "#);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        insta::assert_snapshot!(refused("code = \"PRN\"\nclient = \"yes\"\nlisten = 8443\n"), @r#"
        error[PV1002]: cannot use the settings in provost.toml
           --> provost.toml:1:8
            |
          1 | code = "PRN"
            |        ^^^^^ PRN is reserved: Windows or Configuration Manager uses it as a folder or device name (AUX, CON, ENV, NUL, PRN, SMS); choose another, such as LAB or P01
           --> provost.toml:2:10
            |
          2 | client = "yes"
            |          ^^^^^ expected true or false, found string; write true or false, without quotation marks
           --> provost.toml:3:10
            |
          3 | listen = 8443
            |          ^^^^ expected text, found integer; put it into quotation marks
          cause  3 mistakes
          state  nothing was started
          fix    correct each line above
                 then check: provost config check
        "#);
    }

    #[test]
    fn a_broken_line_is_shown() {
        let text = refused("code = \n");
        assert!(text.contains("provost.toml:1:"), "{text}");
    }

    #[test]
    fn another_database_takes_the_place_of_the_one_that_was_named() {
        let text = "code = \"P01\" # ours\n database = \"postgres://old/site\"\n\"database-password-file\" = '/old'\n";
        let moved = with_database(text, Some("postgres://ada@new/site"), Some("/etc/\"quoted\" ü"));
        let values = parse(&moved).ok().expect("right");
        assert_eq!(values.get("database").map(String::as_str), Some("postgres://ada@new/site"));
        assert_eq!(values.get("database-password-file").map(String::as_str), Some("/etc/\"quoted\" ü"));
        assert_eq!(with_database(text, None, None), "code = \"P01\" # ours\n");
    }

    #[test]
    fn a_password_is_not_repeated() {
        for text in ["database = \"postgres://ada:hunter2@db/site\"", "database = \"postgres://ada:hunter2@db/site\nlisten = 1"] {
            assert!(!refused(text).contains("hunter2"), "{}", refused(text));
        }
    }
}
