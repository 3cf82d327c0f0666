//! `provost message`.

mod list;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Status messages of clients and of the site's own components.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
        }
    }
}
