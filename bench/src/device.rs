//! What the device itself can do, beside every durable figure.

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
