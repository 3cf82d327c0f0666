//! The lab is a program of its own, since it needs more of the house than chores may import.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Builds the lab's program and hands the arguments on.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["run", "--quiet", "--package", "provost-lab", "--bin", "lab", "--"]).args(arguments).status();
    match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("error: starting cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
