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
    for line in lines(manifest) {
        let place = format!("Cargo.toml, {}", line.name);
        let real = users(line.name, edges);
        let Some((purpose, told)) = line.told else {
            findings.push(Finding::new(place, "says not what it is for and who uses it", FORM));
            continue;
        };
        if purpose.trim().is_empty() {
            findings.push(Finding::new(&place, "says not what it is for", FORM));
        }
        if real.is_empty() {
            findings.push(Finding::new(&place, "nobody uses it", "remove the line"));
        } else if real != told.split(',').map(str::trim).collect() {
            let listed: Vec<&str> = real.into_iter().collect();
            findings.push(Finding::new(place, "the list of users is not true", format!("used by: {}; `cargo xtask tidy --fix` writes it", listed.join(", "))));
        }
    }
    findings
}

/// The root manifest's text with true lists of users.
pub fn corrected(manifest: &str, edges: &[Edge]) -> String {
    let mut text = manifest.to_owned();
    for line in lines(manifest) {
        let real: Vec<&str> = users(line.name, edges).into_iter().collect();
        if let Some((_, told)) = line.told.filter(|_| !real.is_empty()) {
            let (before, _) = line.whole.split_at(line.whole.len() - told.len());
            text = text.replacen(line.whole, &format!("{before}{}", real.join(", ")), 1);
        }
    }
    text
}

/// One package from elsewhere.
struct Line<'a> {
    whole: &'a str,
    name: &'a str,
    /// What it is for, and who uses it.
    told: Option<(&'a str, &'a str)>,
}

fn lines(manifest: &str) -> impl Iterator<Item = Line<'_>> {
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    section.lines().take_while(|line| !line.starts_with('[')).filter_map(|whole| {
        let (name, rest) = whole.split_once(" = ").filter(|(name, rest)| !name.starts_with('#') && !rest.contains("path = "))?;
        let told = rest.rsplit_once(" # ").and_then(|(_, comment)| comment.split_once("; used by: "));
        Some(Line { whole, name, told })
    })
}

/// Who imports a package; tests are told where nothing else does.
fn users<'a>(name: &str, edges: &'a [Edge]) -> BTreeSet<&'a str> {
    let importers: Vec<&Edge> = edges.iter().filter(|edge| edge.to == name).collect();
    let mut users: BTreeSet<&str> = importers.iter().filter(|edge| !edge.test_only).map(|edge| edge.from.as_str()).collect();
    if users.is_empty() && !importers.is_empty() {
        users.insert(TESTS);
    }
    users
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
                findings.push(Finding::new(
                    folder.join("Cargo.toml").as_str(),
                    format!("{} is listed and never used", short(&dependency.name)),
                    "remove the line",
                ));
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
        assert!(found("tempfile = \"1\" # folders; used by: bench", &both).is_empty());
        assert_eq!(found("tempfile = \"1\" # folders; used by: tests", &both).len(), 1);
    }

    #[test]
    fn a_corrected_list_is_true() {
        let edges = [edge("store", "time", false), edge("wire", "time", false)];
        let manifest = "[workspace.dependencies]\ntime = { version = \"1\" }   # dates; used by: agent\n# end\n";
        let corrected = corrected(manifest, &edges);
        assert_eq!(corrected, "[workspace.dependencies]\ntime = { version = \"1\" }   # dates; used by: store, wire\n# end\n");
        assert!(check(&corrected, &edges).is_empty());
    }
}
