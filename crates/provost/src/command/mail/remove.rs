//! `provost mail remove`.

use super::{SERVER, show};
use crate::command::confirmation::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Forgets the SMTP server for alerts. Mail waits until another is set, three days at most.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Goes on without asking; needed where there is no terminal.
    #[arg(long)]
    yes: bool,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When it was not confirmed, when none is set, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let address = show::address(&connection.get(SERVER)?);
        confirm(context, self.yes, &format!("Removal of SMTP server {address}"), &address)?;
        let answer = connection.delete(SERVER)?;
        context.output.object(&answer, |_| Page::new(&address).told("SMTP server", &address, &format!("{address}: removed")));
        Ok(Exit::Done)
    }
}
