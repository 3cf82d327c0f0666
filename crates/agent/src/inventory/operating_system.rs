//! The operating system (os-release(5), proc(5)).

use super::{Read, integer, line, text};
use std::path::Path;

/// A value of os-release(5), without its quotes.
#[must_use]
pub fn release(root: &Path, key: &str) -> Option<String> {
    let file = ["etc/os-release", "usr/lib/os-release"].iter().find_map(|f| std::fs::read_to_string(root.join(f)).ok())?;
    let value = file.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix('='))?;
    let value = value.trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// One row.
pub fn read(root: &Path) -> Read {
    let name = release(root, "NAME").ok_or("this system has no os-release file")?;
    let version = release(root, "VERSION").or_else(|| release(root, "VERSION_ID")).unwrap_or_default();
    Ok(vec![
        text(name),
        text(version),
        text(line(root, "proc/sys/kernel/osrelease")),
        text(std::env::consts::ARCH),
        text(locale(root)),
        text(time_zone(root)),
        integer(installed_at(root)),
        integer(boot_time(root)),
    ])
}

fn locale(root: &Path) -> String {
    let files = ["etc/locale.conf", "etc/default/locale"];
    let found = files.iter().find_map(|f| {
        let text = std::fs::read_to_string(root.join(f)).ok()?;
        text.lines().find_map(|l| l.strip_prefix("LANG=")).map(|v| v.trim_matches('"').to_owned())
    });
    found.unwrap_or_default()
}

/// The zone that the link names is the one that clocks show; the file with the name is a copy that may be old.
fn time_zone(root: &Path) -> String {
    let target = std::fs::read_link(root.join("etc/localtime")).ok();
    let linked = target.and_then(|t| t.to_str().and_then(|t| t.split_once("zoneinfo/")).map(|(_, zone)| zone.to_owned()));
    linked.unwrap_or_else(|| line(root, "etc/timezone"))
}

/// When the machine got its identity, which is when it was installed or cloned.
fn installed_at(root: &Path) -> Option<i64> {
    let made = std::fs::metadata(root.join("etc/machine-id")).ok()?.modified().ok()?;
    i64::try_from(made.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

fn boot_time(root: &Path) -> Option<i64> {
    std::fs::read_to_string(root.join("proc/stat")).ok()?.lines().find_map(|l| l.strip_prefix("btime "))?.trim().parse().ok()
}
