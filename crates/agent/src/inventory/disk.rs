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
        // An eMMC's boot and replay-protected areas are parts of a disk that is listed itself.
        let part = name.starts_with("mmcblk") && (name.contains("boot") || name.ends_with("rpmb"));
        if part || NOT_DISKS.iter().any(|prefix| name.starts_with(prefix)) {
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
            text(serial_number(root, &name)),
            text(media),
            integer(number("size").map(|sectors| sectors / SECTORS_PER_KIB)),
            integer(number("removable")),
        ]);
    }
    Ok(rows)
}

/// NVMe and eMMC show it as text beside the device, virtual disks beside the block device, SCSI and SATA as the vital
/// product data page 0x80 (SPC-4 §7.8.20: four bytes of header, the last two the length).
fn serial_number(root: &Path, name: &str) -> String {
    let shown = ["device/serial", "serial"].iter().map(|file| line(root, &format!("sys/block/{name}/{file}"))).find(|serial| !serial.is_empty());
    let page = || {
        let page = std::fs::read(root.join(format!("sys/block/{name}/device/vpd_pg80"))).ok()?;
        let length = usize::from(u16::from_be_bytes([*page.get(2)?, *page.get(3)?]));
        let serial = page.get(4..)?;
        Some(String::from_utf8_lossy(&serial[..length.min(serial.len())]).trim_matches(['\0', ' ']).to_owned())
    };
    shown.or_else(page).unwrap_or_default()
}
