//! `provost alert`.

mod list;
mod rule;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Alerts: what people are told by mail, and the rules that say what.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    #[command(subcommand)]
    Rule(rule::Command),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Rule(command) => command.run(context),
        }
    }
}
