//! House rules that a formatter cannot hold: names of files, words, lists of tests, lock files, and the dependency
//! policy. Prints the longest files: a mirror, not a gate.

mod names;
mod wording;

use crate::dependencies;
use crate::finding::Finding;
use crate::source::Source;
use crate::workspace::Workspace;

/// How many of the longest files are shown.
const LONGEST: usize = 10;

/// Checks the workspace's files and its dependencies.
pub fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let mut findings = names::check(&workspace.files);
    let mut lengths = Vec::new();
    let here = std::env::current_dir().unwrap_or_default();
    for file in &workspace.files {
        let Some(text) = workspace.text(file) else { continue };
        let name = file.display().to_string();
        findings.extend(wording::check_text(&name, &text, &[&workspace.root, &here]));
        if file.extension().is_some_and(|ending| ending == "rs") {
            findings.extend(wording::check_source(&name, &Source::read(&text)));
            lengths.push((text.lines().count(), name));
        }
    }
    findings.extend(names::unlisted_tests(&workspace.files, |file| workspace.text(file)));
    lengths.sort_by(|a, b| b.cmp(a));
    println!("tidy: longest files");
    for (lines, name) in lengths.iter().take(LONGEST) {
        println!("  {lines:>5}  {name}");
    }
    findings.extend(dependencies::check(workspace)?);
    Ok(findings)
}
