//! `provost usergroup`.

mod list;
mod show;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Security groups of directories that discovery found. The eight groups of a site: provost group.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Show(show::Show),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Show(command) => command.run(context),
        }
    }
}
