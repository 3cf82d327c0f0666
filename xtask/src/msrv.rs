//! The Rust version that the client builds with.
//!
//! The agent goes onto machines whose toolchains are old, and later onto Windows, so every package in its tree, on
//! every platform, must declare a Rust version no newer than [`CLIENT`]. A package that declares none is listed in
//! `dependencies.toml` with the reason why it is believed to build.

use crate::dependencies::Policy;
use crate::finding::Finding;
use crate::workspace::{Workspace, short};
use cargo_metadata::semver::Version;
use std::collections::BTreeSet;
use std::process::Command;

/// Newest Rust that the client's tree may ask for.
const CLIENT: Version = Version::new(1, 85, 0);
/// Crates of the house that are part of the client, and declare exactly that version.
const OWN: &[&str] = &["catalog", "domain", "wire", "runtime", "agent"];

/// A package of the client's tree.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    rust: Option<Version>,
    of_house: bool,
}

/// Checks the client's tree.
pub fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let policy = Policy::load(workspace)?;
    let parts = client_tree(workspace)?;
    println!("msrv: {} packages in the client's tree", parts.len());
    Ok(judge(&parts, &policy.msrv_undeclared))
}

fn judge(parts: &BTreeSet<Part>, undeclared: &std::collections::BTreeMap<String, String>) -> Vec<Finding> {
    const WHY: &str = "the client builds with an old toolchain; take an older release of the package or do without it";
    let mut findings = Vec::new();
    for part in parts {
        let place = format!("{} {}", part.name, part.version);
        let own = OWN.contains(&short(&part.name)) && part.of_house;
        match &part.rust {
            Some(rust) if own && *rust != CLIENT => {
                findings.push(Finding::new(place, format!("declares Rust {rust}"), format!("a crate of the client declares {CLIENT}")))
            }
            Some(rust) if *rust > CLIENT => findings.push(Finding::new(place, format!("needs Rust {rust}, newer than {CLIENT}"), WHY)),
            None if own || !undeclared.contains_key(&part.name) => {
                findings.push(Finding::new(
                    place,
                    "declares no Rust version",
                    "read its sources, then list it under [msrv.undeclared] in dependencies.toml with the reason",
                ));
            }
            Some(_) | None => {}
        }
    }
    for name in undeclared.keys().filter(|name| !parts.iter().any(|part| part.name == **name && part.rust.is_none())) {
        findings.push(Finding::new(
            "dependencies.toml",
            format!("{name} is listed under [msrv.undeclared] and need not be"),
            "a list of exceptions holds no more than the exceptions",
        ));
    }
    findings
}

/// Every package that the client is built from, on any platform, with the features that the client alone asks for.
fn client_tree(workspace: &Workspace) -> Result<BTreeSet<Part>, String> {
    let output = Command::new("cargo")
        .args(["tree", "--locked", "--package", "provost-agent", "--edges", "normal,build", "--target", "all", "--prefix", "none", "--format", "{p}"])
        .current_dir(&workspace.root)
        .output()
        .map_err(|e| format!("cargo tree did not start: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let listed: BTreeSet<(String, String)> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
        })
        .collect();
    listed
        .into_iter()
        .map(|(name, version)| {
            let package = workspace.metadata.packages.iter().find(|p| *p.name == name && p.version.to_string() == version);
            let package = package.ok_or_else(|| format!("{name} {version} is in the client's tree and cargo metadata does not know it"))?;
            Ok(Part { name, version, rust: package.rust_version.clone(), of_house: package.source.is_none() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn judged(name: &str, rust: Option<Version>, of_house: bool, undeclared: &[&str]) -> usize {
        let part = Part { name: name.to_owned(), version: "1.0.0".to_owned(), rust, of_house };
        let listed: BTreeMap<String, String> = undeclared.iter().map(|n| ((*n).to_owned(), "reason".to_owned())).collect();
        judge(&BTreeSet::from([part]), &listed).len()
    }

    #[test]
    fn a_newer_rust_is_found() {
        assert_eq!(judged("hyper", Some(Version::new(1, 86, 0)), false, &[]), 1);
        assert_eq!(judged("hyper", Some(CLIENT), false, &[]), 0);
        assert_eq!(judged("hyper", Some(Version::new(1, 63, 0)), false, &[]), 0);
    }

    #[test]
    fn silence_is_no_pass_unless_reviewed() {
        assert_eq!(judged("old", None, false, &[]), 1);
        assert_eq!(judged("old", None, false, &["old"]), 0);
        assert_eq!(judged("old", Some(CLIENT), false, &["old"]), 1, "a stale exception is found");
    }

    #[test]
    fn own_crates_declare_exactly_the_clients() {
        assert_eq!(judged("provost-wire", Some(Version::new(1, 80, 0)), true, &[]), 1);
        assert_eq!(judged("provost-wire", None, true, &["provost-wire"]), 1);
        assert_eq!(judged("provost-wire", Some(CLIENT), true, &[]), 0);
    }
}
