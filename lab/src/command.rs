//! Programs of the system, run to their end.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// A command whose output is kept for the error.
///
/// # Errors
/// When it cannot be started or does not succeed; the message holds what it printed.
pub fn run(command: &mut Command) -> io::Result<String> {
    run_with_input(command, &[])
}

/// The same with something on its standard input. Passwords go this way: arguments can be read by everybody.
///
/// # Errors
/// As [`run`].
pub fn run_with_input(command: &mut Command, input: &[u8]) -> io::Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|cause| io::Error::new(cause.kind(), format!("starting {}: {cause}", command.get_program().display())))?;
    let mut stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let output = std::thread::scope(|scope| {
        // One that does not read all of it ends early and tells why by its status.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output()
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    let printed = [output.stdout, output.stderr].concat();
    Err(io::Error::other(format!("{} ({}): {}", words.join(" "), output.status, String::from_utf8_lossy(&printed).trim_end())))
}

/// `ip` of iproute2 with these arguments, separated by blanks.
///
/// # Errors
/// As [`run`].
pub fn ip(arguments: &str) -> io::Result<String> {
    run(Command::new("ip").args(arguments.split_whitespace()))
}

/// Whether a program of this name is installed.
#[must_use]
pub fn is_installed(program: &str) -> bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/postfix/sbin"].iter().any(|folder| Path::new(folder).join(program).exists())
}
