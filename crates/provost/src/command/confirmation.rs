//! Removals are confirmed: by typing the name on a terminal, by `--yes` anywhere else.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use provost_catalog::rules::code;
use std::io::{self, BufRead, Write};

/// Asks for the name again unless `yes` was given.
///
/// # Errors
/// When another name is typed, or when there is no terminal to ask on.
pub fn confirm(context: &Context, yes: bool, what: &str, name: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let refused =
        |cause: &str| Failure::new(code::NOT_CONFIRMED, format!("{what} was not confirmed"), cause).fix("repeat the command with --yes").exit(Exit::Usage);
    context.may_ask().map_err(refused)?;
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{what}. Type {name} to go on: ").and_then(|()| stderr.flush());
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).map_err(|e| refused(&e.to_string()))?;
    if typed.trim() == name { Ok(()) } else { Err(refused("something else was typed")) }
}
