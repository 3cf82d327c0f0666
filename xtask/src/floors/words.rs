//! What a crate's source may not say: statements of SQL outside the store, the world in a rule, the content of a
//! secret where it is not used.

use crate::finding::Finding;
use crate::source::Source;

/// A way of writing that only some crates may use.
struct Reserved {
    /// What is looked for.
    look: Look,
    /// Who it concerns.
    whom: Whom,
    /// Whether test modules may use it.
    tests_may: bool,
    /// What it is, for people.
    what: &'static str,
    /// Why.
    why: &'static str,
}

enum Look {
    /// Words of code.
    Code(&'static [&'static str]),
    /// How a string literal's statement begins.
    Statement(&'static [&'static str]),
    /// A match arm on a variant of this type.
    Arm(&'static str),
}

enum Whom {
    /// Nobody but these.
    AllBut(&'static [&'static str]),
    /// These.
    Only(&'static [&'static str]),
}

const RESERVED: &[Reserved] = &[
    Reserved {
        look: Look::Statement(&["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "ALTER TABLE ", "GRANT ", "REVOKE ", "PRAGMA "]),
        whom: Whom::AllBut(&["store"]),
        tests_may: false,
        what: "a statement of SQL",
        why: "SQL is written in store only, where the same text runs on both engines",
    },
    Reserved {
        look: Look::Code(&["expose", "expose_text"]),
        whom: Whom::AllBut(&["store", "directory", "outbound", "site", "roles", "provider", "provost"]),
        tests_may: true,
        what: "the content of a secret",
        why: "a secret is opened only where it is used: key files, certificates and sign-in",
    },
    Reserved {
        look: Look::Code(&["env::var", "env::var_os", "env::vars", "env::vars_os", "env::set_var", "env::remove_var"]),
        // Kerberos' library is told where its configuration is by the environment and in no other way.
        whom: Whom::AllBut(&["provost", "agent", "kerberos"]),
        tests_may: true,
        what: "the process environment",
        why: "libraries take arguments; only the two programs read the environment, and no secret is ever in it",
    },
    Reserved {
        look: Look::Code(&["unsafe", "unsafe_code"]),
        whom: Whom::AllBut(&["kerberos"]),
        tests_may: false,
        what: "code that the compiler cannot prove",
        why: "foreign functions are called in one reviewed module (crates/kerberos/src/foreign.rs)",
    },
    Reserved {
        look: Look::Code(&["std::fs", "std::net", "std::env", "std::process", "std::thread", "SystemTime", "Instant::now", "File::open"]),
        whom: Whom::Only(&["catalog", "domain"]),
        tests_may: true,
        what: "the machine",
        why: "a rule must be provable from values alone: time, files and randomness are arguments",
    },
    Reserved {
        look: Look::Code(&["std::fs", "std::net", "SystemTime", "Instant::now", "File::open"]),
        whom: Whom::Only(&["wire"]),
        tests_may: true,
        what: "the machine",
        why: "a message is read from bytes and nothing else",
    },
    Reserved {
        look: Look::Code(&["println!", "eprintln!", "print!", "eprint!"]),
        whom: Whom::AllBut(&["provost", "agent"]),
        tests_may: true,
        what: "printing",
        why: "libraries return values and errors; the two programs decide what people see",
    },
    Reserved {
        look: Look::Arm("AccountKind"),
        whom: Whom::AllBut(&["catalog"]),
        tests_may: true,
        what: "a match on a kind of account",
        why: "behaviour that differs by kind is a field of its definition, interpreted once",
    },
];

/// Checks one file of a crate.
pub fn check(member: &str, file: &str, test_file: bool, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for reserved in RESERVED {
        let concerned = match reserved.whom {
            Whom::AllBut(members) => !members.contains(&member),
            Whom::Only(members) => members.contains(&member),
        };
        if !concerned || (test_file && reserved.tests_may) {
            continue;
        }
        // Test programs of other crates may look into a database that they made themselves.
        if test_file && !file.contains("/src/") {
            continue;
        }
        let lines: Vec<usize> = match reserved.look {
            Look::Code(words) => source.lines().filter(|(_, line)| words.iter().any(|word| has_word(line, word))).map(|(number, _)| number).collect(),
            Look::Statement(starts) => source.literals.iter().filter(|l| starts.iter().any(|s| is_statement(&l.text, s))).map(|l| l.line).collect(),
            Look::Arm(kind) => source.lines().filter(|(_, line)| has_arm(line, kind)).map(|(number, _)| number).collect(),
        };
        findings.extend(
            lines
                .into_iter()
                .filter(|line| !(reserved.tests_may && source.is_test(*line)))
                .map(|line| Finding::new(format!("{file}:{line}"), format!("{} in {member}", reserved.what), reserved.why)),
        );
    }
    findings
}

/// Whether the word stands in the line, not as part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// Whether a text is a statement: the words that begin one, then a name and more.
fn is_statement(text: &str, start: &str) -> bool {
    let Some(rest) = text.trim_start_matches(['\\', 'n', ' ', '\n']).strip_prefix(start).or_else(|| text.trim_start().strip_prefix(start)) else {
        return false;
    };
    match start {
        "SELECT " => true,
        "UPDATE " => rest.contains(" SET "),
        "GRANT " | "REVOKE " => rest.contains(" ON ") || rest.contains(" TO "),
        _ => !rest.trim().is_empty(),
    }
}

/// Whether the line is, or begins, a match arm on a variant of the type.
fn has_arm(line: &str, kind: &str) -> bool {
    line.match_indices(kind).any(|(at, _)| {
        let Some(rest) = line.get(at + kind.len()..).and_then(|rest| rest.strip_prefix("::")) else { return false };
        let after = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
        after.starts_with("=>") || (after.starts_with('|') && !after.starts_with("||"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(member: &str, text: &str) -> Vec<String> {
        check(member, &format!("crates/{member}/src/x.rs"), false, &Source::read(text)).into_iter().map(|f| format!("{}: {}", f.place, f.what)).collect()
    }

    #[test]
    fn sql_stands_in_store_only() {
        let text = "fn f() {\n    tx.query(\"SELECT 1 FROM site\", &[]);\n}\n";
        assert_eq!(found("site", text), ["crates/site/src/x.rs:2: a statement of SQL in site"]);
        assert!(found("store", text).is_empty());
        for text in ["\"UPDATE site SET name = $1\"", "r#\"  DELETE FROM device\"#", "\"GRANT SELECT ON device TO x\"", "\"INSERT INTO device VALUES (1)\""] {
            assert_eq!(found("provider", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn speaking_about_sql_is_not_sql() {
        for text in ["// SELECT a FROM b\n", "\"the right to SELECT\"", "\"UPDATE\"", "Right::Select.name()", "\"UPDATE needs a table\""] {
            assert!(found("provider", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_rule_that_reads_the_clock_is_found_but_its_test_may() {
        assert_eq!(found("domain", "fn now() { let t = std::time::SystemTime::now(); }").len(), 1);
        assert!(found("domain", "#[cfg(test)]\nmod tests {\n    fn f() { std::fs::read(\"x\"); }\n}\n").is_empty());
        assert!(found("runtime", "fn now() { let t = std::time::SystemTime::now(); }").is_empty());
    }

    #[test]
    fn secrets_are_opened_where_they_are_used() {
        assert_eq!(found("runtime", "fn f(s: &Secret) { g(s.expose()); }").len(), 1);
        assert!(found("store", "fn f(s: &Secret) { g(s.expose()); }").is_empty());
        assert!(found("runtime", "fn f() { exposed(); expose_all(); }").is_empty());
    }

    #[test]
    fn libraries_neither_print_nor_read_the_environment() {
        assert_eq!(found("site", "fn f() { println!(); let a = std::env::var_os(\"A\"); }").len(), 2);
        assert!(found("site", "fn f() { let a = env!(\"CARGO_PKG_VERSION\"); }").is_empty());
    }

    #[test]
    fn foreign_code_is_called_in_one_crate_only() {
        let text = "fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n";
        assert_eq!(found("store", text), ["crates/store/src/x.rs:2: code that the compiler cannot prove in store"]);
        assert_eq!(found("store", "#![allow(unsafe_code)]").len(), 1);
        assert_eq!(found("domain", "#[cfg(test)]\nmod tests {\n    fn f(p: *const u8) -> u8 { unsafe { *p } }\n}\n").len(), 1, "not in tests either");
        assert!(found("kerberos", text).is_empty());
        assert!(found("store", "// unsafe in words\nlet unsafely = 1;").is_empty());
    }

    #[test]
    fn a_match_on_a_kind_of_account_is_found() {
        assert_eq!(found("provider", "match k {\n    AccountKind::ClientPush => 1,\n    _ => 2,\n}").len(), 1);
        assert_eq!(found("provider", "matches!(k, AccountKind::ClientPush | AccountKind::Smtp)").len(), 1);
        assert!(found("provider", "let k = AccountKind::ClientPush;").is_empty());
        assert!(found("catalog", "match k { AccountKind::ClientPush => 1, _ => 2 }").is_empty());
    }
}
