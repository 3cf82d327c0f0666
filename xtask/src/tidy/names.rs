//! Names of files, and tests that nobody runs.

use crate::finding::Finding;
use std::path::{Path, PathBuf};

/// Names under which anything could be kept.
const DRAWERS: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "stuff"];

/// Files and folders whose name is no noun.
pub fn check(files: &[PathBuf]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| file.iter().any(|part| Path::new(part).file_stem().is_some_and(|stem| DRAWERS.iter().any(|drawer| stem == *drawer))))
        .map(|file| Finding::new(file.display().to_string(), "the name says nothing", "if a function has no noun, the noun is missing: name the file for it"))
        .collect()
}

/// Files of `tests/it/` that `main.rs` does not list, so that they never run.
pub fn unlisted_tests(files: &[PathBuf], text: impl Fn(&Path) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for main in files.iter().filter(|file| file.ends_with("tests/it/main.rs")) {
        let Some(folder) = main.parent() else { continue };
        let listed = text(main).unwrap_or_default();
        for file in files.iter().filter(|file| file.parent() == Some(folder) && *file != main && file.extension().is_some_and(|e| e == "rs")) {
            let Some(stem) = file.file_stem().map(|stem| stem.to_string_lossy()) else { continue };
            let line = format!("mod {stem};");
            if !listed.lines().any(|l| l.trim_start_matches("pub ").trim() == line) {
                findings.push(Finding::new(file.display().to_string(), "is not listed in main.rs, so it never runs", format!("add `{line}` there")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_drawer_is_found_as_file_and_as_folder() {
        let found = check(&files(&["crates/a/src/utils.rs", "crates/a/src/common/x.rs", "crates/a/src/discovery_data_manager.rs", "README.md"]));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_test_that_never_runs_is_found() {
        let list = files(&["crates/a/tests/it/main.rs", "crates/a/tests/it/ledger.rs", "crates/a/tests/it/inbox.rs", "crates/a/tests/it/inbox/deep.rs"]);
        let found = unlisted_tests(&list, |_| Some("//! Tests.\n\nmod ledger;\n".to_owned()));
        assert_eq!(found.iter().map(|f| f.place.as_str()).collect::<Vec<_>>(), ["crates/a/tests/it/inbox.rs"]);
    }
}
