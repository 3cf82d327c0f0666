//! `provost client`.

mod approve;
mod block;
mod inventory;
mod list;
mod remove;
mod show;
mod token;
mod unblock;

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Where clients are asked for by name or by identifier.
const CLIENTS: Named = Named { path: "/api/v1/clients", field: "name", list_command: "provost client list" };

/// Clients: agents that are installed on devices and have a key of their own.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Show(show::Show),
    Approve(approve::Approve),
    Block(block::Block),
    Unblock(unblock::Unblock),
    Remove(remove::Remove),
    Inventory(inventory::Inventory),
    Token(token::Token),
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
            Self::Approve(command) => command.run(context),
            Self::Block(command) => command.run(context),
            Self::Unblock(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::Inventory(command) => command.run(context),
            Self::Token(command) => command.run(context),
        }
    }
}
