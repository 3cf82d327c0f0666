//! What the device itself can do, beside every durable figure, and what this process takes of the processor.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

/// Appends of 4 KiB, each synced, per second.
///
/// # Errors
/// When the folder cannot be written.
pub fn syncs_per_second(folder: &Path) -> io::Result<f64> {
    let path = folder.join("sync-rate");
    let mut file = std::fs::File::create(&path)?;
    let block = [0x5a_u8; 4096];
    let count = 300;
    let started = Instant::now();
    for _ in 0..count {
        file.write_all(&block)?;
        file.sync_data()?;
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// User and system seconds of this process so far, for claims that are measured in it.
///
/// # Errors
/// When the system does not tell.
pub fn processor_seconds() -> io::Result<f64> {
    seconds_of("self")
}

/// User and system seconds of a process so far.
///
/// # Errors
/// When it is gone.
pub fn seconds_of(process: &str) -> io::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).ok_or_else(|| io::Error::other("an unknown form of /proc/PID/stat"));
    Ok((ticks(11)? + ticks(12)?) / rustix::param::clock_ticks_per_second() as f64)
}

/// Has the system forget the most memory that a process had.
///
/// # Errors
/// When it is gone.
pub fn forget_peak(process: u32) -> io::Result<()> {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5")
}

/// The most memory that a process had resident since then, in MiB.
///
/// # Errors
/// When it is gone.
pub fn peak_mib(process: u32) -> io::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or_else(|| io::Error::other("no VmHWM"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().map_err(io::Error::other)?;
    Ok(kib / 1024.0)
}
