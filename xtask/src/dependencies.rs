//! The dependency policy of `dependencies.toml`, checked from what cargo resolved: licences, sources, refused
//! packages, more than one version of a package, and whether each line of `[workspace.dependencies]` is true.

mod licence;
mod purpose;

use crate::finding::Finding;
use crate::workspace::Workspace;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "dependencies.toml";

/// What the house allows.
#[derive(Debug, Default)]
pub struct Policy {
    licences: Vec<String>,
    refused: BTreeMap<String, String>,
    several_versions: BTreeMap<String, String>,
    /// Packages of the client's tree that declare no Rust version, with the reason why each is believed to build.
    pub msrv_undeclared: BTreeMap<String, String>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    licences: Licences,
    refused: BTreeMap<String, String>,
    several_versions: BTreeMap<String, String>,
    msrv: Msrv,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Licences {
    allowed: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Msrv {
    undeclared: BTreeMap<String, String>,
}

impl Policy {
    /// Reads the file.
    pub fn load(workspace: &Workspace) -> Result<Self, String> {
        let text = workspace.text(FILE.as_ref()).ok_or_else(|| format!("{FILE} is missing"))?;
        let written: Written = toml::from_str(&text).map_err(|e| format!("{FILE}: {e}"))?;
        Ok(Self {
            licences: written.licences.allowed,
            refused: written.refused,
            several_versions: written.several_versions,
            msrv_undeclared: written.msrv.undeclared,
        })
    }
}

/// A package as far as the policy asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    name: String,
    version: String,
    licence: Option<String>,
    source: Option<String>,
}

/// Checks every package that cargo resolved.
pub fn check(workspace: &Workspace) -> Result<Vec<Finding>, String> {
    let policy = Policy::load(workspace)?;
    let taken: BTreeSet<Taken> = workspace
        .metadata
        .packages
        .iter()
        .map(|package| Taken {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone(),
            source: package.source.as_ref().map(|source| source.repr.clone()),
        })
        .collect();
    println!("dependencies: {} packages, {} of them of this house", taken.len(), workspace.members().len());
    let mut findings = judge(&taken, &policy);
    let manifest = workspace.text("Cargo.toml".as_ref()).ok_or("Cargo.toml is missing")?;
    findings.extend(purpose::check(&manifest, &workspace.edges()));
    findings.extend(purpose::unused(workspace));
    Ok(findings)
}

/// Writes true lists of users into the root manifest.
pub fn fix(workspace: &Workspace) -> Result<(), String> {
    let manifest = workspace.text("Cargo.toml".as_ref()).ok_or("Cargo.toml is missing")?;
    let corrected = purpose::corrected(&manifest, &workspace.edges());
    if corrected == manifest { Ok(()) } else { std::fs::write(workspace.root.join("Cargo.toml"), corrected).map_err(|e| format!("Cargo.toml: {e}")) }
}

fn judge(taken: &BTreeSet<Taken>, policy: &Policy) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in taken {
        let place = format!("{} {}", package.name, package.version);
        versions.entry(&package.name).or_default().insert(&package.version);
        match &package.licence {
            None => findings.push(Finding::new(&place, "names no licence", "without a licence nobody may pass it on")),
            Some(licence) if !licence::allowed(licence, &policy.licences) => {
                findings.push(Finding::new(
                    &place,
                    format!("has the licence {licence}"),
                    format!("only licences in {FILE} are taken; add one after reading it"),
                ));
            }
            Some(_) => {}
        }
        if let Some(why) = policy.refused.get(&package.name) {
            findings.push(Finding::new(&place, "is refused", why));
        }
        if let Some(source) = package.source.as_ref().filter(|source| !source.starts_with("registry+")) {
            findings.push(Finding::new(&place, format!("comes from {source}"), "packages come from the registry, where a version cannot change"));
        }
    }
    let several: BTreeMap<&str, &BTreeSet<&str>> = versions.iter().filter(|(_, v)| v.len() > 1).map(|(name, v)| (*name, v)).collect();
    for (name, versions) in &several {
        if !policy.several_versions.contains_key(*name) {
            let listed: Vec<&str> = versions.iter().copied().collect();
            findings.push(Finding::new(
                *name,
                format!("is taken in {} versions: {}", listed.len(), listed.join(", ")),
                format!("each costs build time and size; bring them together, or list it under [several_versions] in {FILE} with the reason"),
            ));
        }
    }
    for name in policy.several_versions.keys().filter(|name| !several.contains_key(name.as_str())) {
        findings.push(Finding::new(
            FILE,
            format!("{name} is listed under [several_versions] and is taken once"),
            "a list of exceptions holds no more than the exceptions",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, licence: Option<&str>) -> Taken {
        Taken { name: name.to_owned(), version: version.to_owned(), licence: licence.map(str::to_owned), source: Some("registry+x".to_owned()) }
    }

    fn policy() -> Policy {
        Policy { licences: vec!["MIT".to_owned()], refused: BTreeMap::from([("openssl".to_owned(), "one TLS library".to_owned())]), ..Policy::default() }
    }

    #[test]
    fn licence_source_and_refusal_are_held() {
        let good = package("a", "1.0.0", Some("MIT OR GPL-3.0"));
        assert!(judge(&BTreeSet::from([good.clone()]), &policy()).is_empty());
        for bad in [
            package("a", "1.0.0", Some("GPL-3.0")),
            package("a", "1.0.0", None),
            package("openssl", "1.0.0", Some("MIT")),
            Taken { source: Some("git+x".to_owned()), ..good.clone() },
        ] {
            assert_eq!(judge(&BTreeSet::from([bad.clone()]), &policy()).len(), 1, "{bad:?}");
        }
    }

    #[test]
    fn a_second_version_needs_a_reason_and_a_reason_needs_a_second_version() {
        let two = BTreeSet::from([package("a", "1.0.0", Some("MIT")), package("a", "2.0.0", Some("MIT"))]);
        assert_eq!(judge(&two, &policy()).len(), 1);
        let reviewed = Policy { several_versions: BTreeMap::from([("a".to_owned(), "why".to_owned())]), ..policy() };
        assert!(judge(&two, &reviewed).is_empty());
        assert_eq!(judge(&BTreeSet::from([package("a", "1.0.0", Some("MIT"))]), &reviewed).len(), 1);
    }
}
