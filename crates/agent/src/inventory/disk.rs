//! Disks as the kernel's block layer shows them (sysfs, /sys/block).

use super::{Read, integer, line, text};
use std::path::Path;

/// Block devices that are no disks.
const NOT_DISKS: &[&str] = &["loop", "ram", "zram", "dm-", "md", "nbd", "sr", "fd"];
/// The kernel counts in sectors of 512 bytes, whatever the disk's own are.
const SECTORS_PER_KIB: i64 = 2;

/// A row for each disk.
pub fn read(root: &Path) -> Read {
    let entries = std::fs::read_dir(root.join("sys/block")).map_err(|e| format!("/sys/block cannot be read: {e}"))?;
    let mut rows = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if NOT_DISKS.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let attribute = |file: &str| line(root, &format!("sys/block/{name}/{file}"));
        let number = |file: &str| attribute(file).parse::<i64>().ok();
        let media = match number("queue/rotational") {
            Some(0) => "solid state",
            Some(_) => "rotating",
            None => "",
        };
        rows.extend([
            text(name.clone()),
            text(attribute("device/model")),
            text(Some(attribute("device/serial")).filter(|s| !s.is_empty()).unwrap_or_else(|| attribute("serial"))),
            text(media),
            integer(number("size").map(|sectors| sectors / SECTORS_PER_KIB)),
            integer(number("removable")),
        ]);
    }
    Ok(rows)
}
