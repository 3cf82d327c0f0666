//! Processors, one for each socket (proc(5), /proc/cpuinfo).

use super::{Read, integer, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Default)]
struct Socket {
    name: String,
    maker: String,
    flags: String,
    cores: BTreeSet<String>,
    threads: i64,
}

/// A row for each socket.
pub fn read(root: &Path) -> Read {
    let cpuinfo = std::fs::read_to_string(root.join("proc/cpuinfo")).map_err(|e| format!("/proc/cpuinfo cannot be read: {e}"))?;
    let mut sockets: BTreeMap<String, Socket> = BTreeMap::new();
    for block in cpuinfo.split("\n\n") {
        let value = |key: &str| block.lines().find_map(|l| l.split_once(':').filter(|(k, _)| k.trim() == key)).map(|(_, v)| v.trim().to_owned());
        let Some(number) = value("processor") else { continue };
        let socket = sockets.entry(value("physical id").unwrap_or_else(|| "0".to_owned())).or_default();
        // The names of the fields differ from one architecture to another.
        let first = |keys: &[&str]| keys.iter().find_map(|key| value(key)).unwrap_or_default();
        socket.name = first(&["model name", "cpu", "uarch", "CPU part"]);
        socket.maker = first(&["vendor_id", "CPU implementer"]);
        socket.flags = first(&["flags", "Features", "isa"]);
        socket.cores.insert(value("core id").unwrap_or(number));
        socket.threads += 1;
    }
    if sockets.is_empty() {
        return Err("/proc/cpuinfo names no processor".to_owned());
    }
    let max_mhz = std::fs::read_to_string(root.join("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")).ok();
    let max_mhz = max_mhz.and_then(|khz| khz.trim().parse::<i64>().ok()).map(|khz| khz / 1000);
    let mut rows = Vec::new();
    for (number, Socket { name, maker, flags, cores, threads }) in sockets {
        rows.extend([
            text(format!("CPU{number}")),
            text(name),
            text(maker),
            text(std::env::consts::ARCH),
            integer(i64::try_from(cores.len()).ok()),
            integer(Some(threads)),
            integer(max_mhz),
            text(flags),
        ]);
    }
    Ok(rows)
}
