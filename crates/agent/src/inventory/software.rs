//! Installed software, from the package manager's own records: dpkg's status file (deb-control(5)) or apk's database.
//! An RPM database is binary and needs RPM's own library, so there it is unavailable.

use super::{Read, integer, text};
use provost_domain::inventory::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

/// Largest package database that is read.
const BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most bytes of a line that are kept; the longest lines are lists of dependencies, which nobody asks for here.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// A row for each installed package.
pub fn read(root: &Path) -> Read {
    for (file, form) in [("var/lib/dpkg/status", DPKG), ("lib/apk/db/installed", APK)] {
        match File::open(root.join(file)) {
            // A part of the packages would look like the others being removed.
            Ok(opened) if opened.metadata().is_ok_and(|m| m.len() > BYTES_MAX) => return Err(format!("/{file} is larger than {} MiB", BYTES_MAX >> 20)),
            Ok(opened) => return packages(BufReader::new(opened.take(BYTES_MAX)), form, root).map_err(|e| format!("/{file} cannot be read: {e}")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("/{file} cannot be read: {error}")),
        }
    }
    if root.join("var/lib/rpm").is_dir() || root.join("usr/lib/sysimage/rpm").is_dir() {
        return Err("this machine's packages are in an RPM database, which this version does not read".to_owned());
    }
    Err("no package manager that this version knows".to_owned())
}

/// Names of the fields of a paragraph.
#[derive(Clone, Copy)]
struct Form {
    name: &'static str,
    version: &'static str,
    architecture: &'static str,
    publisher: &'static str,
    description: &'static str,
    source: &'static str,
    section: &'static str,
    homepage: &'static str,
    size: &'static str,
    /// What the size is divided by to be in KiB.
    size_divisor: i64,
    status: &'static str,
}

const DPKG: Form = Form {
    name: "Package",
    version: "Version",
    architecture: "Architecture",
    publisher: "Maintainer",
    description: "Description",
    source: "Source",
    section: "Section",
    homepage: "Homepage",
    size: "Installed-Size",
    size_divisor: 1,
    status: "Status",
};

const APK: Form = Form {
    name: "P",
    version: "V",
    architecture: "A",
    publisher: "m",
    description: "T",
    source: "o",
    section: "",
    homepage: "U",
    size: "I",
    size_divisor: 1024,
    status: "",
};

#[derive(Default)]
struct Package {
    name: String,
    version: String,
    architecture: String,
    publisher: String,
    description: String,
    source: String,
    section: String,
    homepage: String,
    size: Option<i64>,
    removed: bool,
}

impl Package {
    fn set(&mut self, form: Form, field: &str, value: &str) {
        let slot = match field {
            f if f == form.name => &mut self.name,
            f if f == form.version => &mut self.version,
            f if f == form.architecture => &mut self.architecture,
            f if f == form.publisher => &mut self.publisher,
            f if f == form.description => &mut self.description,
            f if f == form.source => &mut self.source,
            f if f == form.section && !form.section.is_empty() => &mut self.section,
            f if f == form.homepage => &mut self.homepage,
            f if f == form.size => {
                self.size = value.parse::<i64>().ok().map(|s| s / form.size_divisor);
                return;
            }
            f if f == form.status && !form.status.is_empty() => {
                // Removed packages whose configuration files remain are still listed, and what is only half there is not
                // installed. One whose trigger or configuration waits is (dpkg(1), package states).
                let state = value.rsplit(' ').next().unwrap_or_default();
                self.removed = ["not-installed", "config-files", "half-installed"].contains(&state);
                return;
            }
            _ => return,
        };
        value.clone_into(slot);
    }

    fn row(self, root: &Path, form: Form) -> Option<[Value<'static>; 10]> {
        if self.name.is_empty() || self.removed {
            return None;
        }
        let installed_at = if form.status.is_empty() { None } else { installed_at(root, &self.name, &self.architecture) };
        Some([
            text(self.name),
            text(self.version),
            text(self.architecture),
            text(self.publisher),
            text(self.description),
            text(self.source),
            text(self.section),
            text(self.homepage),
            integer(self.size),
            integer(installed_at),
        ])
    }
}

fn packages(mut file: impl BufRead, form: Form, root: &Path) -> std::io::Result<Vec<Value<'static>>> {
    let mut rows = Vec::new();
    let mut package = Package::default();
    let mut line = Vec::new();
    loop {
        let read = bounded_line(&mut file, &mut line)?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if read == 0 || text.is_empty() {
            rows.extend(std::mem::take(&mut package).row(root, form).into_iter().flatten());
            if read == 0 {
                return Ok(rows);
            }
        } else if let Some((field, value)) = text.split_once(':').filter(|_| !text.starts_with([' ', '\t'])) {
            package.set(form, field, value.trim());
        }
    }
}

/// Reads a line and keeps at most [`LINE_BYTES_MAX`] of it; how many bytes it had, 0 at the end.
pub(super) fn bounded_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    line.clear();
    let mut read = file.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', line)? as u64;
    if read == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
        loop {
            let (used, end) = {
                let buffer = file.fill_buf()?;
                let end = buffer.iter().position(|byte| *byte == b'\n');
                (end.map_or(buffer.len(), |at| at + 1), end.is_some() || buffer.is_empty())
            };
            file.consume(used);
            read += used as u64;
            if end {
                break;
            }
        }
    }
    Ok(read)
}

/// dpkg writes a package's list of files when it installs it.
fn installed_at(root: &Path, name: &str, architecture: &str) -> Option<i64> {
    let info = root.join("var/lib/dpkg/info");
    let list = [format!("{name}.list"), format!("{name}:{architecture}.list")].into_iter().find_map(|file| std::fs::metadata(info.join(file)).ok())?;
    i64::try_from(list.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}
