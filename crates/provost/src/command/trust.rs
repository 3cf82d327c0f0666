//! `provost trust`.

mod add;
mod list;
mod remove;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Which other domains and forests this site's forest trusts: explicit data, never guessed.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Add(add::Add),
    Remove(remove::Remove),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Add(command) => command.run(context),
            Self::Remove(command) => command.run(context),
        }
    }
}
