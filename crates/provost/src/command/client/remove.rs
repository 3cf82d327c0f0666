//! `provost client remove`.

use super::CLIENTS;
use crate::command::confirmation::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes a client: its certificate is worth nothing any more, and it has to register again.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,

    /// Goes on without asking; needed where there is no terminal.
    #[arg(long)]
    yes: bool,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When it was not confirmed, when there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        confirm(context, self.yes, &format!("Removal of client {}", self.name), &self.name)?;
        let answer = connection.delete(&CLIENTS.item(&self.name)).map_err(|failure| CLIENTS.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Client", &self.name, &format!("{}: removed", self.name)));
        Ok(Exit::Done)
    }
}
