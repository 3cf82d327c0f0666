//! `provost proxy`.

mod list;
mod remove;
mod set;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// The proxy servers that site systems reach the Internet through. Proxy settings of the environment are never used.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Set(set::Set),
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
            Self::Set(command) => command.run(context),
            Self::Remove(command) => command.run(context),
        }
    }
}
