//! The one setting that MIT Kerberos takes from nowhere but the environment: where its configuration is.

use std::path::Path;

/// Names the configuration file of this process. Nothing happens when another thread runs, which might be reading the
/// environment.
///
/// # Errors
/// The number of threads.
pub fn name_configuration(path: &Path) -> Result<(), usize> {
    // Where it cannot be counted, there is no telling that this thread is the only one.
    let threads = std::fs::read_dir("/proc/self/task").map_or(usize::MAX, Iterator::count);
    if threads != 1 {
        return Err(threads);
    }
    // SAFETY: this is the only thread, so nobody reads the environment meanwhile.
    #[allow(clippy::disallowed_methods)]
    unsafe {
        std::env::set_var("KRB5_CONFIG", path);
    }
    Ok(())
}
