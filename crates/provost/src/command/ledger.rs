//! `provost ledger`.

mod list;
mod verify;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// The ledger: a chained log of every privileged act.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Verify(verify::Verify),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Verify(command) => command.run(context),
        }
    }
}
