//! Each line of `[workspace.dependencies]` says what the package is for and which crates use it. Both are held to what
//! the manifests say.

use crate::finding::Finding;
use crate::source::Source;
use crate::workspace::{Edge, Workspace, short};
use std::collections::BTreeSet;

/// Stands for "only tests use it".
const TESTS: &str = "tests";
const FORM: &str = "each line ends with `# what it is for; used by: crate, crate`";

/// Checks the root manifest's text against the edges.
pub fn check(manifest: &str, edges: &[Edge]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    for line in section.lines().take_while(|line| !line.starts_with('[')) {
        let Some((name, rest)) = line.split_once(" = ").filter(|(name, _)| !name.starts_with('#')) else { continue };
        if rest.contains("path = ") {
            continue;
        }
        let place = format!("Cargo.toml, {name}");
        let Some((purpose, users)) = rest.rsplit_once(" # ").and_then(|(_, comment)| comment.split_once("; used by: ")) else {
            findings.push(Finding::new(place, "says not what it is for and who uses it", FORM));
            continue;
        };
        if purpose.trim().is_empty() {
            findings.push(Finding::new(&place, "says not what it is for", FORM));
        }
        let mut told: BTreeSet<&str> = users.split(',').map(str::trim).collect();
        let users = |test_only| edges.iter().filter(move |e| e.to == name && e.test_only == test_only).map(|e| e.from.as_str()).collect::<BTreeSet<&str>>();
        let (mut real, in_tests) = (users(false), users(true));
        // Tests are told where nothing else uses the package, and may be told elsewhere.
        if real.is_empty() && !in_tests.is_empty() {
            real.insert(TESTS);
        } else if !in_tests.is_empty() {
            told.remove(TESTS);
        }
        if real.is_empty() {
            findings.push(Finding::new(&place, "nobody uses it", "remove the line"));
        } else if real != told {
            let listed: Vec<&str> = real.into_iter().collect();
            findings.push(Finding::new(place, "the list of users is not true", format!("used by: {}", listed.join(", "))));
        }
    }
    findings
}

/// Lines of a package's manifest that its source never mentions.
pub fn unused(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in workspace.members() {
        let Some(folder) = package.manifest_path.parent().and_then(|folder| folder.strip_prefix(&workspace.root).ok()) else { continue };
        let mut words: BTreeSet<String> = BTreeSet::new();
        for (file, text) in workspace.texts("rs") {
            if file.starts_with(folder.as_std_path()) {
                let source = Source::read(&text);
                words.extend(source.code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).map(str::to_owned));
            }
        }
        for dependency in &package.dependencies {
            let name = dependency.rename.as_deref().unwrap_or(&dependency.name).replace('-', "_");
            if !words.contains(&name) {
                findings.push(Finding::new(folder.join("Cargo.toml").as_str(), format!("{} is listed and never used", short(&dependency.name)), "remove the line"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str, test_only: bool) -> Edge {
        Edge { from: from.to_owned(), to: to.to_owned(), house: false, test_only }
    }

    fn found(line: &str, edges: &[Edge]) -> Vec<String> {
        check(&format!("[workspace.dependencies]\n# A comment = none.\n{line}\n\n[profile.dev]\nx = 1\n"), edges).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn users_are_held_to_the_manifests() {
        let edges = [edge("store", "time", false), edge("wire", "time", false), edge("site", "time", true)];
        assert!(found("time = \"1\" # dates; used by: wire, store", &edges).is_empty());
        assert_eq!(found("time = \"1\" # dates; used by: store", &edges), ["the list of users is not true"]);
        assert_eq!(found("time = \"1\" # dates; used by: store, wire, agent", &edges), ["the list of users is not true"]);
        assert_eq!(found("time = \"1\" # dates", &edges), ["says not what it is for and who uses it"]);
        assert_eq!(found("other = { version = \"1\" } # other; used by: store", &edges), ["nobody uses it"]);
    }

    #[test]
    fn what_only_tests_use_says_so() {
        assert!(found("insta = \"1\" # snapshots; used by: tests", &[edge("store", "insta", true)]).is_empty());
        assert_eq!(found("insta = \"1\" # snapshots; used by: store", &[edge("store", "insta", true)]).len(), 1);
        let both = [edge("bench", "tempfile", false), edge("store", "tempfile", true)];
        assert!(found("tempfile = \"1\" # folders; used by: bench, tests", &both).is_empty());
        assert!(found("tempfile = \"1\" # folders; used by: bench", &both).is_empty());
        assert_eq!(found("tempfile = \"1\" # folders; used by: tests", &both).len(), 1);
    }
}
