//! `provost admin remove`.

use super::PEOPLE;
use crate::command::confirmation::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes an administrative user and ends their sessions.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Name of the person.
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
    /// When it was not confirmed, when there is no such admin, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        confirm(context, self.yes, &format!("Removal of administrative user {}", self.name), &self.name)?;
        let answer = connection.delete(&PEOPLE.item(&self.name)).map_err(|failure| PEOPLE.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Administrative user", &self.name, &format!("{}: removed", self.name)));
        Ok(Exit::Done)
    }
}
