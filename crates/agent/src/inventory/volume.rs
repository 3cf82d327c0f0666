//! Mounted volumes (proc(5), /proc/self/mounts; statvfs).

use super::{Read, integer, text};
use provost_domain::inventory::Value;
use std::path::Path;

/// File systems that hold no data of their own.
const VIRTUAL: &[&str] = &[
    "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore",
    "ramfs", "rpc_pipefs", "securityfs", "sysfs", "tmpfs", "tracefs", "overlay", "squashfs",
];

/// A row for each mounted volume.
pub fn read(root: &Path) -> Read {
    let mounts = std::fs::read_to_string(root.join("proc/self/mounts")).map_err(|e| format!("/proc/self/mounts cannot be read: {e}"))?;
    let mut rows = Vec::new();
    for mount in mounts.lines() {
        let fields: Vec<&str> = mount.split(' ').collect();
        let [device, point, file_system, options, ..] = fields[..] else { continue };
        if VIRTUAL.contains(&file_system) || file_system.starts_with("fuse.") {
            continue;
        }
        let point = unescape(point);
        let (size_kib, free_gib) = space(&root.join(point.trim_start_matches('/')));
        rows.extend([
            text(point),
            text(unescape(device)),
            text(file_system),
            integer(size_kib),
            integer(free_gib),
            Value::Integer(i64::from(options.split(',').any(|o| o == "ro"))),
        ]);
    }
    Ok(rows)
}

/// Size in KiB and free space in whole GiB: finer numbers would change with every log line.
#[cfg(unix)]
fn space(point: &Path) -> (Option<i64>, Option<i64>) {
    let Ok(space) = rustix::fs::statvfs(point) else { return (None, None) };
    let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
    (i64::try_from(bytes(space.f_blocks) / 1024).ok(), i64::try_from(bytes(space.f_bavail) >> 30).ok())
}

#[cfg(not(unix))]
fn space(_point: &Path) -> (Option<i64>, Option<i64>) {
    (None, None)
}

/// The kernel writes space, tab, newline and backslash as octal (fstab(5)).
fn unescape(field: &str) -> String {
    let mut text = field.to_owned();
    for (code, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        text = text.replace(code, character);
    }
    text
}
