//! `provost admin`.

mod add;
mod list;
mod password;
mod remove;
mod sign_in;
mod sign_out;
mod welcome;
mod whoami;

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Where administrative users are asked for by name.
const PEOPLE: Named = Named { path: "/api/v1/people", field: "name", list_command: "provost admin list" };

/// Administrative users: people who may sign in.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Add(add::Add),
    Remove(remove::Remove),
    Welcome(welcome::Welcome),
    Password(password::Password),
    SignIn(sign_in::SignIn),
    SignOut(sign_out::SignOut),
    Whoami(whoami::Whoami),
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
            Self::Welcome(command) => command.run(context),
            Self::Password(command) => command.run(context),
            Self::SignIn(command) => command.run(context),
            Self::SignOut(command) => command.run(context),
            Self::Whoami(command) => command.run(context),
        }
    }
}
