//! The floors: who may import whom, and what each crate never does, each with its reason.
//!
//! A crate imports lower floors only, never a neighbour. So a rule is provable from values alone, a role can move to
//! another machine, and the question "where does this belong" has one answer. The table is in [`table`].

mod imports;
mod table;
mod words;

use crate::finding::Finding;
use crate::source::Source;
use crate::workspace::Workspace;

/// Checks the whole workspace against the table.
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let members: Vec<(String, String)> = workspace
        .members()
        .iter()
        .map(|package| {
            let folder = package.manifest_path.strip_prefix(&workspace.root).unwrap_or(&package.manifest_path);
            (crate::workspace::short(&package.name).to_owned(), folder.to_string())
        })
        .collect();
    let mut findings = imports::check(&members, &workspace.edges());
    for (file, text) in workspace.texts("rs") {
        let mut parts = file.iter().map(|part| part.to_string_lossy());
        if parts.next().as_deref() != Some("crates") {
            continue;
        }
        let (Some(member), Some(kind)) = (parts.next(), parts.next()) else { continue };
        let test_file = kind != "src" || file.file_stem().is_some_and(|stem| stem == "tests");
        findings.extend(words::check(&member, &file.display().to_string(), test_file, &Source::read(&text)));
    }
    findings
}
