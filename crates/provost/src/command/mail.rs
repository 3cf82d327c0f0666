//! `provost mail`.

mod list;
mod remove;
mod set;
mod show;
mod test;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Path of the SMTP server in the API.
const SERVER: &str = "/api/v1/mail-server";

/// The SMTP server that mails alerts, and the mail itself.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Show(show::Show),
    Set(set::Set),
    Remove(remove::Remove),
    Test(test::Test),
    List(list::List),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Show(command) => command.run(context),
            Self::Set(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::Test(command) => command.run(context),
            Self::List(command) => command.run(context),
        }
    }
}
