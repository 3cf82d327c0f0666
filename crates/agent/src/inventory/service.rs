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
    // systemd calls the service of a script without its `.sh`, and a unit of that name replaces the script.
    let replaced = |name: &str| units.contains_key(name.strip_suffix(".sh").unwrap_or(name));
    let sysv = init_scripts(root).unwrap_or_default().into_iter().filter(|[name, ..]| !matches!(name, Value::Text(name) if replaced(name)));
    rows.extend(sysv.flatten());
    for (name, path) in &units {
        // A link to nothing, or an empty file, in the place of a unit says that it shall never start.
        let masked = std::fs::read_link(path).is_ok_and(|target| target == Path::new("/dev/null")) || std::fs::metadata(path).is_ok_and(|m| m.len() == 0);
        let alias = !masked && named_by(path).is_some_and(|file| file != format!("{name}.service"));
        let unit = if masked { String::new() } else { bounded(path) };
        let settings = Settings::of(std::iter::once(unit.as_str()).chain(drop_ins(root, name, masked).iter().map(String::as_str)));
        let start_mode = if masked {
            "masked"
        } else if alias {
            "alias"
        } else if enabled.contains(name) {
            "automatic"
        } else if settings.has_install {
            "disabled"
        } else {
            "static"
        };
        rows.extend([
            text(name.clone()),
            text(settings.description),
            text(start_mode),
            text(settings.commands.into_iter().next().unwrap_or_default()),
            text(if settings.user.is_empty() { "root".to_owned() } else { settings.user }),
        ]);
    }
    Ok(rows)
}

/// The file that a link stands for. A link in a unit folder gives a unit a further name; a link to the unit's own file
/// elsewhere does not.
fn named_by(path: &Path) -> Option<String> {
    let target = std::fs::read_link(path).ok()?;
    Some(target.file_name()?.to_string_lossy().into_owned())
}

/// What packages and administrators put beside a unit, in the order of the files' names; of two files with the same name
/// the one in the administrator's folder counts (systemd.unit(5)).
fn drop_ins(root: &Path, name: &str, masked: bool) -> Vec<String> {
    let mut files: BTreeMap<std::ffi::OsString, PathBuf> = BTreeMap::new();
    for folder in FOLDERS.iter().filter(|_| !masked) {
        let Ok(entries) = std::fs::read_dir(root.join(folder).join(format!("{name}.service.d"))) else { continue };
        for entry in entries.filter_map(Result::ok).filter(|entry| entry.path().extension().is_some_and(|e| e == "conf")) {
            files.entry(entry.file_name()).or_insert_with(|| entry.path());
        }
    }
    files.into_values().map(|path| bounded(&path)).collect()
}

/// What is told of a unit's settings.
#[derive(Default)]
struct Settings {
    description: String,
    commands: Vec<String>,
    user: String,
    has_install: bool,
}

impl Settings {
    /// Reads a unit and what is beside it, one after the other: a later value replaces an earlier one, commands come one
    /// after another, and an empty value forgets those before it. A line that ends with a backslash goes on in the next.
    fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        let mut settings = Self::default();
        for file in files {
            let (mut section, mut whole) = (String::new(), String::new());
            for line in file.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
                if let Some(begun) = line.strip_suffix('\\') {
                    whole.push_str(begun.trim_end());
                    whole.push(' ');
                    continue;
                }
                whole.push_str(line);
                let line = std::mem::take(&mut whole);
                if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    name.clone_into(&mut section);
                    settings.has_install |= section == "Install";
                } else if let Some((key, value)) = line.split_once('=') {
                    settings.take(&section, key.trim(), value.trim());
                }
            }
        }
        settings
    }

    fn take(&mut self, section: &str, key: &str, value: &str) {
        match (section, key) {
            ("Unit", "Description") => value.clone_into(&mut self.description),
            ("Service", "User") => value.clone_into(&mut self.user),
            ("Service", "ExecStart") if value.is_empty() => self.commands.clear(),
            ("Service", "ExecStart") => self.commands.push(value.to_owned()),
            _ => {}
        }
    }
}

/// Units that something wants at start: links in `*.wants`, `*.requires` and `*.upholds` folders, and those that the
/// administrator gave a further name, such as `display-manager`. An instance of a template, such as `getty@tty1`, stands
/// for its template `getty@`.
fn enabled(root: &Path) -> BTreeSet<String> {
    let Ok(folders) = std::fs::read_dir(root.join(FOLDERS[0])) else { return BTreeSet::new() };
    let (links, folders): (Vec<PathBuf>, Vec<PathBuf>) = folders.filter_map(Result::ok).map(|e| e.path()).partition(|path| path.is_symlink());
    let wants = |path: &&PathBuf| path.extension().is_some_and(|e| e == "wants" || e == "requires" || e == "upholds");
    let wanted = folders.iter().filter(wants).filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let wanted = wanted.map(|e| e.file_name().to_string_lossy().into_owned());
    let named = links.iter().filter_map(|link| named_by(link));
    let names = wanted.chain(named).filter_map(|name| name.strip_suffix(".service").map(str::to_owned));
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
