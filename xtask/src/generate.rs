//! `cargo xtask gen`: the reference pages under `docs/reference/`, written from the catalog.
//!
//! Every page is a pure function of definitions and of the seed's sentences; this file only writes or compares.

mod accounts;
mod components;
mod database_grants;
mod groups;
mod inboxes;
mod index;
mod inventory;
mod markdown;
mod roles;
mod rules;
mod security_roles;
mod seed;
#[cfg(test)]
mod tests;

use crate::finding::Finding;
use crate::workspace;
use seed::Seed;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Folder of the pages, relative to the workspace.
const FOLDER: &str = "docs/reference";
/// First words of every generated page: a file that begins so and is generated no more is removed.
const MARK: &str = "<!-- Written by `cargo xtask gen`";
/// What repairs a difference.
const REPAIR: &str = "pages are derived from the catalog; repair: cargo xtask gen";

/// One page.
struct Page {
    /// Relative to [`FOLDER`].
    path: String,
    /// Whole text.
    text: String,
}

impl Page {
    /// A page that says which definition to change instead of it.
    fn new(path: impl Into<String>, source: &str, body: &str) -> Self {
        let text = format!("{MARK} from {source}; change that and run it again. -->\n\n{}\n", body.trim_end());
        Self { path: path.into(), text }
    }
}

/// Writes every derived file; with `check` compares instead, and a difference is a finding.
pub fn run(check: bool) -> Result<Vec<Finding>, String> {
    let root = workspace::root();
    let pages = pages(&Seed::read(&root)?);
    let folder = root.join(FOLDER);
    if check { compare(&folder, &pages) } else { write(&folder, &pages) }
}

/// Every page, by path.
fn pages(seed: &Seed) -> Vec<Page> {
    let mut pages = Vec::new();
    pages.extend(accounts::pages(seed));
    pages.extend(groups::pages(seed));
    pages.extend(roles::pages());
    pages.extend(rules::pages());
    pages.push(components::page());
    pages.push(database_grants::page());
    pages.push(inboxes::page());
    pages.push(inventory::page());
    pages.push(security_roles::page());
    pages.push(seed.page());
    pages.push(index::page());
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

fn compare(folder: &Path, pages: &[Page]) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for page in pages {
        let place = format!("{FOLDER}/{}", page.path);
        match read(&folder.join(&page.path))? {
            None => findings.push(Finding::new(place, "is missing", REPAIR)),
            Some(there) if there != page.text => {
                let line = there.lines().zip(page.text.lines()).take_while(|(there, ours)| there == ours).count() + 1;
                findings.push(Finding::new(format!("{place}:{line}"), "differs from what the catalog says", REPAIR));
            }
            Some(_) => {}
        }
    }
    findings.extend(stale(folder, pages)?.into_iter().map(|path| Finding::new(format!("{FOLDER}/{path}"), "is about nothing that the catalog has", REPAIR)));
    Ok(findings)
}

fn write(folder: &Path, pages: &[Page]) -> Result<Vec<Finding>, String> {
    let (mut written, mut removed) = (0, 0);
    for page in pages {
        let path = folder.join(&page.path);
        if read(&path)?.as_ref() == Some(&page.text) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| format!("cannot make {}: {e}", parent.display()))?;
        }
        fs::write(&path, &page.text).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
        written += 1;
    }
    for path in stale(folder, pages)? {
        fs::remove_file(folder.join(&path)).map_err(|e| format!("cannot remove {FOLDER}/{path}: {e}"))?;
        removed += 1;
    }
    println!("{FOLDER}: {} pages, {written} written, {removed} removed", pages.len());
    Ok(Vec::new())
}

/// Generated files that are generated no more, relative to `folder`.
fn stale(folder: &Path, pages: &[Page]) -> Result<Vec<String>, String> {
    let known: BTreeSet<&str> = pages.iter().map(|p| p.path.as_str()).collect();
    let mut stale = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(inner) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&inner)) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => continue,
            Err(e) => return Err(format!("cannot list {FOLDER}/{inner}: {e}")),
        };
        for entry in entries {
            let entry = entry.map_err(|e| format!("cannot list {FOLDER}/{inner}: {e}"))?;
            let path = format!("{inner}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push(format!("{path}/"));
            } else if !known.contains(path.as_str()) && read(&entry.path())?.is_some_and(|text| text.starts_with(MARK)) {
                stale.push(path);
            }
        }
    }
    stale.sort();
    Ok(stale)
}

/// Text of a file; `None` when there is none.
fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("cannot read {}: {e}", path.display())),
    }
}
