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
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).ok_or_else(|| io::Error::other("an unknown form of /proc/self/stat"));
    Ok((ticks(11)? + ticks(12)?) / rustix::param::clock_ticks_per_second() as f64)
}
