//! `provost site`.

mod backup;
mod database_flags;
mod passphrase;
mod profile;
mod rekey;
mod restore;
mod run;
mod show;
mod uninstall;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// The site of this machine, or the one that --server names.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Run(Box<run::Run>),
    Show(show::Show),
    Profile(profile::Profile),
    Rekey(rekey::Rekey),
    Backup(Box<backup::Backup>),
    Restore(Box<restore::Restore>),
    Uninstall(Box<uninstall::Uninstall>),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Run(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Profile(command) => command.run(context),
            Self::Rekey(command) => command.run(context),
            Self::Backup(command) => command.run(context),
            Self::Restore(command) => command.run(context),
            Self::Uninstall(command) => command.run(context),
        }
    }
}
