//! `provost forest`.

mod add;
mod extend_schema;
mod list;
pub mod publish;
mod remove;
mod show;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Forests: their domains, Active Directory sites and subnets.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Add(add::Add),
    Show(show::Show),
    Publish(publish::Publish),
    Remove(remove::Remove),
    ExtendSchema(extend_schema::ExtendSchema),
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
            Self::Show(command) => command.run(context),
            Self::Publish(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::ExtendSchema(command) => command.run(context),
        }
    }
}
