//! Edges of the dependency graph against the table.

use super::table::{ADAPTERS, BESIDE, BROKER, HOUSE, House, LIBRARIES_MAX};
use crate::finding::Finding;
use crate::workspace::Edge;

/// Checks members (short name, manifest) and what they import.
pub fn check(members: &[(String, String)], edges: &[Edge]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let manifest = |name: &str| members.iter().find(|(member, _)| member == name).map_or("Cargo.toml", |(_, file)| file.as_str()).to_owned();
    for (name, file) in members {
        if house(name).is_none() && beside(name).is_none() {
            findings.push(Finding::new(file, format!("{name} has no floor"), "a new crate needs a line in xtask/src/floors/table.rs and a decision record"));
        }
    }
    let libraries = members.iter().filter(|(name, _)| house(name).is_some_and(|h| h.name != "provost")).count();
    if libraries > LIBRARIES_MAX {
        findings.push(Finding::new(
            "Cargo.toml",
            format!("{libraries} libraries"),
            format!("{LIBRARIES_MAX} are the most; a crate that stays tiny is folded down"),
        ));
    }
    for edge in edges {
        if let Some(broken) = judge(edge) {
            findings.push(Finding::new(manifest(&edge.from), broken.0, broken.1));
        }
    }
    findings
}

fn house(name: &str) -> Option<&'static House> {
    HOUSE.iter().find(|house| house.name == name)
}

fn beside(name: &str) -> Option<&'static (&'static str, &'static [&'static str], &'static str)> {
    BESIDE.iter().find(|(member, _, _)| *member == name)
}

/// What is wrong with an edge, and why; `None` when nothing is.
fn judge(edge: &Edge) -> Option<(String, String)> {
    let Edge { from, to, house: of_house, test_only } = edge;
    if let Some((_, may, why)) = beside(from) {
        let refused = *of_house && !may.contains(&to.as_str());
        return refused.then(|| (format!("{from} imports {to}, and may import {}", may.join(", ")), (*why).to_owned()));
    }
    let importer = house(from)?;
    if !of_house {
        let ban = importer.never.iter().find(|ban| !test_only && ban.crates.iter().any(|name| *name == "*" || name == to))?;
        return Some((format!("{from} imports {to}, which it never may"), ban.why.to_owned()));
    }
    if beside(to).is_some() {
        return (!test_only).then(|| (format!("{from} imports {to}"), "what stands beside the house is for tests and measurements only".to_owned()));
    }
    if ADAPTERS.contains(&to.as_str()) && from != BROKER && !test_only {
        let what = format!("{from} imports {to}, an adapter");
        return Some((what, "every connection has a name: only the broker reaches an adapter, finds the account and writes the ledger".to_owned()));
    }
    let imported = house(to)?;
    if imported.floor >= importer.floor {
        let relation = if imported.floor == importer.floor { "a neighbour" } else { "a floor above" };
        let what = format!("{from} (floor {}) imports {to} (floor {}), {relation}", importer.floor, imported.floor);
        return Some((what, "a crate imports lower floors only; neighbours meet through inboxes, rows and messages".to_owned()));
    }
    let only = importer.only?;
    (!only.contains(&to.as_str()))
        .then(|| (format!("{from} imports {to}, and may import {} only", only.join(", ")), "no server code on managed computers".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> Edge {
        Edge { from: from.to_owned(), to: to.to_owned(), house: house(to).is_some() || beside(to).is_some(), test_only: false }
    }

    fn found(edges: &[Edge]) -> Vec<String> {
        let members: Vec<(String, String)> = edges
            .iter()
            .map(|e| e.from.clone())
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .map(|name| (name.clone(), format!("crates/{name}/Cargo.toml")))
            .collect();
        check(&members, edges).iter().map(|f| f.what.clone()).collect()
    }

    #[test]
    fn lower_floors_may_be_imported() {
        assert_eq!(
            found(&[
                edge("store", "domain"),
                edge("site", "store"),
                edge("provost", "agent"),
                edge("lab", "wire"),
                edge("store", "postgres"),
                edge("broker", "outbound"),
                edge("site", "broker")
            ]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_wrong_edge_is_found() {
        for (from, to, told) in [
            ("roles", "site", "a neighbour"),
            ("wire", "store", "a neighbour"),
            ("domain", "runtime", "a floor above"),
            ("agent", "store", "may import catalog, domain, wire, runtime only"),
            ("catalog", "serde", "never may"),
            ("domain", "tokio", "never may"),
            ("site", "rusqlite", "never may"),
            ("agent", "postgres", "never may"),
            ("site", "outbound", "an adapter"),
            ("roles", "outbound", "an adapter"),
            ("provider", "outbound", "an adapter"),
            ("provost", "outbound", "an adapter"),
            ("site", "lettre", "never may"),
            ("provost", "lab", "imports lab"),
            ("lab", "store", "may import"),
            ("attic", "domain", "has no floor"),
        ] {
            let findings = found(&[edge(from, to)]);
            assert!(findings.iter().any(|what| what.contains(told)), "{from} -> {to}: {findings:?}");
        }
    }

    #[test]
    fn tests_may_use_what_stands_beside_but_no_floor_above() {
        let test = |from, to| Edge { test_only: true, ..edge(from, to) };
        assert_eq!(found(&[test("provost", "lab"), test("domain", "tempfile")]), Vec::<String>::new());
        assert_eq!(found(&[test("domain", "store")]).len(), 1);
    }

    #[test]
    fn too_many_libraries_are_found() {
        let members: Vec<(String, String)> = (0..=LIBRARIES_MAX).map(|_| ("domain".to_owned(), String::new())).collect();
        assert_eq!(check(&members, &[]).len(), 1);
    }
}
