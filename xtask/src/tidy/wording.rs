//! Words that have no place in what is committed.

use crate::finding::Finding;
use crate::source::Source;
use std::path::Path;

/// Marks of work left undone. Written apart here, so that this file does not find itself.
const UNDONE: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
/// Words that people are not addressed with, or that have a plain counterpart.
const UNPLAIN: &[&str] = &["please", "oops", "whoops", "sorry", "blacklist", "whitelist"];
/// Shortest path that is looked for: a checkout in `/src` says nothing.
const PATH_LENGTH_MIN: usize = 6;

/// Checks any file: nothing undone, no path of the machine it was written on, no address in a lock file.
pub fn check_text(name: &str, text: &str, machine: &[&Path]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let licence = name.starts_with("LICENSE");
    for (number, line) in text.lines().enumerate() {
        let place = || format!("{name}:{}", number + 1);
        if let Some(word) = UNDONE.iter().find(|word| has_word(line, word)) {
            findings.push(Finding::new(place(), format!("says {word}"), "do it, or write an issue: what is committed is done"));
        }
        for path in machine.iter().map(|path| path.display().to_string()).filter(|path| path.len() >= PATH_LENGTH_MIN) {
            if !licence && has_path(line, &path) {
                findings.push(Finding::new(place(), format!("names {path}"), "a path of the machine it was written on means nothing elsewhere"));
                break;
            }
        }
        if name.ends_with("package-lock.json") && line.contains("\"resolved\"") {
            findings.push(Finding::new(
                place(),
                "records a registry's address",
                "each machine has its own registry: npm config set omit-lockfile-registry-resolved true, then write the lock file again",
            ));
        }
    }
    findings
}

/// Checks what a Rust file says to people. What tests say, nobody reads as a message.
pub fn check_source(name: &str, source: &Source) -> Vec<Finding> {
    if name.contains("/tests/") {
        return Vec::new();
    }
    let told = source.literals.iter().chain(&source.comments);
    told.flat_map(|piece| piece.text.lines().enumerate().map(move |(index, line)| (piece.line + index, line)))
        .filter_map(|(line, text)| {
            let lower = text.to_lowercase();
            let word = UNPLAIN.iter().find(|word| has_word(&lower, word))?;
            Some(Finding::new(format!("{name}:{line}"), format!("says {word}"), "say what happened and what to do, in plain words"))
        })
        .filter(|_| !name.ends_with("tidy/wording.rs"))
        .collect()
}

fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line.get(..at).and_then(|text| text.chars().next_back()).is_some_and(part)
            && !line.get(at + word.len()..).and_then(|text| text.chars().next()).is_some_and(part)
    })
}

/// Whether the path stands in the line by itself, not within a longer one such as an address.
fn has_path(line: &str, path: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    line.match_indices(path).any(|(at, _)| {
        !line.get(..at).and_then(|text| text.chars().next_back()).is_some_and(part)
            && !line.get(at + path.len()..).and_then(|text| text.chars().next()).is_some_and(|c| c.is_alphanumeric() || c == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undone_work_is_found() {
        assert_eq!(check_text("a.rs", &format!("// {}: later\nlet x = 1;\n", UNDONE[0]), &[]).len(), 1);
        assert!(check_text("a.rs", &format!("the METHOD{} of\n", UNDONE[0]), &[]).is_empty());
    }

    #[test]
    fn a_path_of_this_machine_is_found() {
        let root = Path::new("/srv/anna/provost");
        assert_eq!(check_text("a.md", "see /srv/anna/provost/x.rs", &[root]).len(), 1);
        assert!(check_text("a.md", "see https://example.org/srv/anna/provost-old", &[root]).is_empty());
    }

    #[test]
    fn a_lock_file_records_no_registry() {
        let line = "      \"resolved\": \"https://registry.example/x.tgz\",\n";
        assert_eq!(check_text("tests/browser/package-lock.json", line, &[]).len(), 1);
        assert!(check_text("docs/x.json", line, &[]).is_empty());
    }

    #[test]
    fn people_are_told_plainly() {
        let found = |text: &str| check_source("a.rs", &Source::read(text)).len();
        assert_eq!(found("let a = \"Please try again\"; // sorry\n"), 2);
        assert_eq!(found("let please = 1; let a = \"pleased\";"), 0);
    }
}
