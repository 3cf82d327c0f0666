//! `provost config`.

mod check;
mod show;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Settings of the site on this machine.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Check(check::Check),
    Show(show::Show),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Check(command) => command.run(context),
            Self::Show(command) => command.run(context),
        }
    }
}
