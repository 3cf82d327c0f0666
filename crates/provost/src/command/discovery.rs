//! `provost discovery`.

mod add;
mod history;
mod list;
mod remove;
mod run;
mod set;
mod show;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Discovery: where directories are looked at, as whom, and what came of it.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Add(add::Add),
    Remove(remove::Remove),
    Set(set::Set),
    Show(show::Show),
    Run(run::Run),
    History(history::History),
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
            Self::Set(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Run(command) => command.run(context),
            Self::History(command) => command.run(context),
        }
    }
}
