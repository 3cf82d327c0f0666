//! Waiting for what a site does in its own time.

use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until it holds.
///
/// # Errors
/// When it does not within `within`; the error says what.
pub fn eventually(what: &str, within: Duration, mut holds: impl FnMut() -> bool) -> io::Result<()> {
    let until = Instant::now() + within;
    while !holds() {
        if Instant::now() > until {
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("{what} did not happen within {} s", within.as_secs())));
        }
        sleep(PAUSE);
    }
    Ok(())
}
