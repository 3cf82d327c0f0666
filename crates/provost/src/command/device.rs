//! `provost device`.

mod class_listing;
mod list;
mod remove;
mod show;

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Where devices are asked for by name or by number.
const DEVICES: Named = Named { path: "/api/v1/devices", field: "name", list_command: "provost device list" };

/// Devices: records of machines, managed or only discovered.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Show(show::Show),
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
            Self::Show(command) => command.run(context),
            Self::Remove(command) => command.run(context),
        }
    }
}
