//! Memory (proc(5), /proc/meminfo).

use super::{Read, integer};
use std::path::Path;

/// A size from /proc/meminfo, in KiB.
#[must_use]
pub fn kib(root: &Path, name: &str) -> Option<i64> {
    let meminfo = std::fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let value = meminfo.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_whitespace().next()?.parse().ok()
}

/// One row.
pub fn read(root: &Path) -> Read {
    let total = kib(root, "MemTotal").ok_or("/proc/meminfo cannot be read")?;
    Ok(vec![integer(Some(total)), integer(kib(root, "SwapTotal")), integer(kib(root, "Hugepagesize"))])
}
