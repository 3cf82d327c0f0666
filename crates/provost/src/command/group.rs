//! `provost group`.

mod explain;
mod kinds;
mod page;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// The kinds of Windows groups that such a system needs, and what each is for.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Kinds(kinds::Kinds),
    Explain(explain::Explain),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Kinds(command) => command.run(context),
            Self::Explain(command) => command.run(context),
        }
    }
}
