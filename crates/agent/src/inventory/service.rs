//! Services: systemd units (systemd.unit(5)) or, without systemd, init scripts.

use super::{Read, text};
use provost_domain::inventory::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Unit folders, the administrator's first: a unit there hides the same name in the others.
const FOLDERS: &[&str] = &["etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"];
/// Largest unit file that is read.
const UNIT_BYTES_MAX: u64 = 256 * 1024;

/// A row for each service.
pub fn read(root: &Path) -> Read {
    let mut units: BTreeMap<String, PathBuf> = BTreeMap::new();
    for folder in FOLDERS {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(name) = name.strip_suffix(".service") {
                units.entry(name.to_owned()).or_insert_with(|| entry.path());
            }
        }
    }
    if units.is_empty() {
        return Ok(init_scripts(root)?.into_iter().flatten().collect());
    }
    let enabled = enabled(root);
    let mut rows = Vec::new();
    let sysv = init_scripts(root).unwrap_or_default().into_iter().filter(|[name, ..]| !matches!(name, Value::Text(name) if units.contains_key(&**name)));
    rows.extend(sysv.flatten());
    for (name, path) in &units {
        let target = std::fs::read_link(path).ok();
        let masked = target.as_deref() == Some(Path::new("/dev/null"));
        // A link in a unit folder gives a unit a further name; a link to the unit's own file elsewhere does not.
        let alias = !masked && target.as_deref().and_then(Path::file_name).is_some_and(|file| file.to_string_lossy() != format!("{name}.service"));
        let unit = if masked { String::new() } else { bounded(path) };
        let value = |key: &str| unit.lines().find_map(|l| l.trim().strip_prefix(key)?.trim_start().strip_prefix('=')).map(|v| v.trim().to_owned());
        let start_mode = if masked {
            "masked"
        } else if alias {
            "alias"
        } else if enabled.contains(name) {
            "automatic"
        } else if unit.lines().any(|l| l.trim() == "[Install]") {
            "disabled"
        } else {
            "static"
        };
        rows.extend([
            text(name.clone()),
            text(value("Description").unwrap_or_default()),
            text(start_mode),
            text(value("ExecStart").unwrap_or_default()),
            text(value("User").unwrap_or_else(|| "root".to_owned())),
        ]);
    }
    Ok(rows)
}

/// Units that something wants at start: links in `*.wants`, `*.requires` and `*.upholds` folders. An instance of a
/// template, such as `getty@tty1`, stands for its template `getty@`.
fn enabled(root: &Path) -> BTreeSet<String> {
    let Ok(folders) = std::fs::read_dir(root.join("etc/systemd/system")) else { return BTreeSet::new() };
    let wants = |path: &PathBuf| path.extension().is_some_and(|e| e == "wants" || e == "requires" || e == "upholds");
    let wanting = folders.filter_map(Result::ok).map(|e| e.path()).filter(wants);
    let names = wanting.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let names = names.filter_map(|e| e.file_name().to_string_lossy().strip_suffix(".service").map(str::to_owned));
    names.map(|name| name.split_once('@').map_or(name.clone(), |(template, _)| format!("{template}@"))).collect()
}

/// Init scripts, as rows; systemd starts those that have no unit of their own as well.
fn init_scripts(root: &Path) -> Result<Vec<[Value<'static>; 5]>, String> {
    let entries = std::fs::read_dir(root.join("etc/init.d")).map_err(|_| "neither systemd units nor init scripts are here".to_owned())?;
    let mut rows = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "README" || entry.path().is_dir() {
            continue;
        }
        let script = bounded(&entry.path());
        let description = script.lines().find_map(|l| l.strip_prefix("# Short-Description:")).map(|d| d.trim().to_owned()).unwrap_or_default();
        rows.push([text(name.clone()), text(description), text("init script"), text(format!("/etc/init.d/{name}")), text("root")]);
    }
    Ok(rows)
}

fn bounded(path: &Path) -> String {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= UNIT_BYTES_MAX);
    if small { std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default() } else { String::new() }
}
